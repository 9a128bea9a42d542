package org.taskprogress.stream;

import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.task.TaskId;

/** One unit on the wire of a stream. Immutable, so that all clients of a channel share one. */
sealed interface Frame {

    /** Tells nothing; shows that the connection lives. */
    record Comment(String text) implements Frame {}

    /**
     * An event with data.
     *
     * @param id what a client resumes by; none for what is no event of the log
     * @param name the event's name; none on data-only routes
     * @param data JSON in one line, an object
     * @param kin what it may be conflated with; none if it is no task's event
     */
    record Message(
            @Nullable Cursor id,
            @Nullable String name,
            String data,
            @Nullable Kin kin) implements Frame {

        /** Rough size of a message beside its data: id, name, object headers. */
        private static final int OVERHEAD = 64;

        /** Memory that it takes, estimated, in bytes. */
        int weight() {
            return OVERHEAD + data.length();
        }

        /** The same message, saying that {@code skipped} older ones of its kin were left out. */
        Message skipping(int skipped) {
            if (skipped == 0) {
                return this;
            }
            // The data is an object, so it ends in a brace; encoding it again for one slow client would cost far more
            String open = data.substring(0, data.length() - 1);
            return new Message(id, name, open + ",\"skipped\":" + skipped + "}", kin);
        }
    }

    /**
     * Progress events of equal kin differ only in how far the stage is: the newest makes the older ones superfluous.
     *
     * @param droppable false for an end, which is of no other event's kin
     * @param provable whether the payload has a {@code seq}, so that what is left out must be counted
     */
    record Kin(TaskId task, int attempt, String stage, boolean droppable, boolean provable) {}
}
