package store

import (
	"context"
	"fmt"
	"time"

	"ronda"
)

// Lease takes or renews the named lease for ttl by the database's clock. ok is false while another owner holds it. A lease that changes
// hands, or ran out, gets a new, higher epoch; a renewal in time keeps its own. Work done under a lease is committed under its epoch.
func (db *DB) Lease(ctx context.Context, name, owner string, ttl time.Duration) (epoch int64, ok bool, err error) {
	err = db.write.do(ctx, func(t *tx) error {
		var takeErr error
		epoch, ok, takeErr = t.lease(name, owner, ttl)
		return takeErr
	})
	return epoch, ok, wrap("take lease "+name, err)
}

func (t *tx) lease(name, owner string, ttl time.Duration) (epoch int64, ok bool, err error) {
	now := t.engine.now
	ok, err = t.one(`INSERT INTO leases (name, owner, epoch, until) VALUES ($1, $2, 1, `+now+` + $3)
		ON CONFLICT (name) DO UPDATE SET
			epoch = CASE WHEN leases.owner = excluded.owner AND leases.until >= `+now+` THEN leases.epoch ELSE leases.epoch + 1 END,
			owner = excluded.owner, until = excluded.until
		WHERE leases.owner = excluded.owner OR leases.until < `+now+`
		RETURNING epoch`, []any{name, owner, ttl.Microseconds()}, &epoch)
	return epoch, ok, err
}

// EndLease gives a lease back, so that another owner need not wait for its end.
func (db *DB) EndLease(ctx context.Context, name string, epoch int64) error {
	return db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE leases SET until = 0 WHERE name = $1 AND epoch = $2`, name, epoch)
		return wrap("end lease "+name, err)
	})
}

// ErrLeaseLost is the error of work under an epoch that is no longer the current one.
var ErrLeaseLost = ronda.Errorf(ronda.Conflict, "lease.lost", "")

// fence refuses to go on unless epoch is the lease's current one, and keeps it current until the commit.
func (t *tx) fence(name string, epoch int64) error {
	var current int64
	found, err := t.one(`SELECT epoch FROM leases WHERE name = $1`+t.engine.forShare, []any{name}, &current)
	if err != nil {
		return fmt.Errorf("check lease %s: %w", name, err)
	}
	if !found || current != epoch {
		return ErrLeaseLost
	}
	return nil
}
