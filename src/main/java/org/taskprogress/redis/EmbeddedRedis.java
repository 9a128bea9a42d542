package org.taskprogress.redis;

import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.taskprogress.progress.Backoff;

/**
 * A Redis of our own for installations that have none: a real redis-server as a child process, reachable from this machine only and
 * by password only, whose log is on disk. Life: {@link #start} makes one or takes over the one that a killed JVM of this directory
 * left behind; if it dies it is started again on the same port; {@link #close} ends it in good order. Thread-safe.
 */
public final class EmbeddedRedis implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(EmbeddedRedis.class.getName());
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final RedisHome home;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread watcher;
    private volatile ProcessHandle process;

    private EmbeddedRedis(RedisHome home, ProcessHandle process, ThreadFactory threads) {
        this.home = home;
        this.process = process;
        this.watcher = threads.newThread(this::restartUntilClosed);
    }

    /**
     * Starts it, or takes over a running one, and returns when it answers.
     *
     * @param directory for its data and program; made if need be; used by one JVM at a time
     * @param port a free one is taken if empty
     * @throws CannotStartException with one line that says what to do
     */
    public static EmbeddedRedis start(Path directory, OptionalInt port, ThreadFactory threads) {
        var home = RedisHome.open(directory, port);
        try {
            var process = home.takeOver().orElseGet(home::launch);
            var started = new EmbeddedRedis(home, process, threads);
            started.watcher.start();
            LOG.log(Level.INFO, "Redis runs port={0} data={1}", Integer.toString(home.port()), directory);
            return started;
        } catch (RuntimeException e) { // whatever it was, the directory must be free for the next try
            home.close();
            throw e;
        }
    }

    /** Where it is, with the password. It stays the same over restarts. */
    public URI url() {
        return home.url();
    }

    long pid() {
        return process.pid();
    }

    /** Ends it in good order, so that nothing of its log is lost. */
    @Override
    public void close() {
        closing.countDown();
        watcher.interrupt();
        try {
            watcher.join(STOP_LIMIT.toMillis());
            stop(process);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        } finally {
            home.close();
        }
    }

    /** By SIGTERM, at which Redis writes what it has; by force if it hangs. */
    static void stop(ProcessHandle process) throws InterruptedException {
        process.destroy();
        if (!hasEnded(process, STOP_LIMIT)) {
            LOG.log(Level.WARNING, "Redis does not stop and is killed pid={0}", Long.toString(process.pid()));
            process.destroyForcibly();
            hasEnded(process, STOP_LIMIT);
        }
    }

    private static boolean hasEnded(ProcessHandle process, Duration limit) throws InterruptedException {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for a process does not fail", e);
        }
    }

    private void restartUntilClosed() {
        var backoff = new Backoff(
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                () -> ThreadLocalRandom.current().nextDouble());
        try {
            while (closing.getCount() > 0) {
                if (hasEnded(process, Duration.ofHours(1))
                        && !closing.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS)) {
                    restart(backoff);
                }
            }
        } catch (InterruptedException e) { // close() does that
            Thread.currentThread().interrupt();
        }
    }

    private void restart(Backoff backoff) {
        LOG.log(Level.WARNING, "Redis has ended and is started again; its last lines: {0}", home.lastLine());
        try {
            process = home.launch();
            backoff.reset();
        } catch (CannotStartException e) {
            LOG.log(Level.WARNING, "{0}", e.getMessage());
        }
    }

    /** It can't start; the message is one line for an operator. */
    public static final class CannotStartException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CannotStartException(String message, Throwable cause) {
            super(message, cause);
        }

        CannotStartException(String message) {
            super(message);
        }
    }
}
