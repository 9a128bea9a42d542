package org.taskprogress.access;

import org.taskprogress.testing.TestDatabase;

class PostgresStreamTicketsTest extends StreamTicketsContractTest {

    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
