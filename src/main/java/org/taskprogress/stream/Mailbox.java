package org.taskprogress.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.task.TaskId;

/**
 * What waits for one client, oldest first. When it is full, progress events are conflated: of a run of equal kin only the first and
 * the newest stay, and the newest says how many it replaces. Stage changes and ends are never dropped. Not thread-safe.
 */
final class Mailbox {

    private record Waiting(Frame.Message message, int skipped) {
        Frame.Message toWire() {
            boolean provable = message.kin() != null && message.kin().provable();
            return provable ? message.skipping(skipped) : message;
        }
    }

    private final int maxMessages;
    private final int maxBytes;
    private ArrayDeque<Waiting> waiting = new ArrayDeque<>(2);
    private int bytes;
    private long conflated;

    Mailbox(int maxMessages, int maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** Adds a message; false if there is no room for it, whatever is conflated. Then the client can't be served any more. */
    boolean offer(Frame.Message message) {
        if (isFull(message, 1)) {
            conflate();
            // Half, so that a mailbox full of what can't be conflated does not cost a scan for each message
            if (isFull(message, 2)) {
                return false;
            }
        }
        waiting.add(new Waiting(message, 0));
        bytes += message.weight();
        return true;
    }

    private boolean isFull(Frame.Message next, int share) {
        return waiting.size() >= maxMessages / share || bytes + next.weight() > maxBytes / share;
    }

    /** Leaves of each run of equal kin the first, which may be the change of stage, and the newest. */
    private void conflate() {
        var kept = new ArrayList<@Nullable Waiting>(waiting.size());
        var runs = new HashMap<TaskId, Run>();
        for (Waiting next : waiting) {
            Frame.Kin kin = next.message().kin();
            Run run = kin == null ? null : runs.get(kin.task());
            if (kin != null && (run == null || !kin.droppable() || !run.kin.equals(kin))) {
                runs.put(kin.task(), new Run(kin));
            } else if (run != null) {
                Waiting replaced = run.newest < 0 ? null : kept.set(run.newest, null);
                if (replaced != null) {
                    next = new Waiting(next.message(), next.skipped() + replaced.skipped() + 1);
                    bytes -= replaced.message().weight();
                    conflated++;
                }
                run.newest = kept.size();
            }
            kept.add(next);
        }
        waiting = kept.stream().filter(Objects::nonNull).collect(Collectors.toCollection(ArrayDeque::new));
    }

    /** Neighbouring events of one task and equal kin. */
    private static final class Run {
        private final Frame.Kin kin;
        /** Where the newest stands that is not the first; -1 while there is none. */
        private int newest = -1;

        Run(Frame.Kin kin) {
            this.kin = kin;
        }
    }

    /** Forgets what a client has already: everything up to a cursor. */
    void dropUpTo(Cursor cursor) {
        waiting.removeIf(entry -> {
            Cursor id = entry.message().id();
            boolean known = id != null && !id.isAfter(cursor);
            if (known) {
                bytes -= entry.message().weight();
            }
            return known;
        });
    }

    /** Moves everything that waits to {@code target}. */
    void drainTo(List<Frame> target) {
        waiting.forEach(entry -> target.add(entry.toWire()));
        clear();
    }

    void clear() {
        // An idle client keeps no array that a busy moment made large
        waiting = new ArrayDeque<>(2);
        bytes = 0;
    }

    @Nullable
    Cursor oldestId() {
        Waiting oldest = waiting.peekFirst();
        return oldest == null ? null : oldest.message().id();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How many messages were conflated since the last call. */
    long takeConflated() {
        long count = conflated;
        conflated = 0;
        return count;
    }
}
