package org.taskprogress.access;

import org.taskprogress.testing.TestDatabase;

class H2StreamTicketsTest extends StreamTicketsContractTest {

    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }
}
