-- +goose Up
-- How each platform is reached, as the operator set it. The secret is sealed with a key outside of the database.
CREATE TABLE platform_channels (
    platform   TEXT COLLATE "BINARY" NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    key_id     TEXT    NOT NULL,
    secret     BYTEA   NOT NULL,
    private    BOOLEAN NOT NULL,
    changed_at BIGINT  NOT NULL,
    changed_by TEXT    NOT NULL
);

-- Tries to hand a notice over, with the answers. Only the last of each platform are kept; those of a notice on its way stay.
CREATE TABLE deliveries (
    id        TEXT COLLATE "BINARY" NOT NULL PRIMARY KEY,
    platform  TEXT COLLATE "BINARY" NOT NULL,
    notice_id TEXT COLLATE "BINARY" NOT NULL,
    kind      TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    outcome   TEXT   NOT NULL,
    status    BIGINT NOT NULL,
    answer    TEXT   NOT NULL,
    failure   TEXT   NOT NULL,
    took      BIGINT NOT NULL
);
CREATE INDEX deliveries_by_platform ON deliveries (platform, id);
CREATE INDEX deliveries_by_notice ON deliveries (notice_id, id) WHERE notice_id <> '';

-- The secret part of an account's calendar address, as a hash.
CREATE TABLE calendar_feeds (
    account    TEXT COLLATE "BINARY" NOT NULL PRIMARY KEY,
    hash       BYTEA  NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX calendar_feeds_by_hash ON calendar_feeds (hash);

-- +goose Down
DROP TABLE calendar_feeds;
DROP TABLE deliveries;
DROP TABLE platform_channels;
