-- +goose Up
-- The queue and the figures above it count open cases by what lies in this index alone: a flood of ten thousand cases is not read row by row.
CREATE INDEX cases_queue ON cases (org, surge, region, office, due_at, stage, holder, priority, opened_at, id) WHERE open = TRUE AND sandbox = FALSE;

-- Reports of a case are counted by region and age without reading one of them: a case that ten thousand people reported is a line like any other.
CREATE INDEX reports_by_case_region ON reports (case_id, region, at);
DROP INDEX reports_by_case;

-- +goose Down
CREATE INDEX reports_by_case ON reports (case_id, at);
DROP INDEX reports_by_case_region;
DROP INDEX cases_queue;
