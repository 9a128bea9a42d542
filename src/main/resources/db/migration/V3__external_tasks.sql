-- Tasks of other people's workers. One SQL for H2 and PostgreSQL.

-- What only this kind of work shows, such as how many sheets there are; JSON.
ALTER TABLE task ADD COLUMN details VARCHAR(4000);
-- The recorded event that the row of an external task tells of, as a number that grows: several instances write such a row.
ALTER TABLE task ADD COLUMN event_order BIGINT NOT NULL DEFAULT 0;
-- A worker's result, as big as its message may be.
ALTER TABLE task ALTER COLUMN result SET DATA TYPE VARCHAR(40000);

-- A stage that was announced and has not begun.
ALTER TABLE task_stage ALTER COLUMN started_at DROP NOT NULL;

-- Which ends came with an Idempotency-Key, so that their repeats are known also after a retry.
CREATE TABLE end_key (
    task_id         VARCHAR(128) NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    idempotency_key VARCHAR(200) NOT NULL,
    attempt         INT          NOT NULL,
    PRIMARY KEY (task_id, idempotency_key)
);

-- External tasks that were deleted a moment ago: what is still on its way from their workers must not bring them back.
CREATE TABLE deleted_task (
    id         VARCHAR(128)             PRIMARY KEY,
    deleted_at TIMESTAMP WITH TIME ZONE NOT NULL
);
