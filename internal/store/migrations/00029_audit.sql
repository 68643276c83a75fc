-- +goose Up
-- Tries that a safeguard refused. once makes the same try of one person on one case one row an hour.
CREATE TABLE attempts (
    id        TEXT COLLATE "BINARY" PRIMARY KEY,
    once      TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    at        BIGINT NOT NULL,
    safeguard TEXT COLLATE "BINARY" NOT NULL,
    code      TEXT COLLATE "BINARY" NOT NULL,
    command   TEXT COLLATE "BINARY" NOT NULL,
    case_id   TEXT COLLATE "BINARY" NOT NULL,
    account   TEXT COLLATE "BINARY" NOT NULL,
    office    TEXT COLLATE "BINARY" NOT NULL,
    org       TEXT COLLATE "BINARY" NOT NULL
);
CREATE INDEX attempts_by_org ON attempts (org, safeguard);
CREATE INDEX events_by_kind ON events (kind, at);
CREATE INDEX evidence_looks_by_time ON evidence_looks (at, id);

-- Facts hold the readings by office now: count anew.
DELETE FROM rollup_facts;
UPDATE counters SET value = 0 WHERE name = 'rollup';

-- +goose Down
DROP INDEX evidence_looks_by_time;
DROP INDEX events_by_kind;
DROP TABLE attempts;
