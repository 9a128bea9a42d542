package org.taskprogress.ingest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.EndPublisher;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.redis.RedisParts;
import org.taskprogress.redis.RedisSubscriber;
import org.taskprogress.task.ExternalWork;
import org.taskprogress.task.TaskRegistry;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.testing.TestDatabase;

/** What an instance of the program has to take messages in with. Instances share the database and Redis. */
final class Instance implements AutoCloseable {

    final RedisParts redis;
    final TaskRepository tasks;
    final TaskRegistry registry;
    final ExternalWork work;
    final ExternalRows rows;
    final ExternalEnds ends;
    final Intake intake;
    final KnownTasks known;
    final List<Reason> rejected = new CopyOnWriteArrayList<>();
    final List<RecordedEvent> delivered = new CopyOnWriteArrayList<>();
    final LogFollower follower;
    private final Ingest ingest;
    private volatile boolean cutOff;
    private final ProgressPublisher publisher;
    private final RedisSubscriber subscriber;

    Instance(String redisUrl, TestDatabase database) {
        this(redisUrl, database, new Intake.Limits(1e6, 1e6, 100_000, 1L << 30));
    }

    Instance(String redisUrl, TestDatabase database, Intake.Limits limits) {
        Jdbi jdbi = Jdbi.create((ConnectionFactory) () -> connection(database));
        Clock clock = Clock.systemUTC();
        redis = new RedisParts(redisUrl);
        tasks = new TaskRepository(jdbi, clock);
        registry = new TaskRegistry(jdbi, clock);
        work = new ExternalWork(jdbi, clock);
        var rejections = new Rejections(rejected::add, clock);
        var backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(10), () -> 0);
        publisher = new ProgressPublisher(
                redis.log(),
                100,
                backoff,
                (event, appended) -> tasks.endPublished(
                        event.progress().task(),
                        event.progress().attempt(),
                        appended.id().toString()),
                Thread::new);
        rows = new ExternalRows(work);
        ends = new ExternalEnds(tasks, work, redis.log(), new EndPublisher(tasks, redis.log(), publisher), clock);
        known = new KnownTasks(tasks, registry, redis.log(), new TokenBucket(1e6, 1e6, System.nanoTime()));
        var desk = new Desk(known, redis.log(), rows, ends, rejections, took -> {}, clock);
        intake = new Intake(limits, rejections);
        follower = new LogFollower(tasks, registry, work, redis.log(), new EndPublisher(tasks, redis.log(), publisher));
        ingest = new Ingest(intake, desk, rejections, backoff, Thread::new);
        publisher.start();
        ingest.start();
        subscriber = redis.subscribe(new Delivered(), intake);
        Awaitility.await().until(subscriber::isConnected);
    }

    /** Cuts this instance off from the database, or lets it back. */
    void cutOff(boolean away) {
        cutOff = away;
    }

    private Connection connection(TestDatabase database) throws SQLException {
        if (cutOff) {
            throw new SQLException("cut off", "08001");
        }
        return database.dataSource().getConnection();
    }

    private final class Delivered implements ProgressListener {
        @Override
        public void recorded(RecordedEvent event) {
            delivered.add(event);
            follower.recorded(event);
        }

        @Override
        public void continuityLost() {
            follower.continuityLost();
        }
    }

    @Override
    public void close() {
        var closing = new ArrayList<AutoCloseable>(List.of(subscriber, ingest, publisher, redis));
        closing.forEach(each -> {
            try {
                each.close();
            } catch (Exception e) { // of the interface; none of these throws one
                throw new IllegalStateException(e);
            }
        });
    }
}
