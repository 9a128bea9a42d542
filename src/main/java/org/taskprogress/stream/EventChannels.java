package org.taskprogress.stream;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

/**
 * Routes each recorded event to the channels concerned. A channel exists as long as somebody is in it: joining and leaving are atomic per
 * channel, so that none is removed while somebody enters. Thread-safe.
 */
final class EventChannels implements ProgressListener {

    private final ConcurrentMap<OwnedTask, EventChannel> ofTasks = new ConcurrentHashMap<>();
    private final ConcurrentMap<Owner, EventChannel> ofOwners = new ConcurrentHashMap<>();
    private final EventChannel ofEverything = new EventChannel();
    private final Iterable<Subscription> all;

    /** Not the id alone: who awaits a task of their own must not hear of another's that took the same name. */
    private record OwnedTask(TaskId id, Owner owner) {
        OwnedTask(Watch.Named name) {
            this(name.id(), name.owner());
        }
    }

    /** @param all every open stream, joined or not */
    EventChannels(Iterable<Subscription> all) {
        this.all = all;
    }

    /** What is recorded after this has returned will be told to the subscription. */
    void join(Watch watch, Subscription subscription) {
        if (watch instanceof Watch.Tasks tasks) {
            tasks.named().forEach(name -> enter(ofTasks, new OwnedTask(name), subscription));
        } else if (watch instanceof Watch.AllOf own) {
            enter(ofOwners, own.owner(), subscription);
        } else {
            ofEverything.add(subscription);
        }
    }

    void leave(Watch watch, Subscription subscription) {
        if (watch instanceof Watch.Tasks tasks) {
            tasks.named().forEach(name -> exit(ofTasks, new OwnedTask(name), subscription));
        } else if (watch instanceof Watch.AllOf own) {
            exit(ofOwners, own.owner(), subscription);
        } else {
            ofEverything.remove(subscription);
        }
    }

    private static <K> void enter(ConcurrentMap<K, EventChannel> channels, K key, Subscription subscription) {
        channels.compute(key, (same, present) -> {
            var channel = present == null ? new EventChannel() : present;
            channel.add(subscription);
            return channel;
        });
    }

    private static <K> void exit(ConcurrentMap<K, EventChannel> channels, K key, Subscription subscription) {
        channels.computeIfPresent(key, (same, channel) -> {
            channel.remove(subscription);
            return channel.isEmpty() ? null : channel;
        });
    }

    @Override
    public void recorded(RecordedEvent recorded) {
        var event = new EncodedEvent(recorded);
        var progress = recorded.event().progress();
        publish(ofTasks.get(new OwnedTask(progress.task(), progress.owner())), event);
        publish(ofOwners.get(progress.owner()), event);
        publish(ofEverything, event);
    }

    @Override
    public void continuityLost() {
        all.forEach(Subscription::continuityLost);
    }

    private static void publish(@Nullable EventChannel channel, EncodedEvent event) {
        if (channel != null) {
            channel.publish(event);
        }
    }

    /** How many channels somebody is in. */
    int size() {
        return ofTasks.size() + ofOwners.size() + (ofEverything.isEmpty() ? 0 : 1);
    }
}
