package org.taskprogress.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A CDI event: a task is about to be deleted. Whoever keeps things of the task elsewhere says here what is to be done once its row is
 * gone, and looks up now what it must know for that.
 */
public final class TaskDeletion {

    private final Task task;
    private final List<Runnable> afterwards = new ArrayList<>();

    TaskDeletion(Task task) {
        this.task = task;
    }

    public Task task() {
        return task;
    }

    /** Has this done after the deletion; not at all if the task turns out not to be deletable. */
    public void afterwards(Runnable cleanUp) {
        afterwards.add(cleanUp);
    }

    /** Does all of it: what one can't clean up now is no reason to leave the rest behind. The first failure is thrown at the end. */
    void done() {
        Optional<RuntimeException> first = Optional.empty();
        for (Runnable cleanUp : afterwards) {
            try {
                cleanUp.run();
            } catch (RuntimeException failure) { // kept, and thrown once all have had their turn
                first.ifPresent(known -> known.addSuppressed(failure));
                first = first.or(() -> Optional.of(failure));
            }
        }
        first.ifPresent(failure -> {
            throw failure;
        });
    }
}
