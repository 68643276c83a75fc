package store

import (
	"database/sql"
	"time"
)

// micros is a time as it is stored. The zero time has no place in a column that may not be NULL.
func micros(t time.Time) int64 { return t.UnixMicro() }

// orNull is a time that may be unknown: the zero time is NULL.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// instant reads a stored time.
func instant(us int64) time.Time { return time.UnixMicro(us).UTC() }

// instantOrZero reads a time that may be NULL.
func instantOrZero(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return instant(us.Int64)
}
