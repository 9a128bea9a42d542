package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every order of the steps that matter, played with the real classes: see {@link Scene} for the letters. What the model under
 * {@code docs/model} says of the protocol, this says of the code.
 */
class InterleavingsTest {

    private static final int REPORTED = 5;

    private record Failure(String word, AssertionError error) {}

    @ParameterizedTest(name = "{0} with a fault {1}, the watcher has a cursor: {2}")
    @CsvSource({
        "PPLLRRW,,false",
        "PPLLRRW,,true",
        "PPLLRRW,C,false",
        "PPLLRRW,C,true",
        "PPLLRRR,X,false",
        "PPLLRRRR,X,true",
        "PPLLRRW,T,true",
        "PPLLRRW,E,true",
        "PPLLRW,AB,false",
        "PPLLRW,AB,true",
        "PPLLRW,XC,true",
        "PPLLRW,XX,true"
    })
    void aWatcherCanProveThatItHoldsEverythingWhateverTheOrder(String steps, String fault, boolean resumes) {
        playAll(steps + (fault == null ? "" : fault), 64, 1, resumes);
    }

    @ParameterizedTest(name = "fault {0}")
    @CsvSource({"''", "C", "X"})
    void whatIsConflatedIsCountedWhateverTheOrder(String fault) {
        assertThat(playAll("PPPLLLRW" + fault, 6, 4, true)).isPositive();
    }

    @Test
    void anOrderIsTriedOnce() {
        assertThat(Interleavings.of("PPLL", Interleavings.inTurn('P', 'L'))).containsExactly("PLPL", "PPLL");
    }

    /** Returns how many events were conflated in all. */
    private static long playAll(String letters, int mailbox, int burst, boolean resumes) {
        int published = (int) letters.chars().filter(letter -> letter == 'P').count();
        var failures = new ArrayList<Failure>();
        var conflated = new AtomicLong();
        var played = new AtomicLong();
        var possible = Interleavings.inTurn('P', 'L').and(Interleavings.inTurn('A', 'B'));
        Interleavings.of(letters, possible).forEach(word -> {
            played.incrementAndGet();
            var scene = new Scene(mailbox, published, burst, resumes);
            try {
                scene.play(word);
            } catch (AssertionError e) {
                failures.add(new Failure(word, e));
            }
            conflated.addAndGet(scene.conflated());
        });
        List<Failure> first = failures.stream().limit(REPORTED).toList();
        assertThat(first)
                .as("%d of %d orders failed", failures.size(), played.get())
                .isEmpty();
        return conflated.get();
    }
}
