package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
)

// openTessera opens a log that publishes every 100 ms, the shortest interval that POSIX allows.
func openTessera(ctx context.Context, dir string, batch int, age time.Duration, inFlight int) (*tessera.Appender, func(context.Context) error, tessera.LogReader, error) {
	_, signer, err := newSigner("bench.example/tessera")
	if err != nil {
		return nil, nil, nil, err
	}
	driver, err := posix.New(ctx, posix.Config{Path: dir})
	if err != nil {
		return nil, nil, nil, err
	}
	return tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().WithCheckpointSigner(signer).WithBatching(uint(batch), age).
		WithCheckpointInterval(100*time.Millisecond).WithPushback(uint(2*inFlight)))
}

func tesseraRate(ctx context.Context, s settings, dir string, batch int) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	appender, _, _, err := openTessera(ctx, dir, batch, 10*time.Millisecond, s.inFlight)
	if err != nil {
		return 0, err
	}
	return rate(s, func(entry []byte) error {
		_, err := appender.Add(ctx, tessera.NewEntry(entry))()
		return err
	})
}

func tesseraLatency(ctx context.Context, s settings, dir string) ([]time.Duration, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	appender, _, reader, err := openTessera(ctx, dir, 256, time.Millisecond, s.inFlight)
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for i := range s.singles {
		pause(i)
		start := time.Now()
		index, err := appender.Add(ctx, tessera.NewEntry(entry(s.size)))()
		if err != nil {
			return nil, err
		}
		for {
			signed, err := reader.ReadCheckpoint(ctx)
			if err != nil {
				return nil, err
			}
			size, err := strconv.ParseUint(strings.SplitN(string(signed), "\n", 3)[1], 10, 64)
			if err != nil {
				return nil, err
			}
			if size > index.Index {
				break
			}
			time.Sleep(200 * time.Microsecond)
		}
		took = append(took, time.Since(start))
	}
	return took, nil
}

// pause puts single entries at uneven times, so that none falls in step with a timer.
func pause(i int) {
	time.Sleep(time.Duration(5+i%13*3+rand.IntN(20)) * time.Millisecond)
}

// entry makes an entry that no other is the same as.
func entry(size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = "0123456789abcdef"[rand.IntN(16)]
	}
	return data
}

// rate adds entries from as many goroutines as may be in flight and returns how many a second came to their end.
func rate(s settings, add func(entry []byte) error) (float64, error) {
	entries := make([][]byte, s.entries)
	for i := range entries {
		entries[i] = entry(s.size)
	}
	next := make(chan []byte, s.inFlight)
	var wg sync.WaitGroup
	var once sync.Once
	var failed error
	start := time.Now()
	for range s.inFlight {
		wg.Go(func() {
			for e := range next {
				if err := add(e); err != nil {
					once.Do(func() { failed = fmt.Errorf("add: %w", err) })
				}
			}
		})
	}
	for _, e := range entries {
		next <- e
	}
	close(next)
	wg.Wait()
	return float64(s.entries) / time.Since(start).Seconds(), failed
}
