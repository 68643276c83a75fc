-- +goose Up
-- Platforms' statements of reasons: written once, never changed. Distributed by platform, which stands in every unique rule; a statement refers
-- to a notice by its id alone.
CREATE TABLE statements (
    platform  TEXT COLLATE "BINARY" NOT NULL,
    puid      TEXT COLLATE "BINARY" NOT NULL,
    id        TEXT COLLATE "BINARY" NOT NULL,
    at        BIGINT  NOT NULL,
    notice_id TEXT COLLATE "BINARY" NOT NULL,
    outside   BOOLEAN NOT NULL,
    doc       TEXT    NOT NULL,
    PRIMARY KEY (platform, puid)
);
CREATE UNIQUE INDEX statements_by_id ON statements (platform, id);
CREATE INDEX statements_by_notice ON statements (platform, notice_id) WHERE notice_id <> '';
CREATE INDEX statements_outside ON statements (platform, at) WHERE outside = TRUE;

-- +goose Down
DROP TABLE statements;
