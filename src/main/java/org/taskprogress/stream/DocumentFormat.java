package org.taskprogress.stream;

import java.time.Instant;
import java.util.Optional;
import org.taskprogress.progress.ProgressEvent;

/** The document stream: data only, with a greeting (CONTRACT.md, section 4). */
final class DocumentFormat implements PayloadFormat {

    static final DocumentFormat DOCUMENTS = new DocumentFormat();

    private DocumentFormat() {}

    @Override
    public String route() {
        return "documents";
    }

    @Override
    public Frame.Message encode(StreamEvent event) {
        var progress = event.event().progress();
        var json = Payloads.object()
                .add("document_id", progress.task().value())
                .add("status", Payloads.status(event.event()))
                .add("step", progress.stage())
                .add("progress", progress.percent())
                .add("message", progress.message())
                .add("timestamp", Payloads.time(progress.at()));
        if (event.event() instanceof ProgressEvent.Failed failed) {
            json.add("error_message", failed.error());
        }
        return new Frame.Message(event.id(), null, json.build().toString(), Payloads.kin(event.event(), false));
    }

    @Override
    public Optional<Frame.Message> greeting(Watch watch) {
        if (!(watch instanceof Watch.Tasks tasks)) {
            return Optional.empty();
        }
        var json =
                Payloads.object().add("document_id", tasks.ids().get(0).value()).add("status", "connected");
        return Optional.of(new Frame.Message(null, null, json.build().toString(), null));
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
