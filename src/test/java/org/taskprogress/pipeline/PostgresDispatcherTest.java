package org.taskprogress.pipeline;

import org.taskprogress.testing.TestDatabase;

class PostgresDispatcherTest extends DispatcherContractTest {

    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
