-- +goose Up
-- What partners and the election commission say to everyone: alerts, kits, official statements, drafts of fact-checks. Whole in doc; the other
-- columns are what lists are made by. A withdrawn one stays. Published fact-checks lie in fact_checks.
CREATE TABLE publications (
    kind         TEXT COLLATE "BINARY" NOT NULL,
    id           TEXT COLLATE "BINARY" NOT NULL,
    version      BIGINT NOT NULL,
    state        TEXT COLLATE "BINARY" NOT NULL,
    org          TEXT COLLATE "BINARY" NOT NULL,
    region       TEXT COLLATE "BINARY" NOT NULL,
    published_at BIGINT,
    until_at     BIGINT,
    doc          TEXT   NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX publications_by_state ON publications (kind, state, published_at);
CREATE INDEX publications_by_org ON publications (kind, org, id);

-- +goose Down
DROP TABLE publications;
