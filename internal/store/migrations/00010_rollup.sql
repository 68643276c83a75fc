-- +goose Up
-- Facts of the public figures, one row a case, derived from cases and rebuilt at will. The cursor is the last event they hold.
CREATE TABLE rollup_facts (
    case_id TEXT COLLATE "BINARY" PRIMARY KEY,
    doc     TEXT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('rollup', 0);

-- +goose Down
DELETE FROM counters WHERE name = 'rollup';
DROP TABLE rollup_facts;
