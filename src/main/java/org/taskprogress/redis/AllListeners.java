package org.taskprogress.redis;

import java.util.List;
import java.util.function.Consumer;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.RecordedEvent;

/** Several listeners as one; what one of them does wrong is not the others' business. */
record AllListeners(List<ProgressListener> listeners) implements ProgressListener {

    private static final System.Logger LOG = System.getLogger(AllListeners.class.getName());

    @Override
    public void recorded(RecordedEvent event) {
        tell(listener -> listener.recorded(event));
    }

    @Override
    public void continuityLost() {
        tell(ProgressListener::continuityLost);
    }

    private void tell(Consumer<ProgressListener> news) {
        for (ProgressListener each : listeners) {
            try {
                news.accept(each);
            } catch (RuntimeException e) { // the others must be told all the same
                LOG.log(System.Logger.Level.ERROR, "a listener failed", e);
            }
        }
    }
}
