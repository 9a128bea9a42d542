package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WriterPoolTest {

    private static final int ACTIVE = 2;
    private static final int MOST = 5;

    private final WriterPool pool = new WriterPool(ACTIVE, MOST, 100, Thread::new);
    private final CountDownLatch clientsRead = new CountDownLatch(1);
    private final AtomicInteger stuck = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    @AfterEach
    void stop() {
        clientsRead.countDown();
        pool.stop();
    }

    @Test
    void aStuckThreadIsReplacedAndLeavesWhenItIsBack() {
        pool.start();
        stickAll(ACTIVE);
        pool.execute(done::incrementAndGet);

        await().untilAsserted(() -> {
            pool.replaceStuck();
            assertThat(done).hasValue(1);
        });
        assertThat(pool.threads()).isEqualTo(2 * ACTIVE);

        clientsRead.countDown();
        await().untilAsserted(() -> assertThat(pool.threads()).isEqualTo(ACTIVE));
        pool.execute(done::incrementAndGet);
        await().untilAsserted(() -> assertThat(done).hasValue(2));
    }

    @Test
    void thereAreNeverMoreThreadsThanAllowed() {
        pool.start();
        for (int i = 0; i < 2 * MOST; i++) {
            pool.execute(this::stick);
        }
        await().untilAsserted(() -> {
            pool.replaceStuck();
            assertThat(stuck).hasValue(MOST);
        });
        pool.replaceStuck();
        assertThat(pool.threads()).isEqualTo(MOST);
    }

    @Test
    void aTurnThatFailsCostsNoThreadForLong() {
        List<Throwable> faults = new ArrayList<>();
        var failing = new WriterPool(1, 1, 10, turns -> {
            var thread = new Thread(turns);
            thread.setUncaughtExceptionHandler((dead, fault) -> faults.add(fault));
            return thread;
        });
        failing.start();
        failing.execute(() -> {
            throw new IllegalStateException("a fault of ours");
        });
        failing.execute(done::incrementAndGet);
        await().untilAsserted(() -> {
            failing.replaceStuck();
            assertThat(done).hasValue(1);
        });
        assertThat(faults).hasSize(1);
        failing.stop();
    }

    @Test
    void whatWaitsWhenThePoolStopsIsStillDoneAndNothingIsTakenAnyMore() {
        for (int i = 0; i < 10; i++) {
            pool.execute(done::incrementAndGet);
        }
        pool.start();
        pool.stop();
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> pool.execute(() -> {}));
        await().untilAsserted(() -> assertThat(done).hasValue(10));
        await().untilAsserted(() -> assertThat(pool.threads()).isZero());
    }

    private void stickAll(int count) {
        for (int i = 0; i < count; i++) {
            pool.execute(this::stick);
        }
        await().untilAsserted(() -> assertThat(stuck).hasValue(count));
    }

    private void stick() {
        stuck.incrementAndGet();
        try {
            clientsRead.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
