-- +goose Up
CREATE TABLE organisations (
    id         TEXT COLLATE "BINARY" PRIMARY KEY,
    kind       TEXT COLLATE "BINARY" NOT NULL,
    name       TEXT   NOT NULL,
    detail     TEXT   NOT NULL,
    region     TEXT COLLATE "BINARY" NOT NULL,
    created_at BIGINT NOT NULL
);

-- actor is the mandate as JSON; org, office and platform are copies for lists.
CREATE TABLE accounts (
    id            TEXT COLLATE "BINARY" PRIMARY KEY,
    login         TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    name          TEXT   NOT NULL,
    org           TEXT COLLATE "BINARY" NOT NULL,
    office        TEXT COLLATE "BINARY" NOT NULL,
    platform      TEXT COLLATE "BINARY" NOT NULL,
    lang          TEXT COLLATE "BINARY" NOT NULL,
    actor         TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    disabled_at   BIGINT
);
CREATE INDEX accounts_by_org ON accounts (org);

CREATE TABLE sessions (
    hash       BYTEA PRIMARY KEY,
    id         TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    account    TEXT COLLATE "BINARY" NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    agent      TEXT   NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account);

CREATE TABLE tokens (
    hash       BYTEA PRIMARY KEY,
    id         TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    account    TEXT COLLATE "BINARY" NOT NULL,
    name       TEXT   NOT NULL,
    scopes     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used  BIGINT,
    revoked_at BIGINT
);
CREATE INDEX tokens_by_account ON tokens (account);

-- Links that work once: the first set-up, an invitation, a new password.
CREATE TABLE links (
    hash       BYTEA PRIMARY KEY,
    kind       TEXT COLLATE "BINARY" NOT NULL,
    account    TEXT COLLATE "BINARY" NOT NULL,
    data       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);

-- Wrong codes and wrong passwords, counted in spans of ten seconds.
CREATE TABLE misses (
    key   TEXT COLLATE "BINARY" NOT NULL,
    span  BIGINT NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (key, span)
);
CREATE INDEX misses_by_span ON misses (span);

-- +goose Down
DROP TABLE misses;
DROP TABLE links;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE accounts;
DROP TABLE organisations;
