-- +goose Up
-- Corrections of what was published, whole in doc. They are only added to.
CREATE TABLE corrections (
    id  TEXT COLLATE "BINARY" PRIMARY KEY,
    at  BIGINT NOT NULL,
    doc TEXT   NOT NULL
);
CREATE INDEX corrections_by_time ON corrections (at, id);

-- Figures count objections, and files name the log entry of each act.
CREATE INDEX appeals_by_case ON appeals (case_id) WHERE case_id <> '';
CREATE INDEX ledger_leaves_by_notice ON ledger_leaves (notice_id) WHERE notice_id <> '';
DELETE FROM rollup_facts;
UPDATE counters SET value = 0 WHERE name = 'rollup';

-- +goose Down
DROP INDEX ledger_leaves_by_notice;
DROP INDEX appeals_by_case;
DROP TABLE corrections;
