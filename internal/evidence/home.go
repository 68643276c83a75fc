package evidence

import (
	"context"
	"errors"
	"fmt"
)

// Homes remembers in the database which directory its evidence lives in.
type Homes interface {
	// ClaimHome records id as the home when there is none, and returns the recorded one.
	ClaimHome(ctx context.Context, id string) (recorded string, err error)
}

// ErrOtherHome is the error of a process whose directory is not the one that the database knows.
var ErrOtherHome = errors.New("the database's evidence lives in another directory")

// ClaimHome refuses to start with a directory that is not the database's own: a second host with a disk
// of its own, an empty mount, a copy restored beside the original. Several hosts need S3.
func ClaimHome(ctx context.Context, homes Homes, id string) error {
	recorded, err := homes.ClaimHome(ctx, id)
	if err != nil {
		return fmt.Errorf("claim evidence directory: %w", err)
	}
	if recorded != id {
		return fmt.Errorf("claim evidence directory: %w: use that one, or S3 for several hosts", ErrOtherHome)
	}
	return nil
}
