-- +goose Up
-- Work owed after a commit. A finished job's row is deleted; a job that failed too often stays as "dead" until a person looks.
CREATE TABLE jobs (
    id          TEXT COLLATE "BINARY" PRIMARY KEY,
    kind        TEXT COLLATE "BINARY" NOT NULL,
    key         TEXT COLLATE "BINARY" NOT NULL,
    state       TEXT COLLATE "BINARY" NOT NULL,
    run_at      BIGINT NOT NULL,
    args        TEXT   NOT NULL,
    attempt     BIGINT NOT NULL,
    owner       TEXT COLLATE "BINARY" NOT NULL,
    lease_until BIGINT NOT NULL,
    failure     TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_waiting_once ON jobs (kind, key) WHERE state = 'waiting' AND key <> '';
CREATE INDEX jobs_due ON jobs (state, run_at);
CREATE INDEX jobs_running ON jobs (kind, key) WHERE state = 'running';

CREATE TABLE leases (
    name  TEXT COLLATE "BINARY" PRIMARY KEY,
    owner TEXT COLLATE "BINARY" NOT NULL,
    epoch BIGINT NOT NULL,
    until BIGINT NOT NULL
);

CREATE TABLE counters (
    name  TEXT COLLATE "BINARY" PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('events', 0);

CREATE TABLE meta (
    name  TEXT COLLATE "BINARY" PRIMARY KEY,
    value TEXT NOT NULL
);

-- Fact-checks, whole in doc. A retracted one stays, so that what rested on it can be found.
CREATE TABLE fact_checks (
    id           TEXT COLLATE "BINARY" PRIMARY KEY,
    url          TEXT COLLATE "BINARY" NOT NULL,
    origin       TEXT COLLATE "BINARY" NOT NULL,
    date         TEXT COLLATE "BINARY" NOT NULL,
    version      BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    retracted_at BIGINT,
    doc          TEXT   NOT NULL
);
CREATE UNIQUE INDEX fact_checks_by_url ON fact_checks (url) WHERE url <> '';
CREATE INDEX fact_checks_by_date ON fact_checks (date, id);

-- Keys of cases for sealed evidence. A deleted key leaves its row behind, so that no second one is made.
CREATE TABLE evidence_keys (
    case_id    TEXT COLLATE "BINARY" PRIMARY KEY,
    wrapped    BYTEA,
    deleted_at BIGINT
);

-- Uploads under way, and files that a row refers to. See Mark.
CREATE TABLE evidence_marks (
    name       TEXT COLLATE "BINARY" PRIMARY KEY,
    generation BIGINT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE TABLE evidence_files (
    name TEXT COLLATE "BINARY" PRIMARY KEY
);

-- +goose Down
DROP TABLE evidence_files;
DROP TABLE evidence_marks;
DROP TABLE evidence_keys;
DROP TABLE fact_checks;
DROP TABLE meta;
DROP TABLE counters;
DROP TABLE leases;
DROP TABLE jobs;
