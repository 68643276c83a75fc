-- +goose Up
-- Who opened sealed evidence, and why. Rows are only ever added.
CREATE TABLE evidence_looks (
    id      TEXT COLLATE "BINARY" PRIMARY KEY,
    account TEXT COLLATE "BINARY" NOT NULL,
    case_id TEXT COLLATE "BINARY" NOT NULL,
    blob    TEXT COLLATE "BINARY" NOT NULL,
    sha256  TEXT COLLATE "BINARY" NOT NULL,
    why     TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX evidence_looks_by_case ON evidence_looks (case_id, at);

-- +goose Down
DROP TABLE evidence_looks;
