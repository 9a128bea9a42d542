package org.taskprogress.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.taskprogress.task.TaskBuilder.aTask;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskDeletionTest {

    @Test
    void cleansUpTheRestWhereOnePartFails() {
        List<String> done = new ArrayList<>();
        var deletion = new TaskDeletion(aTask().failed().build());
        deletion.afterwards(() -> {
            throw new IllegalStateException("the log is away");
        });
        deletion.afterwards(() -> done.add("file"));

        assertThatThrownBy(deletion::done).hasMessage("the log is away");

        assertThat(done).containsExactly("file");
    }
}
