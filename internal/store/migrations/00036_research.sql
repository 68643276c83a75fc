-- +goose Up
-- Who answers for a partner or a research project, encrypted, apart from it: the row can be erased.
CREATE TABLE partner_contacts (
    partner TEXT COLLATE "BINARY" PRIMARY KEY,
    sealed  BYTEA  NOT NULL,
    at      BIGINT NOT NULL
);
CREATE TABLE research_contacts (
    project TEXT COLLATE "BINARY" PRIMARY KEY,
    sealed  BYTEA  NOT NULL,
    at      BIGINT NOT NULL
);

-- Which partner's advice was asked for on which case: derived from the case in its own transaction.
CREATE TABLE case_invites (
    case_id TEXT COLLATE "BINARY" NOT NULL,
    partner TEXT COLLATE "BINARY" NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (case_id, partner)
);
CREATE INDEX case_invites_by_partner ON case_invites (partner, at);

-- Research projects, whole in doc, and a line for each download.
CREATE TABLE research_projects (
    id      TEXT COLLATE "BINARY" PRIMARY KEY,
    code    TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    state   TEXT COLLATE "BINARY" NOT NULL,
    account TEXT COLLATE "BINARY" NOT NULL,
    doc     TEXT   NOT NULL
);
CREATE INDEX research_projects_by_account ON research_projects (account) WHERE account <> '';
CREATE TABLE research_downloads (
    project TEXT COLLATE "BINARY" NOT NULL,
    id      TEXT COLLATE "BINARY" NOT NULL,
    at      BIGINT NOT NULL,
    dataset TEXT COLLATE "BINARY" NOT NULL,
    total   BIGINT NOT NULL,
    PRIMARY KEY (project, id)
);

-- Keyed hash of the network that a report came from (a /24 or a /48), for finding coordinated reports; it goes with the contact.
ALTER TABLE reports ADD COLUMN network TEXT COLLATE "BINARY" NOT NULL DEFAULT '';
CREATE INDEX reports_by_time ON reports (at, id);

-- Groups of reports that look coordinated, whole in doc, and the new cases that only they speak of. Derived; rebuilt at will.
CREATE TABLE brigades (
    id      TEXT COLLATE "BINARY" PRIMARY KEY,
    last_at BIGINT NOT NULL,
    doc     TEXT   NOT NULL
);
CREATE INDEX brigades_by_time ON brigades (last_at);
CREATE TABLE brigade_cases (
    case_id TEXT COLLATE "BINARY" NOT NULL,
    brigade TEXT COLLATE "BINARY" NOT NULL,
    total   BIGINT  NOT NULL,
    folded  BOOLEAN NOT NULL,
    PRIMARY KEY (case_id, brigade)
);
CREATE INDEX brigade_cases_by_brigade ON brigade_cases (brigade);

-- +goose Down
DROP TABLE brigade_cases;
DROP TABLE brigades;
DROP INDEX reports_by_time;
ALTER TABLE reports DROP COLUMN network;
DROP TABLE research_downloads;
DROP TABLE research_projects;
DROP TABLE case_invites;
DROP TABLE research_contacts;
DROP TABLE partner_contacts;
