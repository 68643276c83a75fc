-- +goose Up
-- A project reads with a token of its own, of which only the hash is kept.
DROP INDEX research_projects_by_account;
ALTER TABLE research_projects RENAME COLUMN account TO token_hash;
CREATE INDEX research_projects_by_token ON research_projects (token_hash) WHERE token_hash <> '';

-- +goose Down
DROP INDEX research_projects_by_token;
ALTER TABLE research_projects RENAME COLUMN token_hash TO account;
CREATE INDEX research_projects_by_account ON research_projects (account) WHERE account <> '';
