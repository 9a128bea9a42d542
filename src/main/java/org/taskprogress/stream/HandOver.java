package org.taskprogress.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;

/**
 * Brings one client from where it is to the live events: reads the snapshot or what it missed, page by page. Used after the stream has
 * joined its channels. {@link #begin} fixes the seam: everything recorded up to it is read here, everything after it comes live, since
 * it is recorded after the joining. So the seam does not hang on how far this instance's listener is. Not thread-safe; reads block.
 */
final class HandOver {

    /**
     * A part of the hand-over.
     *
     * @param frames in the order to be sent
     * @param reached up to where the client has everything when it has these
     * @param last whether the live messages follow
     */
    record Page(List<Frame> frames, Cursor reached, boolean last) {}

    private final Watch watch;
    private final Resume resume;
    private final PayloadFormat format;
    private final ProgressLog log;
    private final TaskStates states;
    private final int pageSize;
    private final StreamMeter meter;

    private final Ends ends;
    private Cursor seam = Cursor.START;
    private @Nullable Standing standing;
    private @Nullable Backlog backlog;

    HandOver(
            Watch watch,
            Resume resume,
            PayloadFormat format,
            ProgressLog log,
            TaskStates states,
            int pageSize,
            StreamMeter meter) {
        this.watch = watch;
        this.resume = resume;
        this.format = format;
        this.log = log;
        this.states = states;
        this.pageSize = pageSize;
        this.meter = meter;
        this.ends = new Ends(watch);
    }

    /**
     * Fixes the seam and returns it.
     *
     * @throws LogUnavailableException if the log is away
     */
    Cursor begin() {
        seam = log.head();
        return seam;
    }

    /**
     * Reads the next page.
     *
     * @throws LogUnavailableException if the log is away; what was read so far stays valid
     */
    Page next() {
        if (backlog != null) {
            return replay(backlog);
        }
        standing = Standing.read(watch, states, log);
        Cursor after = resume.after();
        if (after == null) {
            return snapshot(standing, resume.resync());
        }
        if (standing.lacksWhatFollows(after)) {
            return snapshot(standing, resume.gapless() ? ResyncReason.UNKNOWN : null);
        }
        backlog = new Backlog(watch.parts(log), after, seam, resume.gapless(), pageSize);
        var first = replay(backlog);
        // What a new client's task has recorded may be kept no longer than its newest event
        return resume.gapless() || !first.frames().isEmpty() ? first : snapshot(standing, null);
    }

    /** The snapshot from the database, while the log is away; empty if the client has something to go on from. */
    List<Frame> withoutLog() {
        if (resume.after() != null) {
            return List.of();
        }
        var known = Standing.ofDatabase(watch, states);
        return snapshot(known, known.withoutSeam(), resume.resync()).frames();
    }

    /** Which tasks are at their end as far as the client has been told. */
    Ends ends() {
        return ends;
    }

    private Page replay(Backlog missed) {
        var page = missed.next();
        if (!page.gapless()) {
            Cursor after = resume.after();
            boolean ahead = after != null && after.isAfter(seam);
            standing = Standing.read(watch, states, log);
            return snapshot(standing, ahead ? ResyncReason.UNKNOWN : ResyncReason.TRIMMED);
        }
        var frames = new ArrayList<Frame>(page.events().size());
        for (var recorded : page.events()) {
            var event = StreamEvent.of(recorded);
            ends.note(event);
            frames.add(format.encode(event));
        }
        meter.replayed(frames.size());
        if (!page.last()) {
            return new Page(frames, page.events().get(frames.size() - 1).id(), false);
        }
        noteStanding();
        return new Page(frames, seam, true);
    }

    /** What the client knew before, and that a task was begun anew after the end that it was told just now. */
    private void noteStanding() {
        if (standing != null) {
            standing.toldBy(seam).forEach(ends::note);
            noteGone(standing);
        }
    }

    private void noteGone(Standing present) {
        present.gone().forEach(task -> ends.noteGone(task, seam));
    }

    private Page snapshot(Standing present, @Nullable ResyncReason reason) {
        return snapshot(present, present.snapshot(seam), reason);
    }

    private Page snapshot(Standing present, List<StreamEvent> events, @Nullable ResyncReason reason) {
        var frames = new ArrayList<Frame>();
        if (reason != null) {
            format.resync(reason).ifPresent(frames::add);
        }
        for (StreamEvent event : events) {
            ends.note(event);
            frames.add(format.encode(event));
        }
        noteGone(present);
        return new Page(frames, seam, true);
    }
}
