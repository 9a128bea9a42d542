-- Tasks are the truth and the queue; everything else hangs on them. One SQL for H2 and PostgreSQL.

CREATE TABLE task (
    id               VARCHAR(128)             PRIMARY KEY,
    type             VARCHAR(32)              NOT NULL,
    owner            VARCHAR(255)             NOT NULL,
    title            VARCHAR(500)             NOT NULL,
    status           VARCHAR(16)              NOT NULL,
    attempt          INT                      NOT NULL DEFAULT 1,
    -- Whoever works on this attempt holds its lease; every write of a worker names it, so that one who was given up for dead
    -- and comes back changes nothing.
    lease            VARCHAR(36),
    -- The batch execution of the newest run, to be restarted at its checkpoint after a crash.
    job_execution    BIGINT,
    -- Files of the task lie in the store of this id; only instances that reach it can do the work.
    store_id         VARCHAR(36),
    percent          INT                      NOT NULL DEFAULT 0,
    stage            VARCHAR(64)              NOT NULL,
    stage_percent    DOUBLE PRECISION         NOT NULL DEFAULT 0,
    message          VARCHAR(1000)            NOT NULL,
    eta_seconds      BIGINT,
    last_event_id    VARCHAR(40),
    error            VARCHAR(1000),
    result           VARCHAR(10000),
    -- Outbox: the end is committed but not yet known to be recorded in the log of events.
    end_unpublished  BOOLEAN                  NOT NULL DEFAULT FALSE,
    created_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    started_at       TIMESTAMP WITH TIME ZONE,
    updated_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at      TIMESTAMP WITH TIME ZONE
);
CREATE INDEX task_by_owner ON task (owner, created_at DESC, id DESC);
CREATE INDEX task_by_age ON task (created_at DESC, id DESC);
CREATE INDEX task_by_status ON task (status);
CREATE INDEX task_unpublished ON task (end_unpublished);

CREATE TABLE task_stage (
    task_id     VARCHAR(128)             NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    position    INT                      NOT NULL,
    name        VARCHAR(64)              NOT NULL,
    status      VARCHAR(16)              NOT NULL,
    started_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (task_id, name)
);

-- The table of db-scheduler, in its own words: one row for each task that waits for a worker or has one. Its heartbeat is the lease's.
CREATE TABLE scheduled_tasks (
    task_name            VARCHAR(100)             NOT NULL,
    task_instance        VARCHAR(200)             NOT NULL,
    task_data            BYTEA,
    execution_time       TIMESTAMP WITH TIME ZONE NOT NULL,
    picked               BOOLEAN                  NOT NULL,
    picked_by            VARCHAR(100),
    last_success         TIMESTAMP WITH TIME ZONE,
    last_failure         TIMESTAMP WITH TIME ZONE,
    consecutive_failures INT,
    last_heartbeat       TIMESTAMP WITH TIME ZONE,
    version              BIGINT                   NOT NULL,
    priority             SMALLINT,
    PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_due ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_heartbeat ON scheduled_tasks (last_heartbeat);

CREATE TABLE document (
    task_id     VARCHAR(128)  PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    case_id     VARCHAR(200)  NOT NULL,
    filename    VARCHAR(255)  NOT NULL,
    kind        VARCHAR(16)   NOT NULL,
    file        VARCHAR(64)   NOT NULL,
    size_bytes  BIGINT        NOT NULL,
    pages       INT,
    -- Set once every chunk can be found; the search index of each instance is filled from here.
    indexed_at  TIMESTAMP WITH TIME ZONE
);

-- What extraction has read so far: a page, or a block of a format without pages.
CREATE TABLE document_page (
    task_id  VARCHAR(128) NOT NULL REFERENCES document (task_id) ON DELETE CASCADE,
    position INT          NOT NULL,
    page     INT,
    text     TEXT         NOT NULL,
    PRIMARY KEY (task_id, position)
);

CREATE TABLE document_chunk (
    task_id   VARCHAR(128) NOT NULL REFERENCES document (task_id) ON DELETE CASCADE,
    position  INT          NOT NULL,
    page      INT,
    text      TEXT         NOT NULL,
    -- 384 floats, big-endian
    embedding BYTEA,
    PRIMARY KEY (task_id, position)
);

-- The public halves of the keys with which the instances sign: each keeps its private key to itself.
CREATE TABLE signing_key (
    kid        VARCHAR(64)              PRIMARY KEY,
    public_jwk VARCHAR(2000)            NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL
);
