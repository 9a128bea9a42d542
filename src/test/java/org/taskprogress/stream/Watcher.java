package org.taskprogress.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.taskprogress.progress.Cursor;

/** A client that breaks off at random and comes back with its cursor, until it was told the end; returns how often it came. */
final class Watcher implements Callable<Integer> {

    private final StreamsFixture world;
    private final Work work;
    private final Random random;
    private final List<Frame.Message> all = new ArrayList<>();

    Watcher(StreamsFixture world, Work work, Random random) {
        this.world = world;
        this.work = work;
        this.random = random;
    }

    @Override
    public Integer call() throws InterruptedException {
        int connections = 0;
        Resume resume = Resume.after(Cursor.START);
        while (true) {
            var admission = world.streams.admit(
                    StreamsFixture.caller(work.id().value() + "-" + System.identityHashCode(this)),
                    StreamsFixture.watching(work),
                    NamedFormat.TASKS,
                    resume);
            if (admission.isEmpty()) {
                return connections;
            }
            connections++;
            var client = new ClientRecorder();
            world.streams.open(admission.get(), client);
            client.awaitFrames(1 + random.nextInt(400));
            client.goAway();
            var got = client.messages();
            all.addAll(got);
            if (!client.lastEventId().isEmpty()) {
                resume = Resume.of(client.lastEventId(), Resume.FRESH);
            }
        }
    }

    Work work() {
        return work;
    }

    /** Everything that all its connections got. */
    List<Frame.Message> all() {
        return List.copyOf(all);
    }
}
