package org.taskprogress.task;

import org.taskprogress.testing.TestDatabase;

class PostgresExternalWorkTest extends ExternalWorkContractTest {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
