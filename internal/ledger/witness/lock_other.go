//go:build !unix

package witness

import "os"

// lockFile does nothing where there is no flock: there the operator must see to it that one witness runs.
func lockFile(*os.File) error { return nil }
