package org.taskprogress.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

/**
 * A channel of Redis by its name.
 *
 * @param family which of the designs it is of, and so what its payloads look like
 * @param owner whose the task is, where the name says so
 */
record Channel(Family family, TaskId task, Optional<Owner> owner) {

    /** The longest name that can be one: an owner of 255 characters has up to 2,295 encoded. */
    static final int MAX_LENGTH = 2_600;

    private static final int HEX = 16;

    /** The four channel families. */
    enum Family {
        TASKS("task_progress:([^:]+):([^:]+)"),
        DOCUMENTS("document:([^:]+):progress"),
        BATCHES("batch:([^:]+):progress"),
        SESSIONS("transcription:status:([^:]+)");

        private final Pattern form;

        Family(String form) {
            this.form = Pattern.compile(form);
        }
    }

    /** Reads a name; empty if it is none of a worker's, its owner not encoded as the contract says included. */
    static Optional<Channel> parse(String name) {
        if (name.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        for (Family family : Family.values()) {
            Matcher form = family.form.matcher(name);
            if (form.matches()) {
                return parse(family, form);
            }
        }
        return Optional.empty();
    }

    private static Optional<Channel> parse(Family family, Matcher form) {
        try {
            return Optional.of(
                    family == Family.TASKS
                            ? new Channel(family, new TaskId(form.group(2)), Optional.of(owner(form.group(1))))
                            : new Channel(family, new TaskId(form.group(1)), Optional.empty()));
        } catch (IllegalArgumentException impossible) {
            return Optional.empty();
        }
    }

    /** Only the one encoding of an owner is taken: by another one the task would be watched on one channel and told of on another. */
    private static Owner owner(String encoded) {
        var owner = new Owner(decode(encoded));
        if (!owner.encoded().equals(encoded)) {
            throw new IllegalArgumentException("the owner is not encoded as it should be");
        }
        return owner;
    }

    private static String decode(String encoded) {
        var bytes = ByteBuffer.allocate(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char each = encoded.charAt(i);
            if (each > '~' || (each == '%' && i + 2 >= encoded.length())) {
                throw new IllegalArgumentException("the owner is not encoded");
            }
            if (each == '%') {
                bytes.put((byte) Integer.parseInt(encoded, i + 1, i + 3, HEX));
                i += 2;
            } else {
                bytes.put((byte) each);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the owner is no UTF-8", e);
        }
    }
}
