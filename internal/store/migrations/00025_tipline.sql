-- +goose Up
-- Conversations in chat applications. Ids are keyed hashes; address and state are sealed with a key outside of the database.
CREATE TABLE tipline_chats (
    id         TEXT COLLATE "BINARY" NOT NULL PRIMARY KEY,
    provider   TEXT COLLATE "BINARY" NOT NULL,
    address    BYTEA   NOT NULL,
    state      BYTEA,
    draft      BOOLEAN NOT NULL,
    seen_at    BIGINT  NOT NULL,
    quiet      BOOLEAN NOT NULL,
    nudged     BOOLEAN NOT NULL,
    version    BIGINT  NOT NULL
);
CREATE INDEX tipline_chats_by_seen ON tipline_chats (seen_at);

-- What came in. The body goes when it is answered; the row stays for a while, so that a repeat is known.
CREATE TABLE tipline_inbox (
    message  TEXT COLLATE "BINARY" NOT NULL PRIMARY KEY,
    id       TEXT COLLATE "BINARY" NOT NULL,
    chat_id  TEXT COLLATE "BINARY" NOT NULL,
    provider TEXT COLLATE "BINARY" NOT NULL,
    address  BYTEA,
    body     BYTEA,
    at       BIGINT  NOT NULL,
    attempt  BIGINT  NOT NULL,
    done     BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX tipline_inbox_by_id ON tipline_inbox (id);
CREATE INDEX tipline_inbox_waiting ON tipline_inbox (chat_id, id) WHERE NOT done;
CREATE INDEX tipline_inbox_by_time ON tipline_inbox (at);

-- What goes out, in the order of the ids.
CREATE TABLE tipline_outbox (
    id       TEXT COLLATE "BINARY" NOT NULL PRIMARY KEY,
    key      TEXT COLLATE "BINARY" NOT NULL,
    chat_id  TEXT COLLATE "BINARY" NOT NULL,
    provider TEXT COLLATE "BINARY" NOT NULL,
    kind     TEXT COLLATE "BINARY" NOT NULL,
    address  BYTEA,
    body     BYTEA,
    state    TEXT COLLATE "BINARY" NOT NULL,
    attempt  BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    next_at  BIGINT NOT NULL,
    failure  TEXT   NOT NULL
);
CREATE UNIQUE INDEX tipline_outbox_once ON tipline_outbox (key) WHERE key <> '';
CREATE INDEX tipline_outbox_open ON tipline_outbox (chat_id, id) WHERE state <> 'sent';
CREATE INDEX tipline_outbox_by_time ON tipline_outbox (at);

CREATE TABLE tipline_tickets (
    chat_id   TEXT COLLATE "BINARY" NOT NULL,
    report_id TEXT COLLATE "BINARY" NOT NULL,
    own       BOOLEAN NOT NULL,
    told      TEXT    NOT NULL,
    PRIMARY KEY (chat_id, report_id)
);
CREATE INDEX tipline_tickets_by_report ON tipline_tickets (report_id);

CREATE TABLE tipline_subscriptions (
    region  TEXT COLLATE "BINARY" NOT NULL,
    chat_id TEXT COLLATE "BINARY" NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (region, chat_id)
);
CREATE INDEX tipline_subscriptions_by_chat ON tipline_subscriptions (chat_id);

INSERT INTO counters (name, value) VALUES ('tipline', 0);

-- +goose Down
DELETE FROM counters WHERE name = 'tipline';
DROP TABLE tipline_subscriptions;
DROP TABLE tipline_tickets;
DROP TABLE tipline_outbox;
DROP TABLE tipline_inbox;
DROP TABLE tipline_chats;
