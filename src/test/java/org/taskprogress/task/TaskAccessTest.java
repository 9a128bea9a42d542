package org.taskprogress.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.taskprogress.access.Caller;
import org.taskprogress.access.Role;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.testing.TestClock;
import org.taskprogress.testing.TestDatabase;

class TaskAccessTest {

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    private final TaskRepository tasks = new TaskRepository(database.jdbi(), new TestClock());
    private final TaskAccess access = new TaskAccess(tasks);

    @BeforeAll
    static void openDatabase() {
        database = TestDatabase.h2();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    private static Caller caller(String subject, Role... roles) {
        return new Caller(subject, Set.of(roles), Instant.MAX);
    }

    private String taskOf(String owner) {
        TaskId id = TaskId.random();
        tasks.add(id, new TaskType("document"), new Owner(owner), "report.pdf", "store", handle -> {});
        return id.value();
    }

    private void assertRefused(Caller caller, String id, Problem.Type type) {
        assertThatThrownBy(() -> access.visible(caller, id))
                .asInstanceOf(InstanceOfAssertFactories.type(ProblemException.class))
                .extracting(refusal -> refusal.problem().type())
                .isEqualTo(type);
    }

    @Test
    void oneSeesOnesOwn() {
        assertThat(access.visible(caller("alice", Role.USER), taskOf("alice")).owner())
                .isEqualTo(new Owner("alice"));
    }

    @Test
    void somebodyElsesIsForbidden() {
        assertRefused(caller("bob", Role.USER), taskOf("alice"), Problem.Type.FORBIDDEN);
        assertRefused(caller("ALICE", Role.USER), taskOf("alice"), Problem.Type.FORBIDDEN);
    }

    @Test
    void anAdministratorSeesAll() {
        assertThat(access.visible(caller("root", Role.ADMIN), taskOf("alice"))).isNotNull();
    }

    @Test
    void withoutARoleOneSeesNotEvenOnesOwn() {
        assertRefused(caller("alice", Role.PUBLISHER), taskOf("alice"), Problem.Type.FORBIDDEN);
    }

    @Test
    void anUnknownOrImpossibleIdIsNotFound() {
        assertRefused(caller("alice", Role.USER), TaskId.random().value(), Problem.Type.NOT_FOUND);
        assertRefused(caller("alice", Role.USER), "../x", Problem.Type.NOT_FOUND);
        assertRefused(caller("alice", Role.USER), "", Problem.Type.NOT_FOUND);
    }

    @Test
    void anOwnerInAChannelCanReachNoOtherChannel() {
        assertThat(new Owner("a:b*?[é@x~").encoded()).isEqualTo("a%3Ab%2A%3F%5B%C3%A9%40x~");
    }
}
