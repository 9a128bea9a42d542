package org.taskprogress.stream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.task.TaskId;

/** One unit on the wire of a stream. Immutable, so that all clients of a channel share one. */
sealed interface Frame {

    /** The bytes that the client gets. Not to be changed: all clients of a channel share them. */
    byte[] wire();

    /** Memory that it takes, estimated, in bytes. */
    default int weight() {
        return wire().length;
    }

    /** Tells nothing; shows that the connection lives. */
    record Comment(String text) implements Frame {
        @Override
        public byte[] wire() {
            return utf8(": " + text + "\n\n");
        }
    }

    /** An event with data. Equal to another one of the same content. */
    final class Message implements Frame {

        private final @Nullable Cursor id;
        private final @Nullable String name;
        private final String data;
        private final @Nullable Kin kin;
        private final byte[] wire;

        /**
         * Encodes it.
         *
         * @param id what a client resumes by; none for what is no event of the log
         * @param name the event's name; none on data-only routes
         * @param data JSON in one line, an object
         * @param kin what it may be conflated with; none if it is no task's event
         */
        Message(@Nullable Cursor id, @Nullable String name, String data, @Nullable Kin kin) {
            this.id = id;
            this.name = name;
            this.data = data;
            this.kin = kin;
            this.wire = utf8((id == null ? "" : "id: " + id + "\n")
                    + (name == null ? "" : "event: " + name + "\n")
                    + "data: " + data + "\n\n");
        }

        @Nullable
        Cursor id() {
            return id;
        }

        @Nullable
        String name() {
            return name;
        }

        String data() {
            return data;
        }

        @Nullable
        Kin kin() {
            return kin;
        }

        @Override
        public byte[] wire() {
            return wire;
        }

        /** The same message, saying that {@code skipped} older ones of its kin were left out. */
        Message skipping(int skipped) {
            if (skipped == 0) {
                return this;
            }
            // The data is an object, so it ends in a brace; building the JSON again for one slow client would cost far
            // more
            String open = data.substring(0, data.length() - 1);
            return new Message(id, name, open + ",\"skipped\":" + skipped + "}", kin);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Message message && Arrays.equals(wire, message.wire);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(wire);
        }

        @Override
        public String toString() {
            return new String(wire, StandardCharsets.UTF_8);
        }
    }

    /**
     * Progress events of equal kin differ only in how far the stage is: the newest makes the older ones superfluous.
     *
     * @param droppable false for an end, which is of no other event's kin
     * @param provable whether the payload has a {@code seq}, so that what is left out must be counted
     */
    record Kin(TaskId task, int attempt, String stage, boolean droppable, boolean provable) {}

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
