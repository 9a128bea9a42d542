package org.taskprogress.ingest;

import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.ProgressEvent.Progressed;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.ExternalWork.Begun;
import org.taskprogress.task.ExternalWork.End;
import org.taskprogress.task.ExternalWork.State;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskText;
import org.taskprogress.task.TaskType;

/**
 * One attempt of a task as far as its worker has told of it: turns what it says next into events, which fill in what it leaves out and
 * whose per cent never fall. Used by one thread.
 */
final class KnownTask {

    private static final JsonProvider JSON = JsonProvider.provider();
    private static final String FIRST_STAGE = "processing";
    private static final int MAX_STAGE = 64;
    private static final int MAX_STAGES = 50;

    /** Where a task stands without being worked on; no stages of the work. */
    static final Set<String> STANDINGS = Set.of("queued", Payloads.COMPLETED, "failed", "cancelled");

    private final TaskId id;
    private final Owner owner;
    private final TaskType type;
    private final int attempt;
    private final long loadedAt;
    private boolean ended;
    private int percent;
    private String stage;
    private double stagePercent;
    private String message;
    private JsonObject details;
    private List<Begun> stages;
    private boolean stagesTold = true;
    private @Nullable Cursor lastRepeat;

    /**
     * The task as the database has it, or farther, as the log has it.
     *
     * @param newest its newest recorded event
     * @param nanos when both were read
     */
    KnownTask(Task row, Optional<RecordedEvent> newest, long nanos) {
        id = row.id();
        owner = row.owner();
        type = row.type();
        attempt = row.attempt();
        loadedAt = nanos;
        ended = row.status().isTerminal();
        percent = row.percent();
        stage = row.stage();
        stagePercent = row.stagePercent();
        message = row.message();
        details = row.details();
        stages = row.stages().stream()
                .flatMap(each -> each.startedAt().map(at -> new Begun(each.name(), at)).stream())
                .toList();
        newest.filter(recorded -> recorded.event().progress().attempt() == attempt)
                .ifPresent(this::goOnFrom);
    }

    private void goOnFrom(RecordedEvent newest) {
        Progress told = newest.event().progress();
        ended |= newest.event().isTerminal();
        percent = Math.max(percent, told.percent());
        message = told.message();
        details = told.details();
        enter(told.stage(), told.at());
        stagePercent = told.stagePercent();
    }

    TaskId id() {
        return id;
    }

    Owner owner() {
        return owner;
    }

    TaskType type() {
        return type;
    }

    int attempt() {
        return attempt;
    }

    long loadedAt() {
        return loadedAt;
    }

    boolean isEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }

    /** The event for what the worker says, and what its row becomes. */
    Step progressed(Report report, Instant now) {
        Instant at = report.at().orElseGet(() -> now.truncatedTo(ChronoUnit.MILLIS));
        take(report, now);
        message = report.message().orElse("");
        var progress = new Progress(id, owner, type, attempt, percent, stage, stagePercent, message, at, details);
        return new Step(new Progressed(progress, report.eta()), state(report));
    }

    /** An event and the state of the row that says the same. */
    record Step(Progressed event, State state) {}

    /** How the attempt ends by what the worker says. */
    End ending(Report report, Optional<String> key, Instant now) {
        take(report, now);
        TaskStatus outcome = switch (report.kind()) {
            case COMPLETE -> TaskStatus.SUCCEEDED;
            case CANCELLED -> TaskStatus.CANCELLED;
            case ERROR, PROGRESS -> TaskStatus.FAILED;
        };
        String error =
                report.error().or(report::message).orElse(outcome == TaskStatus.CANCELLED ? "Cancelled" : "Failed");
        message = report.message().orElse(outcome == TaskStatus.SUCCEEDED ? "Done" : error);
        return new End(
                state(report),
                outcome,
                outcome == TaskStatus.SUCCEEDED ? Optional.empty() : Optional.of(error),
                report.result(),
                key);
    }

    /**
     * The log had this event already, or says so.
     *
     * @return whether the log has taken nothing lately: it answers everything after the end with the end's id
     */
    boolean repeated(Cursor event) {
        boolean again = event.equals(lastRepeat);
        lastRepeat = event;
        return again;
    }

    private void take(Report report, Instant now) {
        percent = Math.max(percent, (int) report.percent().orElse(0));
        String before = stage;
        String told = report.stage().map(name -> TaskText.fit(name, MAX_STAGE)).orElse(stage);
        boolean keepsStage = report.isEnd() && STANDINGS.contains(told);
        enter(told.equals("queued") ? FIRST_STAGE : keepsStage ? stage : told, now);
        stagePercent = report.stagePercent().orElse(stage.equals(before) ? stagePercent : 0);
        if (!report.details().isEmpty()) {
            var all = JSON.createObjectBuilder(details);
            report.details().forEach(all::add);
            details = all.build();
        }
    }

    /** A stage that is entered again is the present one again; it keeps its place in the database. */
    private void enter(String name, Instant now) {
        boolean isPresent =
                !stages.isEmpty() && stages.get(stages.size() - 1).stage().equals(name);
        if (!STANDINGS.contains(name) && !isPresent && stages.size() < MAX_STAGES) {
            var entered = new ArrayList<>(stages);
            entered.removeIf(each -> each.stage().equals(name));
            entered.add(new Begun(name, now));
            stages = List.copyOf(entered);
            stagesTold = false;
        }
        stage = name;
    }

    private State state(Report report) {
        List<Begun> news = stagesTold && !report.isEnd() ? List.of() : stages;
        return new State(id, attempt, percent, stage, stagePercent, message, report.eta(), details, news);
    }

    /** The last state is on its way into the row. */
    void told() {
        stagesTold = true;
    }
}
