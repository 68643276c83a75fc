package match

import (
	"context"
	"iter"
	"runtime"
	"runtime/debug"
	"sync"
)

// putBatch is how many documents are inserted at a time: queries wait for that
// long at most, about a millisecond.
const putBatch = 64

// mostBuilders is how many goroutines take documents apart at most: more than that wait for one another to insert.
const mostBuilders = 4

// buildGC is GOGC while many documents are put.
const buildGC = 25

// PutAll puts many documents, taking them apart on all processors while the
// next ones are read. Queries may run meanwhile; the process collects garbage
// more often for that time. progress, which may be nil, is
// told the number of documents so far now and then. It returns the number of
// documents put, and the first error of docs or the context.
func (x *Index) PutAll(ctx context.Context, docs iter.Seq2[Doc, error], progress func(n int)) (int, error) {
	// Nearly all of the index is memory that the collector never looks into, so
	// collecting often costs little and keeps the peak close to what is used.
	defer debug.SetGCPercent(debug.SetGCPercent(buildGC))
	batches := make(chan []Doc, 4)
	spare := make(chan []Doc, 16)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), mostBuilders) {
		wg.Go(func() {
			work := make([]*analysis, putBatch)
			for i := range work {
				work[i] = new(analysis)
			}
			for batch := range batches {
				for i := range batch {
					work[i].read(&batch[i])
				}
				x.mu.Lock()
				for i := range batch {
					x.insert(&batch[i], work[i])
				}
				x.mu.Unlock()
				clear(batch)
				select {
				case spare <- batch[:0]:
				default:
				}
			}
		})
	}
	n, err := feed(ctx, docs, batches, spare, progress)
	close(batches)
	wg.Wait()
	x.sweepSome()
	return n, err
}

// feed reads the documents into batches.
func feed(ctx context.Context, docs iter.Seq2[Doc, error], batches chan<- []Doc, spare <-chan []Doc, progress func(int)) (n int, err error) {
	fresh := func() []Doc {
		select {
		case b := <-spare:
			return b
		default:
			return make([]Doc, 0, putBatch)
		}
	}
	batch := fresh()
	for d, err := range docs {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			batches <- batch
			return n + len(batch), err
		}
		batch = append(batch, d)
		if len(batch) == putBatch {
			batches <- batch
			n += len(batch)
			batch = fresh()
			if progress != nil && n%(64*putBatch) == 0 {
				progress(n)
			}
		}
	}
	batches <- batch
	n += len(batch)
	if progress != nil {
		progress(n)
	}
	return n, nil
}
