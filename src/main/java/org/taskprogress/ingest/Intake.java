package org.taskprogress.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.taskprogress.progress.ForeignMessages;
import org.taskprogress.task.ForeignJson;

/**
 * Where workers' messages wait to be taken in. Whoever brings them never waits: what is too large, comes too fast on one channel, or
 * finds no room is dropped and counted. The last tenth of the room is for messages that may end a task. {@link #heard} is called by one
 * thread; otherwise thread-safe.
 */
final class Intake implements ForeignMessages {

    /** What waits. */
    sealed interface Incoming permits Heard, Posted {}

    /** More channels than this at once are not told apart for long. */
    private static final int MAX_BUCKETS = 10_000;

    private static final double ROOM_OF_PROGRESS = 0.9;
    private static final List<byte[]> ENDS = List.of(
            "complete".getBytes(US_ASCII),
            "error".getBytes(US_ASCII),
            "fail".getBytes(US_ASCII),
            "success".getBytes(US_ASCII),
            "cancel".getBytes(US_ASCII));

    private final Limits limits;
    private final Rejections rejections;
    private final Deque<Incoming> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private long bytes;
    private boolean closed;

    /** Of the bringing thread only. The one least lately used gives way. */
    private final Map<String, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
            return size() > MAX_BUCKETS;
        }
    };

    /**
     * What may wait.
     *
     * @param perSecond messages of one channel
     * @param burst more of them after a rest
     * @param messages that wait, of all channels
     * @param bytes of their payloads
     */
    record Limits(double perSecond, double burst, int messages, long bytes) {
        static final Limits DEFAULTS = new Limits(2_000, 4_000, 20_000, 32L * 1024 * 1024);
    }

    Intake(Limits limits, Rejections rejections) {
        this.limits = limits;
        this.rejections = rejections;
    }

    @Override
    public void heard(String channel, byte[] payload) {
        long now = System.nanoTime();
        if (channel.length() > Channel.MAX_LENGTH) {
            rejections.count(Reason.BAD_CHANNEL, channel);
        } else if (!mayPass(channel, now)) {
            rejections.count(Reason.RATE_LIMITED, channel);
        } else if (payload.length > ForeignJson.MAX_BYTES) {
            rejections.count(Reason.TOO_LARGE, channel);
        } else if (!offer(new Heard(channel, payload, now), payload.length, isNearlyFull() ? room(payload) : 1)) {
            rejections.count(Reason.QUEUE_FULL, channel);
        }
    }

    private boolean mayPass(String channel, long now) {
        return buckets.computeIfAbsent(channel, name -> new TokenBucket(limits.perSecond(), limits.burst(), now))
                .take(now);
    }

    /** Else the payload need not be looked through. */
    private boolean isNearlyFull() {
        lock.lock();
        try {
            return waiting.size() >= limits.messages() * ROOM_OF_PROGRESS
                    || bytes >= limits.bytes() * ROOM_OF_PROGRESS - ForeignJson.MAX_BYTES;
        } finally {
            lock.unlock();
        }
    }

    /** What was posted by HTTP; false if there is no room for it. */
    boolean offer(Posted posted) {
        return offer(posted, 0, 1);
    }

    private boolean offer(Incoming incoming, int size, double room) {
        lock.lock();
        try {
            if (closed || waiting.size() >= limits.messages() * room || bytes + size > limits.bytes() * room) {
                return false;
            }
            waiting.addLast(incoming);
            bytes += size;
            arrived.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for messages, and takes those that are there; none if none came in time. */
    List<Incoming> take(int most, Duration wait) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = wait.toNanos();
            while (waiting.isEmpty() && left > 0 && !closed) {
                left = arrived.awaitNanos(left);
            }
            var taken = new ArrayList<Incoming>(Math.min(most, waiting.size()));
            while (taken.size() < most && !waiting.isEmpty()) {
                Incoming next = waiting.removeFirst();
                bytes -= next instanceof Heard heard ? heard.payload().length : 0;
                taken.add(next);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out what was posted by HTTP, whose senders don't wait for an outage to end. */
    List<Posted> takePosted() {
        lock.lock();
        try {
            List<Posted> posted = waiting.stream()
                    .filter(Posted.class::isInstance)
                    .map(Posted.class::cast)
                    .toList();
            waiting.removeIf(Posted.class::isInstance);
            return posted;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what waits can still be taken out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** A message that may end its task finds room longer: after it nothing comes that would say the same. */
    private double room(byte[] payload) {
        return ENDS.stream().anyMatch(word -> contains(payload, word)) ? 1 : ROOM_OF_PROGRESS;
    }

    private static boolean contains(byte[] payload, byte[] word) {
        for (int i = 0; i <= payload.length - word.length; i++) {
            int at = 0;
            while (at < word.length && payload[i + at] == word[at]) {
                at++;
            }
            if (at == word.length) {
                return true;
            }
        }
        return false;
    }
}
