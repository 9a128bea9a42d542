package org.taskprogress.stream;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.time.Instant;
import java.util.Optional;
import org.taskprogress.progress.ProgressEvent;

/** The stream of a batch of sheets: named events, the whole story first (CONTRACT.md, section 4). */
final class BatchFormat implements PayloadFormat {

    static final BatchFormat BATCHES = new BatchFormat();

    private static final double WHOLE = 100;

    private BatchFormat() {}

    @Override
    public String route() {
        return "batches";
    }

    @Override
    public Resume fresh() {
        return Resume.FROM_START;
    }

    @Override
    public Frame.Message encode(StreamEvent event) {
        var progress = event.event().progress();
        var details = progress.details();
        boolean completed = event.event() instanceof ProgressEvent.Completed;
        var json = Payloads.object()
                .add("stage", progress.stage())
                .add("message", progress.message())
                .add("progress_percentage", completed ? WHOLE : progress.stagePercent())
                .add("sheets_total", number(details, "sheets_total"))
                .add("sheets_processed", number(details, "sheets_processed"))
                .add("elapsed_seconds", number(details, "elapsed_seconds"))
                .add("timestamp", Payloads.time(progress.at()));
        if (completed) {
            json.add("batch_id", progress.task().value());
        } else if (event.event() instanceof ProgressEvent.Failed failed) {
            json.add(
                    "error_details",
                    details.get("error_details") instanceof JsonString text ? text.getString() : failed.error());
        }
        return new Frame.Message(
                event.id(), event.event().name(), json.build().toString(), Payloads.kin(event.event(), false));
    }

    /** Some workers leave out what they don't know. */
    private static long number(JsonObject details, String name) {
        return details.get(name) instanceof JsonNumber number ? number.longValue() : 0;
    }

    @Override
    public Optional<Frame.Message> greeting(Watch watch) {
        return Optional.empty();
    }

    @Override
    public Optional<Frame.Message> resync(ResyncReason reason) {
        return NamedFormat.TASKS.resync(reason);
    }

    @Override
    public Optional<Frame.Message> heartbeat(Instant now) {
        return NamedFormat.TASKS.heartbeat(now);
    }
}
