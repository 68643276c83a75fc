-- +goose Up
-- Second factors. A code secret is sealed with a key outside the database; data is the public part of a passkey.
CREATE TABLE account_factors (
    id         TEXT COLLATE "BINARY" PRIMARY KEY,
    account    TEXT COLLATE "BINARY" NOT NULL,
    kind       TEXT COLLATE "BINARY" NOT NULL,
    name       TEXT   NOT NULL,
    secret     BYTEA,
    credential BYTEA  UNIQUE,
    data       TEXT   NOT NULL,
    last_step  BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used  BIGINT
);
CREATE INDEX account_factors_by_account ON account_factors (account);

-- Keyed hashes of recovery codes; a used one is deleted.
CREATE TABLE recovery_codes (
    account TEXT COLLATE "BINARY" NOT NULL,
    hash    BYTEA NOT NULL,
    PRIMARY KEY (account, hash)
);

-- What an institution calls one of our accounts.
CREATE TABLE identities (
    issuer  TEXT COLLATE "BINARY" NOT NULL,
    subject TEXT COLLATE "BINARY" NOT NULL,
    account TEXT COLLATE "BINARY" NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (issuer, account)
);

-- Rights on their way. doc is the grant as JSON, which is never queried.
CREATE TABLE grants (
    id         TEXT COLLATE "BINARY" PRIMARY KEY,
    state      TEXT COLLATE "BINARY" NOT NULL,
    account    TEXT COLLATE "BINARY" NOT NULL,
    login      TEXT COLLATE "BINARY" NOT NULL,
    expires_at BIGINT NOT NULL,
    code_hash  BYTEA,
    doc        TEXT   NOT NULL
);
CREATE INDEX grants_by_state ON grants (state, expires_at);

-- What happened to accounts, for auditors: ids and enumerations only, numbered without gaps.
CREATE TABLE account_events (
    seq     BIGINT PRIMARY KEY,
    kind    TEXT COLLATE "BINARY" NOT NULL,
    account TEXT COLLATE "BINARY" NOT NULL,
    actor   TEXT COLLATE "BINARY" NOT NULL,
    office  TEXT COLLATE "BINARY" NOT NULL,
    at      BIGINT NOT NULL,
    data    TEXT   NOT NULL
);
CREATE INDEX account_events_by_account ON account_events (account, seq);
INSERT INTO counters (name, value) VALUES ('account_events', 0);

-- stage: '' is signed in, 'second' waits for the second factor. place is the network without the part that names a device.
ALTER TABLE sessions ADD COLUMN stage TEXT COLLATE "BINARY" NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN way TEXT COLLATE "BINARY" NOT NULL DEFAULT 'password';
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN place TEXT COLLATE "BINARY" NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE sessions DROP COLUMN place;
ALTER TABLE sessions DROP COLUMN proved_at;
ALTER TABLE sessions DROP COLUMN way;
ALTER TABLE sessions DROP COLUMN stage;
DELETE FROM counters WHERE name = 'account_events';
DROP TABLE account_events;
DROP TABLE grants;
DROP TABLE identities;
DROP TABLE recovery_codes;
DROP TABLE account_factors;
