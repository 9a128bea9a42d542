package org.taskprogress.task;

import org.taskprogress.testing.TestDatabase;

class H2TaskRepositoryTest extends TaskRepositoryContractTest {

    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }
}
