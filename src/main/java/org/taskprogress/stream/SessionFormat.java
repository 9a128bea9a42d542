package org.taskprogress.stream;

import java.time.Instant;
import java.util.Optional;

/** The stream of a recording's session: data only, the current status first (CONTRACT.md, section 4). */
final class SessionFormat implements PayloadFormat {

    static final SessionFormat SESSIONS = new SessionFormat();

    private SessionFormat() {}

    @Override
    public String route() {
        return "sessions";
    }

    @Override
    public Frame.Message encode(StreamEvent event) {
        var progress = event.event().progress();
        var json = Payloads.object()
                .add("session_id", progress.task().value())
                .add("status", Payloads.status(event.event()))
                .add("progress", progress.percent())
                .add("message", progress.message())
                .add("timestamp", Payloads.time(progress.at()));
        return new Frame.Message(event.id(), null, json.build().toString(), Payloads.kin(event.event(), false));
    }

    @Override
    public Optional<Frame.Message> greeting(Watch watch) {
        return Optional.empty();
    }

    @Override
    public Optional<Frame.Message> resync(ResyncReason reason) {
        return Optional.empty();
    }

    @Override
    public Optional<Frame.Message> heartbeat(Instant now) {
        return Optional.empty();
    }
}
