package org.taskprogress.ingest;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.taskprogress.ingest.Report.BadReportException;
import org.taskprogress.ingest.Report.Kind;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.StagePlan;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskText;

/** Understands the payloads of the four channel families (CONTRACT.md, section 6). Thread-safe. */
final class Payloads {

    private static final JsonProvider JSON = JsonProvider.provider();

    /** The stage that a task's end is, also when plain progress says so. */
    static final String COMPLETED = "completed";

    private static final double WHOLE = 100;
    private static final double LONGEST_ETA_SECONDS = 1e9;
    private static final Set<String> DONE = Set.of(COMPLETED, "complete", "succeeded", "success");
    private static final Set<String> BROKEN = Set.of("failed", "failure", "error");
    private static final Set<String> STOPPED = Set.of("cancelled", "canceled");

    /** Whole per cent of a batch's stages; the shares are about how long they took in the log that the design shows. */
    private static final StagePlan BATCH = StagePlan.of(
            StagePlan.stage("uploading", 25),
            StagePlan.stage("extracting", 10),
            StagePlan.stage("organizing_qr", 5),
            StagePlan.stage("processing_sheets", 35),
            StagePlan.stage("collecting_results", 5),
            StagePlan.stage("generating_csv", 3),
            StagePlan.stage("loading_database", 12),
            StagePlan.stage("cleanup", 5));

    private Payloads() {}

    /**
     * What a payload says.
     *
     * @param task which the channel or the path names; the payload must agree, where it names one
     * @throws BadReportException if it breaks a rule
     */
    static Report read(Channel.Family family, TaskId task, JsonObject json) {
        var members = new Members(json);
        return switch (family) {
            case TASKS -> task(task, members);
            case DOCUMENTS -> document(task, members);
            case BATCHES -> batch(task, members);
            case SESSIONS -> session(task, members);
        };
    }

    private static Report task(TaskId task, Members members) {
        agree(task, "task_id", members);
        Optional<String> stage = members.name("stage");
        Kind kind = switch (members.text("event_type").orElse("progress")) {
            case "progress" -> Kind.PROGRESS;
            case "complete" -> Kind.COMPLETE;
            case "error" -> stage.filter(STOPPED::contains).isPresent() ? Kind.CANCELLED : Kind.ERROR;
            default -> throw Members.bad("event_type", "is progress, complete or error");
        };
        OptionalDouble percent = members.percent("progress");
        OptionalDouble stagePercent = members.percent("stage_progress");
        return new Report(
                kind,
                attempt(members),
                percent,
                stage,
                stagePercent,
                members.text("message"),
                members.time("updated_at"),
                eta(members),
                JsonValue.EMPTY_JSON_OBJECT,
                members.object("result").orElse(JsonValue.EMPTY_JSON_OBJECT),
                members.text("error"),
                members.clamped());
    }

    private static Report document(TaskId task, Members members) {
        agree(task, "document_id", members);
        return byStatus(members, members.name("step", "stage"), members.text("error", "error_message"));
    }

    private static Report session(TaskId task, Members members) {
        agree(task, "session_id", members);
        return byStatus(members, members.name("stage", "step"), members.text("error", "error_message"));
    }

    /** The worker of the first design for documents says that it is done by 100 per cent alone. */
    private static Report byStatus(Members members, Optional<String> stage, Optional<String> error) {
        Kind kind = kind(members.text("status").orElse("processing"));
        OptionalDouble percent = members.percent("progress");
        boolean done = kind == Kind.PROGRESS && percent.orElse(0) >= WHOLE;
        return new Report(
                kind,
                attempt(members),
                percent,
                done ? Optional.of(COMPLETED) : stage,
                OptionalDouble.empty(),
                members.text("message"),
                members.time("timestamp", "updated_at"),
                eta(members),
                JsonValue.EMPTY_JSON_OBJECT,
                members.object("result").orElse(JsonValue.EMPTY_JSON_OBJECT),
                error,
                members.clamped());
    }

    /** Its per cent are of the stage; those of the whole come from the plan, and stay as they were in a stage that it has not. */
    private static Report batch(TaskId task, Members members) {
        agree(task, "batch_id", members);
        Optional<String> stage = members.name("stage");
        Kind kind = stage.map(Payloads::kind).orElse(Kind.PROGRESS);
        OptionalDouble stagePercent = members.percent("progress_percentage");
        return new Report(
                kind,
                attempt(members),
                stage.map(name -> percent(name, stagePercent.orElse(0))).orElse(OptionalDouble.empty()),
                stage,
                stagePercent,
                members.text("message"),
                members.time("timestamp", "updated_at"),
                eta(members),
                batchDetails(members),
                members.object("result").orElse(JsonValue.EMPTY_JSON_OBJECT),
                members.text("message").or(() -> members.text("error_details")),
                members.clamped());
    }

    private static OptionalDouble percent(String stage, double stagePercent) {
        return BATCH.knows(stage) ? OptionalDouble.of(BATCH.percent(stage, stagePercent)) : OptionalDouble.empty();
    }

    private static JsonObject batchDetails(Members members) {
        JsonObjectBuilder details = JSON.createObjectBuilder();
        for (String name : new String[] {"sheets_total", "sheets_processed", "elapsed_seconds"}) {
            members.number(name).ifPresent(number -> details.add(name, number(number)));
        }
        members.text("error_details")
                .ifPresent(text -> details.add("error_details", TaskText.fit(text, Progress.MAX_MESSAGE)));
        return details.build();
    }

    /** As whole as it came. */
    private static JsonNumber number(double number) {
        long whole = (long) number;
        if (whole == number || Double.isInfinite(number)) {
            return JSON.createValue(whole);
        }
        return JSON.createValue(number);
    }

    private static Kind kind(String word) {
        if (DONE.contains(word)) {
            return Kind.COMPLETE;
        }
        if (STOPPED.contains(word)) {
            return Kind.CANCELLED;
        }
        return BROKEN.contains(word) ? Kind.ERROR : Kind.PROGRESS;
    }

    private static void agree(TaskId task, String member, Members members) {
        Optional<String> named = members.text(member);
        if (named.isPresent() && !named.get().equals(task.value())) {
            throw new BadReportException(Reason.WRONG_TASK, member, "names another task");
        }
    }

    private static OptionalInt attempt(Members members) {
        OptionalDouble number = members.number("attempt");
        if (number.isEmpty()) {
            return OptionalInt.empty();
        }
        int attempt = (int) number.getAsDouble();
        if (attempt < 1 || attempt != number.getAsDouble()) {
            throw Members.bad("attempt", "is a whole number from 1");
        }
        return OptionalInt.of(attempt);
    }

    private static Optional<Duration> eta(Members members) {
        OptionalDouble seconds = members.number("eta_seconds");
        return seconds.isPresent() && seconds.getAsDouble() >= 0 && seconds.getAsDouble() < LONGEST_ETA_SECONDS
                ? Optional.of(Duration.ofSeconds((long) seconds.getAsDouble()))
                : Optional.empty();
    }
}
