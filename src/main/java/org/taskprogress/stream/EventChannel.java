package org.taskprogress.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams that watch one task, one owner, or everything. Events are put down in each stream's mailbox; nothing here waits. */
final class EventChannel {

    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    boolean isEmpty() {
        return subscriptions.isEmpty();
    }

    /** Whoever was added before the event was recorded gets it; who is added meanwhile may. */
    void publish(EncodedEvent event) {
        for (Subscription subscription : subscriptions) {
            subscription.recorded(event);
        }
    }
}
