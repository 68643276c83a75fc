-- +goose Up
-- The rules of these files: the same text runs on SQLite and on PostgreSQL 15. Ids and codes are TEXT in byte order: SQLite calls that
-- collation BINARY, and the store makes one of that name on PostgreSQL before the first migration. Times are microseconds since 1970 UTC.
-- What is named doc, data or args is JSON that no query looks into. TRUE and FALSE are spelled out.

-- A case is kept whole in doc. The other columns are what lists filter and sort by, derived in the same transaction.
CREATE TABLE cases (
    id          TEXT COLLATE "BINARY" PRIMARY KEY,
    number      TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    version     BIGINT  NOT NULL,
    election    TEXT COLLATE "BINARY" NOT NULL,
    title       TEXT    NOT NULL,
    search      TEXT    NOT NULL,
    claim       TEXT COLLATE "BINARY" NOT NULL,
    category    TEXT COLLATE "BINARY" NOT NULL,
    region      TEXT COLLATE "BINARY" NOT NULL,
    contest     TEXT COLLATE "BINARY" NOT NULL,
    urgency     BIGINT  NOT NULL,
    stage       TEXT COLLATE "BINARY" NOT NULL,
    open        BOOLEAN NOT NULL,
    office      TEXT COLLATE "BINARY" NOT NULL,
    org         TEXT COLLATE "BINARY" NOT NULL,
    holder      TEXT COLLATE "BINARY" NOT NULL,
    reader      TEXT COLLATE "BINARY" NOT NULL,
    concluded   TEXT    NOT NULL,
    platforms   TEXT    NOT NULL,
    items       BIGINT  NOT NULL,
    priority    BOOLEAN NOT NULL,
    sandbox     BOOLEAN NOT NULL,
    merged_into TEXT COLLATE "BINARY" NOT NULL,
    due_at      BIGINT,
    opened_at   BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    doc         TEXT    NOT NULL
);
CREATE INDEX cases_by_office ON cases (office, open, due_at);
CREATE INDEX cases_by_org ON cases (org, open, due_at);
CREATE INDEX cases_by_region ON cases (region, open);
CREATE INDEX cases_by_holder ON cases (holder) WHERE holder <> '';
CREATE INDEX cases_by_reader ON cases (reader) WHERE reader <> '';
CREATE INDEX cases_by_claim ON cases (claim) WHERE claim <> '';

CREATE TABLE case_items (
    case_id  TEXT COLLATE "BINARY" NOT NULL,
    item_id  TEXT COLLATE "BINARY" NOT NULL,
    key      TEXT COLLATE "BINARY" NOT NULL,
    platform TEXT COLLATE "BINARY" NOT NULL,
    address  TEXT NOT NULL,
    state    TEXT COLLATE "BINARY" NOT NULL,
    PRIMARY KEY (case_id, item_id)
);
CREATE INDEX case_items_by_key ON case_items (key);

-- A row here is the claim of an open case on one canonical address, or on the fingerprint of one text. It goes when the case ends.
CREATE TABLE case_keys (
    key     TEXT COLLATE "BINARY" PRIMARY KEY,
    case_id TEXT COLLATE "BINARY" NOT NULL
);
CREATE INDEX case_keys_by_case ON case_keys (case_id);

CREATE TABLE notices (
    id          TEXT COLLATE "BINARY" PRIMARY KEY,
    code        TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    case_id     TEXT COLLATE "BINARY" NOT NULL,
    act         TEXT COLLATE "BINARY" NOT NULL,
    state       TEXT COLLATE "BINARY" NOT NULL,
    platform    TEXT COLLATE "BINARY" NOT NULL,
    authority   TEXT COLLATE "BINARY" NOT NULL,
    org         TEXT COLLATE "BINARY" NOT NULL,
    region      TEXT COLLATE "BINARY" NOT NULL,
    category    TEXT COLLATE "BINARY" NOT NULL,
    due_at      BIGINT,
    due_order   BIGINT  NOT NULL,
    paused      BOOLEAN NOT NULL,
    overdue     BOOLEAN NOT NULL,
    public      BOOLEAN NOT NULL,
    sandbox     BOOLEAN NOT NULL,
    created_at  BIGINT  NOT NULL,
    sent_at     BIGINT,
    received_at BIGINT,
    answered_at BIGINT,
    doc         TEXT    NOT NULL
);
CREATE INDEX notices_by_case ON notices (case_id);
CREATE INDEX notices_by_platform ON notices (platform, state);
CREATE INDEX notices_by_authority ON notices (authority, state);
CREATE INDEX notices_by_due ON notices (state, due_at);

CREATE TABLE notice_items (
    notice_id TEXT COLLATE "BINARY" NOT NULL,
    item_id   TEXT COLLATE "BINARY" NOT NULL,
    key       TEXT COLLATE "BINARY" NOT NULL,
    answer    TEXT COLLATE "BINARY" NOT NULL,
    PRIMARY KEY (notice_id, item_id)
);
CREATE INDEX notice_items_by_key ON notice_items (key);

-- Events are written without seq; one publisher numbers what is committed, without gaps. Cursors read seq only.
CREATE TABLE events (
    id      TEXT COLLATE "BINARY" PRIMARY KEY,
    seq     BIGINT UNIQUE,
    case_id TEXT COLLATE "BINARY" NOT NULL,
    version BIGINT NOT NULL,
    n       BIGINT NOT NULL,
    kind    TEXT COLLATE "BINARY" NOT NULL,
    actor   TEXT COLLATE "BINARY" NOT NULL,
    office  TEXT COLLATE "BINARY" NOT NULL,
    at      BIGINT NOT NULL,
    data    TEXT   NOT NULL
);
CREATE INDEX events_by_case ON events (case_id, version, n);
CREATE INDEX events_unnumbered ON events (at) WHERE seq IS NULL;

-- Entries owed to the public log. The bytes are made once; the sequencer gives idx.
CREATE TABLE ledger_leaves (
    id        TEXT COLLATE "BINARY" PRIMARY KEY,
    case_id   TEXT COLLATE "BINARY" NOT NULL,
    notice_id TEXT COLLATE "BINARY" NOT NULL,
    kind      TEXT COLLATE "BINARY" NOT NULL,
    at        BIGINT NOT NULL,
    bytes     BYTEA  NOT NULL,
    idx       BIGINT UNIQUE
);
CREATE INDEX ledger_leaves_owed ON ledger_leaves (at, id) WHERE idx IS NULL;
CREATE INDEX ledger_leaves_by_case ON ledger_leaves (case_id);

CREATE TABLE ledger_sealed (
    leaf_id TEXT COLLATE "BINARY" NOT NULL,
    n       BIGINT NOT NULL,
    name    TEXT COLLATE "BINARY" NOT NULL,
    salt    BYTEA NOT NULL,
    value   TEXT  NOT NULL,
    PRIMARY KEY (leaf_id, n)
);

-- +goose Down
DROP TABLE ledger_sealed;
DROP TABLE ledger_leaves;
DROP TABLE events;
DROP TABLE notice_items;
DROP TABLE notices;
DROP TABLE case_keys;
DROP TABLE case_items;
DROP TABLE cases;
