-- +goose Up
-- Objections, whole in doc. once keeps a second one of the same reporter or platform out; it is empty for authors, who prove who they are.
CREATE TABLE appeals (
    id        TEXT COLLATE "BINARY" PRIMARY KEY,
    code      TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    version   BIGINT NOT NULL,
    state     TEXT COLLATE "BINARY" NOT NULL,
    case_id   TEXT COLLATE "BINARY" NOT NULL,
    notice_id TEXT COLLATE "BINARY" NOT NULL,
    org       TEXT COLLATE "BINARY" NOT NULL,
    platform  TEXT COLLATE "BINARY" NOT NULL,
    once      TEXT COLLATE "BINARY" NOT NULL,
    sandbox   BOOLEAN NOT NULL,
    due_at    BIGINT,
    doc       TEXT   NOT NULL
);
CREATE UNIQUE INDEX appeals_once ON appeals (once) WHERE once <> '';
CREATE INDEX appeals_by_state ON appeals (state, org, id);
CREATE INDEX appeals_by_notice ON appeals (notice_id) WHERE notice_id <> '';
CREATE INDEX appeals_by_platform ON appeals (platform, id);

-- +goose Down
DROP TABLE appeals;
