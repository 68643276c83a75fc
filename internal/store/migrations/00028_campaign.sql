-- +goose Up
-- Registers of campaign accounts, one for each contest, whole in doc; the counts are for lists.
CREATE TABLE campaign_registers (
    contest    TEXT COLLATE "BINARY" NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    pairs      BIGINT NOT NULL,
    accounts   BIGINT NOT NULL,
    adverts    BIGINT NOT NULL,
    off        BIGINT NOT NULL,
    unclear    BIGINT NOT NULL,
    open       BIGINT NOT NULL,
    confirmed  BIGINT NOT NULL,
    dismissed  BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    doc        TEXT   NOT NULL
);

-- By what an account is found: its keys, and for the first of them what its handle looks like. Derived from the registers.
CREATE TABLE campaign_keys (
    contest  TEXT COLLATE "BINARY" NOT NULL,
    account  TEXT COLLATE "BINARY" NOT NULL,
    key      TEXT COLLATE "BINARY" NOT NULL,
    platform TEXT COLLATE "BINARY" NOT NULL,
    looks    TEXT COLLATE "BINARY" NOT NULL,
    PRIMARY KEY (contest, account, key)
);
CREATE INDEX campaign_keys_by_key ON campaign_keys (key);
CREATE INDEX campaign_keys_by_looks ON campaign_keys (looks);

-- What happened to a register: ids and enumerations only.
CREATE TABLE campaign_history (
    contest TEXT COLLATE "BINARY" NOT NULL,
    version BIGINT NOT NULL,
    n       BIGINT NOT NULL,
    kind    TEXT   NOT NULL,
    actor   TEXT   NOT NULL,
    office  TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    data    TEXT   NOT NULL,
    PRIMARY KEY (contest, version, n)
);

-- +goose Down
DROP TABLE campaign_history;
DROP TABLE campaign_keys;
DROP TABLE campaign_registers;
