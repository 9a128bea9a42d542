package org.taskprogress.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.ForeignMessages;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Listens to the events of all tasks on one connection, for this instance's whole life: connects, catches up from the log, delivers
 * live; when Redis dies, hangs or the connection is cut, that is noticed within 3 s and begins anew, after waits of 100 ms to 1 s.
 * {@link ProgressListener} is called on one thread of its own. It begins with the log's head: what is older was never missed.
 */
public final class RedisSubscriber implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RedisSubscriber.class.getName());

    /** Also how long a lost last message can go unnoticed, since nothing after it shows the gap. */
    private static final Duration PING_INTERVAL = Duration.ofSeconds(1);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final List<String> PATTERNS = Stream.concat(Stream.of(Keys.CHANNELS), Keys.FOREIGN_CHANNELS.stream())
            .toList();

    private final RedisDeployment deployment;
    private final OrderedDelivery delivery;
    private final ForeignMessages foreign;
    private final List<Thread> threads;
    private final Backoff backoff = new Backoff(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            () -> ThreadLocalRandom.current().nextDouble());
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Subscription subscription;
    private volatile boolean connected;

    /** Of the delivering thread only. */
    private boolean outageLogged;

    /**
     * @param log of the same Redis
     * @param foreign hears, on the delivering thread, what others publish by themselves
     * @param threads makes two: one delivers, the other one pings
     */
    public RedisSubscriber(
            RedisDeployment deployment,
            ProgressLog log,
            ProgressListener listener,
            ForeignMessages foreign,
            ThreadFactory threads) {
        this.deployment = deployment;
        this.delivery = new OrderedDelivery(log, listener);
        this.foreign = foreign;
        this.threads = Stream.<Runnable>of(this::deliverUntilClosed, this::pingUntilClosed)
                .map(threads::newThread)
                .toList();
    }

    /** Returns at once, whether Redis can be reached or not. */
    public void start() {
        threads.forEach(Thread::start);
    }

    /** Whether live events come in now. */
    public boolean isConnected() {
        return connected;
    }

    /** How many times events that no live message brought were delivered from the log. */
    public long gapsHealed() {
        return delivery.gapsHealed();
    }

    /** Ends the threads: within a second, or 2 s when just then a call hangs in Redis. Nothing is delivered afterwards. */
    @Override
    public void close() {
        closed.countDown();
        Subscription open = subscription;
        if (open != null) {
            open.abort();
        }
        try {
            for (Thread thread : threads) {
                thread.join(CLOSE_LIMIT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliverUntilClosed() {
        do {
            try (var opened = Subscription.open(deployment, PATTERNS)) {
                subscription = opened;
                delivery.begin();
                backoff.reset();
                outageLogged = false;
                connected = true;
                LOG.log(System.Logger.Level.DEBUG, "listening to Redis at {0}", deployment);
                deliver(opened);
            } catch (RuntimeException e) { // an entry that nobody of ours wrote, say: all streams hang on this thread
                logOutage(e);
            } finally {
                subscription = null;
                connected = false;
            }
        } while (!closedWithin(backoff.next()));
    }

    private void deliver(Subscription open) {
        boolean silent = false;
        while (!isClosed()) {
            if (open.next() instanceof Subscription.Message message) {
                silent = false;
                deliver(message);
            } else if (silent) {
                delivery.catchUp();
            } else {
                silent = true;
            }
        }
    }

    /** A message that isn't of the script is somebody else's worker's: it has no place in the log yet, so it can't be delivered. */
    private void deliver(Subscription.Message message) {
        Optional<LogEntry> recorded = message.isOfScript() ? LogEntry.ofMessage(message.text()) : Optional.empty();
        if (recorded.isPresent()) {
            delivery.live(recorded.get());
        } else {
            hear(message);
        }
    }

    private void hear(Subscription.Message message) {
        try {
            foreign.heard(message.channel(), message.payload());
        } catch (RuntimeException e) { // whatever a stranger's message does to the hearer, the events must come through
            LOG.log(System.Logger.Level.ERROR, "a foreign message could not be heard", e);
        }
    }

    private void pingUntilClosed() {
        while (!closedWithin(PING_INTERVAL)) {
            Subscription open = subscription;
            if (open != null && connected) {
                try {
                    open.sendPing();
                    leaveIfMoved(open);
                } catch (JedisException e) { // the reader notices by itself, within its time limit at the latest
                    LOG.log(System.Logger.Level.DEBUG, "ping failed: {0}", e.getMessage());
                }
            }
        }
    }

    /** A master that was replaced while it was cut off goes on answering to those who still reach it. */
    private void leaveIfMoved(Subscription open) {
        if (deployment.canMove() && !deployment.master().equals(open.address())) {
            open.abort();
        }
    }

    /** Once an outage at a level that an operator sees. */
    private void logOutage(Exception e) {
        if (!isClosed()) {
            LOG.log(
                    outageLogged ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                    "no live events from Redis at {0}; streams stay open and are healed when it answers: {1}",
                    deployment,
                    e.getMessage());
            outageLogged = true;
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private boolean closedWithin(Duration wait) {
        try {
            return closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
