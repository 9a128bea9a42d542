package org.taskprogress.progress;

/** Port: told of every event of every task, whichever instance recorded it. */
public interface ProgressListener {

    /**
     * An event was recorded. Called on one thread, in the order of the ids, each once, without a gap unless {@link #continuityLost}
     * came before. Must not block: everybody's events wait behind it.
     */
    void recorded(RecordedEvent event);

    /**
     * Events may be missing between the last one told and the next one to come (the log was emptied, or trimmed while we were cut
     * off). Watchers must be given a fresh snapshot.
     */
    void continuityLost();
}
