-- +goose Up
-- Practice of platforms' integrations stands apart from everything real: tokens of their own, channels of their own, statements of their own.
ALTER TABLE tokens ADD COLUMN sandbox BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE deliveries ADD COLUMN sandbox BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE sandbox_channels (
    platform   TEXT COLLATE "BINARY" NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    key_id     TEXT    NOT NULL,
    secret     BYTEA   NOT NULL,
    private    BOOLEAN NOT NULL,
    changed_at BIGINT  NOT NULL,
    changed_by TEXT    NOT NULL
);

-- Distributed by platform, like statements.
CREATE TABLE sandbox_statements (
    platform  TEXT COLLATE "BINARY" NOT NULL,
    puid      TEXT COLLATE "BINARY" NOT NULL,
    id        TEXT COLLATE "BINARY" NOT NULL,
    at        BIGINT  NOT NULL,
    notice_id TEXT COLLATE "BINARY" NOT NULL,
    outside   BOOLEAN NOT NULL,
    doc       TEXT    NOT NULL,
    PRIMARY KEY (platform, puid)
);
CREATE UNIQUE INDEX sandbox_statements_by_id ON sandbox_statements (platform, id);

-- Orders that platforms received outside of Ronda, as they log them. A platform uses each number of its own once.
CREATE TABLE outside_orders (
    platform     TEXT COLLATE "BINARY" NOT NULL,
    sandbox      BOOLEAN NOT NULL,
    own_id       TEXT COLLATE "BINARY" NOT NULL,
    id           TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    at           BIGINT  NOT NULL,
    received_at  BIGINT  NOT NULL,
    authority    TEXT COLLATE "BINARY" NOT NULL,
    total        BIGINT  NOT NULL,
    withdrawn_at BIGINT,
    doc          TEXT    NOT NULL,
    PRIMARY KEY (platform, sandbox, own_id)
);
CREATE INDEX outside_orders_by_time ON outside_orders (sandbox, id);

-- What a later look at an address found, as far as the public log was told.
ALTER TABLE notice_items ADD COLUMN recheck TEXT NOT NULL DEFAULT '';
CREATE INDEX case_items_down ON case_items (key, case_id) WHERE state IN ('removed', 'restricted', 'account_action');

-- +goose Down
DROP INDEX case_items_down;
ALTER TABLE notice_items DROP COLUMN recheck;
DROP TABLE outside_orders;
DROP TABLE sandbox_statements;
DROP TABLE sandbox_channels;
ALTER TABLE deliveries DROP COLUMN sandbox;
ALTER TABLE tokens DROP COLUMN sandbox;
