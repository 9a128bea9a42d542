package org.taskprogress.pipeline.document;

import org.taskprogress.testing.TestDatabase;

class H2DocumentRepositoryTest extends DocumentRepositoryContractTest {

    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }
}
