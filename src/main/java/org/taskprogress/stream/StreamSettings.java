package org.taskprogress.stream;

import java.time.Duration;
import org.eclipse.microprofile.config.Config;

/**
 * What an operator may set.
 *
 * @param maxStreams of this instance; more are refused with 503
 * @param maxStreamsPerUser of one user at all instances; more are refused with 429
 * @param mailboxMessages how many messages may wait for one client
 * @param mailboxBytes how much memory they may take, about
 * @param replayPage how many recorded events are read at once for one client
 * @param maxDuration the longest time of one connection, before the jitter of ±10 %
 * @param awaitFor how long a stream waits for tasks that have not begun
 * @param commentAfter silence after which a comment is sent
 * @param heartbeatEvery time between two named heartbeats
 * @param writeDeadline how long one write may take before the client is given up
 * @param drainTime over which streams are closed at shutdown
 * @param writerThreads threads that write to clients
 * @param stuckThreads more of them, while some are stuck with clients that don't read; as many again for those known to be slow
 * @param readerThreads threads that read the log for clients that join
 */
record StreamSettings(
        int maxStreams,
        int maxStreamsPerUser,
        int mailboxMessages,
        int mailboxBytes,
        int replayPage,
        Duration maxDuration,
        Duration awaitFor,
        Duration commentAfter,
        Duration heartbeatEvery,
        Duration writeDeadline,
        Duration drainTime,
        int writerThreads,
        int stuckThreads,
        int readerThreads) {

    static final StreamSettings DEFAULTS = new StreamSettings(
            20_000,
            20,
            512,
            512 * 1024,
            256,
            Duration.ofHours(4),
            Duration.ofMinutes(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            4,
            64,
            8);

    /** Reads the keys {@code stream.*}; durations are in ISO 8601, like {@code PT30S}. */
    static StreamSettings of(Config config) {
        var values = new Values(config);
        return new StreamSettings(
                values.count("stream.max", DEFAULTS.maxStreams),
                values.count("stream.max-per-user", DEFAULTS.maxStreamsPerUser),
                values.count("stream.mailbox.messages", DEFAULTS.mailboxMessages),
                values.count("stream.mailbox.bytes", DEFAULTS.mailboxBytes),
                values.count("stream.replay.page", DEFAULTS.replayPage),
                values.time("stream.max-duration", DEFAULTS.maxDuration),
                values.time("stream.await-for", DEFAULTS.awaitFor),
                values.time("stream.comment-after", DEFAULTS.commentAfter),
                values.time("stream.heartbeat-every", DEFAULTS.heartbeatEvery),
                values.time("stream.write-deadline", DEFAULTS.writeDeadline),
                values.time("stream.drain-time", DEFAULTS.drainTime),
                values.count("stream.writer-threads", DEFAULTS.writerThreads),
                values.count("stream.stuck-threads", DEFAULTS.stuckThreads),
                values.count("stream.reader-threads", DEFAULTS.readerThreads));
    }

    private record Values(Config config) {
        int count(String key, int otherwise) {
            int value = config.getOptionalValue(key, Integer.class).orElse(otherwise);
            if (value < 1) {
                throw new IllegalArgumentException(key + " must be at least 1");
            }
            return value;
        }

        Duration time(String key, Duration otherwise) {
            return config.getOptionalValue(key, Duration.class).orElse(otherwise);
        }
    }
}
