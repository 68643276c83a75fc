-- +goose Up
-- Partners of society, whole in doc: some thousands at most, so lists read them all and filter by the rules' own words. waits says that
-- something is open for the accrediting authority.
CREATE TABLE partners (
    id      TEXT COLLATE "BINARY" PRIMARY KEY,
    code    TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    version BIGINT  NOT NULL,
    state   TEXT COLLATE "BINARY" NOT NULL,
    kind    TEXT COLLATE "BINARY" NOT NULL,
    waits   BOOLEAN NOT NULL,
    sandbox BOOLEAN NOT NULL,
    doc     TEXT    NOT NULL
);
CREATE INDEX partners_by_state ON partners (state, id);

-- A partner's reports, so that its standing can be computed and its share of the queue be bounded. Few of all reports are a partner's.
CREATE INDEX reports_by_org ON reports (org, at) WHERE org <> '';

-- +goose Down
DROP INDEX reports_by_org;
DROP TABLE partners;
