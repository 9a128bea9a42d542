package org.taskprogress.task;

import org.taskprogress.testing.TestDatabase;

class H2ExternalWorkTest extends ExternalWorkContractTest {
    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }
}
