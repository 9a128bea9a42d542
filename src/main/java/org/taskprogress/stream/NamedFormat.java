package org.taskprogress.stream;

import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.util.Optional;
import org.taskprogress.progress.ProgressEvent;

/** The tasks stream: named events (CONTRACT.md, section 4.1). */
final class NamedFormat implements PayloadFormat {

    static final NamedFormat TASKS = new NamedFormat();

    private NamedFormat() {}

    @Override
    public String route() {
        return "tasks";
    }

    @Override
    public Frame.Message encode(StreamEvent event) {
        String data = payload(event).build().toString();
        return new Frame.Message(event.id(), event.event().name(), data, Payloads.kin(event.event(), true));
    }

    @Override
    public Optional<Frame.Message> greeting(Watch watch) {
        return Optional.empty();
    }

    @Override
    public Optional<Frame.Message> resync(ResyncReason reason) {
        var data = Payloads.object().add("reason", reason.wireName());
        return Optional.of(new Frame.Message(null, "resync", data.build().toString(), null));
    }

    @Override
    public Optional<Frame.Message> heartbeat(Instant now) {
        return Optional.of(new Frame.Message(null, "heartbeat", Payloads.at(now), null));
    }

    /** The last event of a stream whose token has run out; the same on every route. */
    static Frame.Message expired(Instant now) {
        return new Frame.Message(null, "expired", Payloads.at(now), null);
    }

    /** The data of a named event; also what {@code GET …/events} lists. */
    static JsonObjectBuilder payload(StreamEvent event) {
        var progress = event.event().progress();
        var json = Payloads.object()
                .add("task_id", progress.task().value())
                .add("progress", progress.percent())
                .add("stage", progress.stage())
                .add("stage_progress", progress.stagePercent())
                .add("message", progress.message())
                .add("updated_at", Payloads.time(progress.at()));
        if (event.seq() > 0) {
            json.add("seq", event.seq());
        }
        json.add("attempt", progress.attempt());
        if (event.event() instanceof ProgressEvent.Progressed progressed) {
            progressed.eta().ifPresent(eta -> json.add("eta_seconds", eta.toSeconds()));
        } else if (event.event() instanceof ProgressEvent.Completed completed) {
            json.add("result", completed.result());
        } else if (event.event() instanceof ProgressEvent.Failed failed) {
            json.add("error", failed.error());
        }
        return json;
    }
}
