package org.taskprogress.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionException;
import org.taskprogress.ingest.Channel.Family;
import org.taskprogress.ingest.Report.BadReportException;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.task.ForeignJson;

/**
 * The one thread that takes workers' messages out of the {@link Intake} and in, in their order. While the database or the log is away
 * it tries again, for as long as it takes, and the intake fills; who posted by HTTP is told at once. Life: {@link #start}, then
 * {@link #close}, which takes in what waits, with a time limit.
 */
final class Ingest implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Ingest.class.getName());
    private static final int BATCH = 256;
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
    private static final Duration KEY_MEMORY = Duration.ofDays(1);

    /** A fault that is not an outage is tried so often before its message is given up. */
    private static final int MAX_FAULTS = 5;

    private final Intake intake;
    private final Desk desk;
    private final Rejections rejections;
    private final Backoff backoff;
    private final Occurrences occurrences = new Occurrences();
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private final Thread thread;
    private boolean outageLogged;

    /** @param threads makes the one thread */
    Ingest(Intake intake, Desk desk, Rejections rejections, Backoff backoff, ThreadFactory threads) {
        this.intake = intake;
        this.desk = desk;
        this.rejections = rejections;
        this.backoff = backoff;
        this.thread = threads.newThread(this::takeInUntilClosed);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        intake.close();
        try {
            thread.join(CLOSE_LIMIT.toMillis());
            givenUp.countDown();
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeInUntilClosed() {
        try {
            while (givenUp.getCount() > 0 && !(intake.isClosed() && intake.size() == 0)) {
                var left = new ArrayDeque<Said>();
                for (Intake.Incoming incoming : intake.take(BATCH, IDLE)) {
                    understand(incoming).ifPresent(left::add);
                }
                takeIn(left);
            }
        } catch (InterruptedException e) { // nobody of ours interrupts; whoever does wants the thread to end
            Thread.currentThread().interrupt();
        }
    }

    private void takeIn(Deque<Said> left) throws InterruptedException {
        int faults = 0;
        while (!left.isEmpty()) {
            try {
                desk.takeIn(left);
                backoff.reset();
                outageLogged = false;
                faults = 0;
            } catch (LogUnavailableException | ConnectionException away) {
                logOutage(away);
                left.removeIf(said -> said.answer().away());
                intake.takePosted().forEach(posted -> posted.outcome().complete(new Posted.Away()));
                if (isGivenUpWithin(backoff.next())) {
                    return;
                }
            } catch (RuntimeException fault) { // whatever is wrong with one message, the others must not wait for it
                if (++faults == MAX_FAULTS) {
                    LOG.log(System.Logger.Level.ERROR, "task=" + left.getFirst().task() + " message given up", fault);
                    left.removeFirst().answer().refused(Reason.FAULT);
                    faults = 0;
                } else if (isGivenUpWithin(backoff.next())) {
                    return;
                }
            }
        }
    }

    private Optional<Said> understand(Intake.Incoming incoming) {
        if (incoming instanceof Heard heard) {
            return understand(heard);
        }
        Posted posted = (Posted) incoming;
        // Whoever has given up waiting was told that nothing is done
        return posted.outcome().isDone() ? Optional.empty() : Optional.of(understand(posted));
    }

    private Optional<Said> understand(Heard heard) {
        Optional<Channel> channel = Channel.parse(heard.channel());
        if (channel.isEmpty()) {
            rejections.count(Reason.BAD_CHANNEL, heard.channel());
            return Optional.empty();
        }
        Reason unreadable = Reason.NOT_JSON;
        try {
            var json = ForeignJson.object(heard.payload());
            unreadable = Reason.BAD_PAYLOAD;
            if (channel.get().family() == Family.TASKS && !json.containsKey("task_id")) {
                throw Members.bad("task_id", "is required");
            }
            Report report = Payloads.read(channel.get().family(), channel.get().task(), json);
            return Optional.of(new Said(
                    channel.get().task(),
                    channel.get().owner(),
                    report,
                    occurrences.next(heard),
                    Optional.empty(),
                    heard.nanos(),
                    new Unawaited(heard.channel())));
        } catch (BadReportException bad) {
            rejections.count(bad.reason(), heard.channel());
        } catch (RuntimeException hostile) { // no JSON, or what its author hoped we would stumble over
            rejections.count(unreadable, heard.channel());
        }
        return Optional.empty();
    }

    private Said understand(Posted posted) {
        String name =
                posted.key().map(key -> "key/" + Occurrences.digest(key)).orElseGet(() -> "post/" + UUID.randomUUID());
        return new Said(
                posted.task(),
                Optional.empty(),
                posted.report(),
                new Source(name, 1, Optional.of(posted.key().isPresent() ? KEY_MEMORY : Occurrences.MEMORY)),
                posted.key(),
                System.nanoTime(),
                new Awaited(posted));
    }

    private void logOutage(RuntimeException away) {
        LOG.log(
                outageLogged ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                "workers'' messages wait until it answers: {0}",
                away.getMessage());
        outageLogged = true;
    }

    private boolean isGivenUpWithin(Duration wait) throws InterruptedException {
        return givenUp.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Nobody waits for what becomes of a published message. */
    private final class Unawaited implements Said.Answer {

        private final String channel;

        private Unawaited(String channel) {
            this.channel = channel;
        }

        @Override
        public void recorded(Cursor id, boolean repeated) {
            // It is delivered as all others are
        }

        @Override
        public void refused(Reason reason) {
            rejections.count(reason, channel);
        }

        @Override
        public boolean away() {
            return false;
        }

        @Override
        public boolean isAwaited() {
            return false;
        }
    }

    /** Who posted waits, but not for an outage to end. */
    private final class Awaited implements Said.Answer {

        private final Posted posted;

        private Awaited(Posted posted) {
            this.posted = posted;
        }

        @Override
        public void recorded(Cursor id, boolean repeated) {
            posted.outcome().complete(new Posted.Recorded(id, repeated));
        }

        @Override
        public void refused(Reason reason) {
            rejections.count(reason, posted.task().value());
            posted.outcome().complete(new Posted.Refused(reason));
        }

        @Override
        public boolean away() {
            posted.outcome().complete(new Posted.Away());
            return true;
        }

        @Override
        public boolean isAwaited() {
            return true;
        }
    }
}
