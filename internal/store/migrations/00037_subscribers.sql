-- +goose Up
-- Who gets alerts of a region by mail or by web hook. Addresses and keys are sealed; known tells whether somebody has signed up already without
-- saying who. Whoever leaves, or never confirms, has no row.
CREATE TABLE subscribers (
    id           TEXT COLLATE "BINARY" PRIMARY KEY,
    kind         TEXT COLLATE "BINARY" NOT NULL,
    region       TEXT COLLATE "BINARY" NOT NULL,
    least        BIGINT NOT NULL,
    lang         TEXT COLLATE "BINARY" NOT NULL,
    org          TEXT COLLATE "BINARY" NOT NULL,
    known        BYTEA  NOT NULL UNIQUE,
    sealed       BYTEA  NOT NULL,
    created_at   BIGINT NOT NULL,
    confirmed_at BIGINT
);
CREATE INDEX subscribers_by_region ON subscribers (region, id);
CREATE INDEX subscribers_by_org ON subscribers (org) WHERE org <> '';

-- The code under which a sender finds the answer to a message that fact-checkers may read, and the check that answered it.
ALTER TABLE wishes ADD COLUMN code TEXT COLLATE "BINARY" NOT NULL DEFAULT '';
ALTER TABLE wishes ADD COLUMN answer TEXT COLLATE "BINARY" NOT NULL DEFAULT '';
CREATE INDEX wishes_by_code ON wishes (code) WHERE code <> '';

-- +goose Down
DROP INDEX wishes_by_code;
ALTER TABLE wishes DROP COLUMN answer;
ALTER TABLE wishes DROP COLUMN code;
DROP TABLE subscribers;
