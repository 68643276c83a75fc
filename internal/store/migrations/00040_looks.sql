-- +goose Up
-- How a picture looks, sealed: it holds the picture itself in small. It lies with the file's row and goes with it, whatever takes the row away.
ALTER TABLE evidence_files ADD COLUMN signature BYTEA;

-- +goose Down
ALTER TABLE evidence_files DROP COLUMN signature;
