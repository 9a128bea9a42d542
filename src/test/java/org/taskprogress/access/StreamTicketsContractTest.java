package org.taskprogress.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.testing.TestClock;
import org.taskprogress.testing.TestDatabase;

/** What every database must do for {@link StreamTickets}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StreamTicketsContractTest {

    private final TestClock clock = new TestClock();

    @SuppressWarnings("NullAway.Init")
    private TestDatabase database;

    abstract TestDatabase open();

    @BeforeAll
    void openDatabase() {
        database = open();
    }

    @AfterAll
    void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.execute("DELETE FROM stream_ticket");
    }

    private StreamTickets anInstance() {
        return new StreamTickets(database.jdbi(), clock);
    }

    private Caller alice(Instant expiresAt) {
        return new Caller("alice", Set.of(Role.USER, Role.ADMIN), expiresAt);
    }

    private Caller alice() {
        return alice(clock.instant().plus(Duration.ofHours(1)));
    }

    private int rows() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM stream_ticket")
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void anotherInstanceTakesItOnceForTheSameCaller() {
        var ticket = anInstance().issue(alice());

        assertThat(anInstance().redeem(ticket.text())).contains(alice());
        assertThat(anInstance().redeem(ticket.text())).isEmpty();
        assertThat(rows()).isZero();
    }

    @Test
    void isGoodForThirtySecondsAndNoLongerThanTheToken() {
        var ticket = anInstance().issue(alice());
        var short1 = anInstance().issue(alice(clock.instant().plusSeconds(10)));
        assertThat(ticket.expiresAt()).isEqualTo(clock.instant().plusSeconds(30));
        assertThat(short1.expiresAt()).isEqualTo(clock.instant().plusSeconds(10));

        clock.advance(Duration.ofSeconds(30));
        assertThat(anInstance().redeem(ticket.text())).isEmpty();
        assertThat(anInstance().redeem(short1.text())).isEmpty();
    }

    @Test
    void isNotInTheDatabaseItself() {
        var ticket = anInstance().issue(alice());
        String kept = database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT hash FROM stream_ticket")
                        .mapTo(String.class)
                        .one());

        assertThat(kept).isNotEqualTo(ticket.text()).hasSize(64);
        assertThat(anInstance().redeem(kept)).isEmpty();
    }

    @Test
    void expiredOnesAreSweptWhenSomebodyGetsANewOne() {
        anInstance().issue(alice());
        anInstance().issue(alice());
        clock.advance(Duration.ofSeconds(31));
        anInstance().issue(alice());

        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void nobodyCollectsThem() {
        var tickets = anInstance();
        for (int i = 0; i < 100; i++) {
            tickets.issue(alice());
        }
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> tickets.issue(alice()))
                .matches(refusal -> refusal.problem().type().status() == 429);
        tickets.issue(new Caller("bob", Set.of(), clock.instant().plusSeconds(60)));
        clock.advance(Duration.ofSeconds(31));
        tickets.issue(alice());
    }

    @Test
    void ofManyWhoComeWithItAtOnceOneGetsIn() throws Exception {
        int many = 8;
        var threads = Executors.newFixedThreadPool(many);
        try {
            for (int round = 0; round < 10; round++) {
                String ticket = anInstance().issue(alice()).text();
                var together = new CyclicBarrier(many);
                Callable<Optional<Caller>> one = () -> {
                    together.await();
                    return anInstance().redeem(ticket);
                };
                int in = 0;
                for (var result : threads.invokeAll(Collections.nCopies(many, one))) {
                    in += result.get().isPresent() ? 1 : 0;
                }
                assertThat(in).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
