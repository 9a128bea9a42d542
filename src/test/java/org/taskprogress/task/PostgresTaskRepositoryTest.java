package org.taskprogress.task;

import org.taskprogress.testing.TestDatabase;

class PostgresTaskRepositoryTest extends TaskRepositoryContractTest {

    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
