-- +goose Up
-- When a case ended, until when a hold keeps its data, and which kinds of it are gone: what the daily run of retention looks for.
ALTER TABLE cases ADD COLUMN ended_at BIGINT;
ALTER TABLE cases ADD COLUMN held_until BIGINT;
ALTER TABLE cases ADD COLUMN erased TEXT NOT NULL DEFAULT '';
UPDATE cases SET ended_at = updated_at WHERE open = FALSE;
CREATE INDEX cases_by_end ON cases (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX cases_held ON cases (held_until) WHERE held_until IS NOT NULL;

-- Requests to erase, whole in doc. Two people of the office that holds the case decide.
CREATE TABLE erasure_requests (
    id       TEXT COLLATE "BINARY" PRIMARY KEY,
    version  BIGINT NOT NULL,
    state    TEXT COLLATE "BINARY" NOT NULL,
    scope    TEXT COLLATE "BINARY" NOT NULL,
    ref      TEXT COLLATE "BINARY" NOT NULL,
    case_id  TEXT COLLATE "BINARY" NOT NULL,
    asked_at BIGINT NOT NULL,
    doc      TEXT   NOT NULL
);
CREATE UNIQUE INDEX erasure_requests_once ON erasure_requests (scope, ref) WHERE state = 'open';
CREATE INDEX erasure_requests_by_state ON erasure_requests (state, asked_at);

-- +goose Down
DROP TABLE erasure_requests;
DROP INDEX cases_held;
DROP INDEX cases_by_end;
ALTER TABLE cases DROP COLUMN erased;
ALTER TABLE cases DROP COLUMN held_until;
ALTER TABLE cases DROP COLUMN ended_at;
