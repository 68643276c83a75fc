-- +goose Up
-- A case that was opened while its network sent far more than others do, and that nobody has looked at since. Queues show them as one line.
ALTER TABLE cases ADD COLUMN surge BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX cases_calm ON cases (org, due_at) WHERE open = TRUE AND surge = FALSE;
CREATE INDEX cases_surge ON cases (org, region) WHERE open = TRUE AND surge = TRUE;

-- +goose Down
DROP INDEX cases_surge;
DROP INDEX cases_calm;
ALTER TABLE cases DROP COLUMN surge;
