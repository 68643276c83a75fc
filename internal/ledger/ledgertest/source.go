package ledgertest

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"ronda/internal/ledger"
)

// FileSource is a published log in a map from names to contents.
type FileSource map[string][]byte

// Get is as [ledger.Source] says.
func (s FileSource) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	data, ok := s[name]
	if !ok {
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("read %s: %w", name, ledger.ErrTooLong)
	}
	return data, ctx.Err()
}

// Names lists the files.
func (s FileSource) Names(context.Context) ([]string, error) {
	names := slices.Sorted(maps.Keys(s))
	return slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(n, ".tmp/") }), nil
}
