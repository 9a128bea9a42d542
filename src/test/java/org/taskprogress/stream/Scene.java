package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskprogress.stream.StreamsFixture.watching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.taskprogress.progress.Cursor;
import org.taskprogress.task.TaskStatus;

/**
 * One task, one watcher who comes back whenever it is cut off, and everybody else whose steps matter, played on one thread in the order
 * of a word: {@code P} the next event is recorded, {@code L} the listener hears it, {@code R} the reader goes on up to
 * its next read of the log, {@code W} the writer takes a turn, {@code C} the connection is cut and the client comes back,
 * {@code X} the listener misses what it has not heard and says that continuity is lost, {@code A} the log is away, {@code B} it is
 * back, {@code T} it is trimmed, {@code E} it is emptied. When the word is over everybody does what is left to do.
 */
final class Scene {

    private static final int CONNECTIONS_AT_MOST = 10;

    private final Work task = Work.aTask("a");
    private final StreamsFixture world;
    private final int burst;
    private final boolean resumes;
    private final List<Frame.Message> told = new ArrayList<>();
    private String word = "";
    private int step;
    private int left;
    private boolean reading;
    private Optional<Cursor> newest = Optional.empty();
    private ClientRecorder client = new ClientRecorder();
    private String lastEventId = "";
    private int connections;

    /**
     * @param mailbox how many messages wait before progress is conflated
     * @param steps how often {@code P} comes; the last one is the end
     * @param burst how many events each {@code P} but the last is
     * @param resumes whether the watcher comes with a cursor at first
     */
    Scene(int mailbox, int steps, int burst, boolean resumes) {
        this.world = new StreamsFixture(StreamsFixture.small(mailbox, 2));
        this.left = steps;
        this.burst = burst;
        this.resumes = resumes;
    }

    /** Plays it to the end, and fails if the watcher can't prove that it holds everything. */
    void play(String steps) {
        word = steps;
        world.rows.put(task.id(), task.row(TaskStatus.RUNNING));
        record();
        record();
        world.tell();
        if (resumes) {
            lastEventId = "1-0";
        }
        world.log.beforeReads(Collections.nCopies(steps.length() + 10, this::atRead));
        open();
        while (step < word.length()) {
            take(word.charAt(step++));
        }
        finish();
        prove();
    }

    /** A reader stands before a read: others go on until it is its turn. */
    private void atRead() {
        reading = true;
        while (step < word.length()) {
            char next = word.charAt(step++);
            if (next == 'R') {
                break;
            }
            take(next);
        }
        reading = false;
    }

    private void take(char letter) {
        switch (letter) {
            case 'P' -> publish();
            case 'L' -> hear();
            case 'R' -> {
                if (!reading) {
                    world.readers.takeOne();
                }
            }
            case 'W' -> world.writers.takeOne();
            case 'C' -> comeBack();
            case 'X' -> loseContinuity();
            case 'A' -> world.log.setAway(true);
            case 'B' -> back();
            case 'T' -> newest.ifPresent(world.log::trimUpTo);
            case 'E' -> world.log.empty();
            default -> throw new IllegalArgumentException(letter + " is no step");
        }
    }

    private void publish() {
        left--;
        if (left > 0) {
            for (int i = 0; i < burst; i++) {
                record();
            }
        } else {
            world.rows.put(task.id(), task.row(TaskStatus.SUCCEEDED, newest.map(Cursor::toString)));
            newest = Optional.of(world.record(task.completed()).id());
        }
    }

    private void hear() {
        for (int i = 0; i < burst; i++) {
            world.log.tellNext(world.streams.listener());
        }
    }

    private void record() {
        newest = Optional.of(world.record(task.at(1).progressed()).id());
    }

    private void loseContinuity() {
        world.log.forgetUnheard();
        world.streams.listener().continuityLost();
    }

    private void back() {
        world.log.setAway(false);
        world.streams.tick();
    }

    private void open() {
        connections++;
        assertThat(connections).as("connections").isLessThanOrEqualTo(CONNECTIONS_AT_MOST);
        client = new ClientRecorder();
        var recorder = client;
        world.streams
                .admit(
                        StreamsFixture.caller("alice"),
                        watching(task),
                        NamedFormat.TASKS,
                        Resume.of(lastEventId, Resume.FRESH))
                .ifPresent(admission -> world.streams.open(admission, recorder));
    }

    private void comeBack() {
        client.goAway();
        told.addAll(client.messages());
        if (!client.lastEventId().isEmpty()) {
            lastEventId = client.lastEventId();
        }
        if (!hasEnded()) {
            open();
        }
    }

    private boolean hasEnded() {
        return told.stream().anyMatch(message -> "complete".equals(message.name()));
    }

    private void finish() {
        world.log.beforeReads(List.of());
        if (word.indexOf('E') >= 0) {
            // As OrderedDelivery does when it finds the log emptied
            world.streams.listener().continuityLost();
        }
        while (!hasEnded()) {
            world.pass(Duration.ofSeconds(1));
            comeBack();
        }
        world.pass(Duration.ofSeconds(16));
    }

    private void prove() {
        assertThat(told)
                .filteredOn(message -> "complete".equals(message.name()))
                .hasSize(1);
        assertThat(told.get(told.size() - 1).name()).isEqualTo("complete");
        var sinceResync = new ArrayList<Frame.Message>();
        for (var message : told) {
            if ("resync".equals(message.name())) {
                assertThat(word).as("a reason for a resync").containsAnyOf("A", "T", "E");
                Seen.provesThatNothingIsMissing(sinceResync);
                sinceResync.clear();
            }
            sinceResync.add(message);
        }
        Seen.provesThatNothingIsMissing(sinceResync);
        if (resumes && told.stream().noneMatch(message -> "resync".equals(message.name()))) {
            assertThat(told.get(0).data()).contains("\"seq\":2");
        }
        assertThat(world.streams.places()).isZero();
        assertThat(world.streams.channels()).isZero();
        assertThat(world.counts.closed).doesNotContainKeys(CloseReason.FAULT);
    }

    /** Whether anything was conflated. */
    long conflated() {
        return world.counts.conflated.get();
    }
}
