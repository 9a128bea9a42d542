package org.taskprogress.pipeline.document;

import org.taskprogress.testing.TestDatabase;

class PostgresDocumentRepositoryTest extends DocumentRepositoryContractTest {

    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
