-- +goose Up
-- Checks that came in by a file or with the pack, and for which nobody has looked yet which open cases they answer. The mark is set with the check
-- and goes when the search is done, so that none is lost and none is asked twice. What is here already was asked for, or answers only what comes.
ALTER TABLE fact_checks ADD COLUMN unasked BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX fact_checks_unasked ON fact_checks (id) WHERE unasked = TRUE;

-- +goose Down
DROP INDEX fact_checks_unasked;
ALTER TABLE fact_checks DROP COLUMN unasked;
