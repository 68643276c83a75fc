-- +goose Up
-- Tables that grow without end. Each names its distribution key first: it stands in every primary key and unique rule, no foreign key
-- points here, and no query joins them on anything else. So they can be spread over machines as they are.

-- Distributed by id. A report is changed only when it moves to another case or is erased.
CREATE TABLE reports (
    id        TEXT COLLATE "BINARY" PRIMARY KEY,
    code      TEXT COLLATE "BINARY" NOT NULL,
    case_id   TEXT COLLATE "BINARY" NOT NULL,
    at        BIGINT  NOT NULL,
    joined    BOOLEAN NOT NULL,
    channel   TEXT COLLATE "BINARY" NOT NULL,
    lang      TEXT COLLATE "BINARY" NOT NULL,
    category  TEXT COLLATE "BINARY" NOT NULL,
    region    TEXT COLLATE "BINARY" NOT NULL,
    org       TEXT COLLATE "BINARY" NOT NULL,
    text      TEXT    NOT NULL,
    contact   BYTEA,
    sender    TEXT COLLATE "BINARY" NOT NULL,
    signature BYTEA,
    doc       TEXT    NOT NULL,
    sandbox   BOOLEAN NOT NULL,
    erased_at BIGINT
);
CREATE INDEX reports_by_case ON reports (case_id, at);

-- Distributed by code: it makes a code unique and finds its report.
CREATE TABLE report_codes (
    code      TEXT COLLATE "BINARY" PRIMARY KEY,
    report_id TEXT COLLATE "BINARY" NOT NULL
);

-- Distributed by report_id, like reports by id.
CREATE TABLE messages (
    report_id   TEXT COLLATE "BINARY" NOT NULL,
    id          TEXT COLLATE "BINARY" NOT NULL,
    at          BIGINT NOT NULL,
    sender      TEXT COLLATE "BINARY" NOT NULL,
    kind        TEXT COLLATE "BINARY" NOT NULL,
    question_id TEXT COLLATE "BINARY" NOT NULL,
    text        TEXT   NOT NULL,
    doc         TEXT   NOT NULL,
    PRIMARY KEY (report_id, id)
);

-- Distributed by fingerprint.
CREATE TABLE checks (
    fingerprint BYTEA NOT NULL,
    day         TEXT COLLATE "BINARY" NOT NULL,
    result      TEXT COLLATE "BINARY" NOT NULL,
    channel     TEXT COLLATE "BINARY" NOT NULL,
    total       BIGINT NOT NULL,
    PRIMARY KEY (fingerprint, day, result, channel)
);
CREATE INDEX checks_by_day ON checks (day);

-- Texts that their senders let fact-checkers read; the same text once.
CREATE TABLE wishes (
    hash    BYTEA PRIMARY KEY,
    id      TEXT COLLATE "BINARY" NOT NULL,
    at      BIGINT NOT NULL,
    text    TEXT   NOT NULL,
    lang    TEXT COLLATE "BINARY" NOT NULL,
    channel TEXT COLLATE "BINARY" NOT NULL,
    total   BIGINT NOT NULL
);
CREATE INDEX wishes_by_time ON wishes (at);

-- The reply stored with an effect; what a repeat gets again.
CREATE TABLE receipts (
    principal TEXT COLLATE "BINARY" NOT NULL,
    key       TEXT COLLATE "BINARY" NOT NULL,
    body_hash TEXT COLLATE "BINARY" NOT NULL,
    subject   TEXT COLLATE "BINARY" NOT NULL,
    status    BIGINT NOT NULL,
    body      BYTEA,
    at        BIGINT NOT NULL,
    PRIMARY KEY (principal, key)
);
CREATE INDEX receipts_by_time ON receipts (at);

-- +goose Down
DROP TABLE receipts;
DROP TABLE wishes;
DROP TABLE checks;
DROP TABLE messages;
DROP TABLE report_codes;
DROP TABLE reports;
