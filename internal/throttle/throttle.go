// Package throttle limits what one client, and all clients together, may ask for. Budgets per client are wide, because thousands of honest phones
// share one address behind a carrier's translation (CGNAT); the budget for all is what protects the officers.
package throttle

import (
	"container/list"
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ronda"
)

// Budget is how much may be asked for: Burst at once, and Every one more. All is the same for all clients together; zero means no such limit.
type Budget struct {
	Every, AllEvery time.Duration
	Burst, AllBurst int
}

// Budgets are the limits of a public installation.
func Budgets() map[string]Budget {
	return map[string]Budget{
		"check":     {Every: 500 * time.Millisecond, Burst: 240, AllEvery: time.Millisecond, AllBurst: 4000},
		"wish":      {Every: 20 * time.Second, Burst: 30, AllEvery: 50 * time.Millisecond, AllBurst: 400},
		"report":    {Every: 5 * time.Second, Burst: 60, AllEvery: 5 * time.Millisecond, AllBurst: 2000},
		"more":      {Every: 5 * time.Second, Burst: 40, AllEvery: 10 * time.Millisecond, AllBurst: 1000},
		"code":      {Every: 30 * time.Second, Burst: 20, AllEvery: 200 * time.Millisecond, AllBurst: 600}, // misses only
		"appeal":    {Every: 30 * time.Second, Burst: 20, AllEvery: 50 * time.Millisecond, AllBurst: 500},
		"signin":    {Every: time.Second, Burst: 300},                                           // misses only; package account limits each account, and sounds an alarm for all together
		"practice":  {Every: 10 * time.Second, Burst: 60, AllEvery: time.Second, AllBurst: 500}, // acts of practice
		"api":       {Every: 5 * time.Millisecond, Burst: 2000, AllEvery: time.Millisecond, AllBurst: 8000},
		"chat":      {Every: 3 * time.Second, Burst: 30},                                                  // messages of one conversation in a chat application
		"subscribe": {Every: time.Minute, Burst: 10, AllEvery: time.Second, AllBurst: 120},                // each sends a mail to an address that nobody has proven yet
		"open":      {Every: 3 * time.Minute, Burst: 20},                                                  // new cases of one network before they count as a surge; nobody is refused
		"content":   {Every: 500 * time.Millisecond, Burst: 3000},                                         // reports of the very same words
		"upload":    {Every: time.Second, Burst: 3200, AllEvery: 110 * time.Millisecond, AllBurst: 32768}, // of 64 KiB: 200 MB at once for one client, 2 GiB an hour for all
	}
}

// maxClients bounds the memory: the client that was quiet longest is forgotten first.
const maxClients = 50_000

// Limiter keeps the budgets of this process. It is safe for concurrent use.
type Limiter struct {
	budgets map[string]Budget
	now     func() time.Time

	mu      sync.Mutex // guards what follows
	clients map[string]*list.Element
	order   *list.List // of *client, the last used in front
	all     map[string]*rate.Limiter
}

type client struct {
	key     string
	limiter *rate.Limiter
}

// New makes a limiter. The clock is only read.
func New(budgets map[string]Budget, now func() time.Time) *Limiter {
	return &Limiter{budgets: budgets, now: now, clients: map[string]*list.Element{}, order: list.New(), all: map[string]*rate.Limiter{}}
}

// Allow takes n from the budget for a client and for all. With n of 0 it takes nothing and only says whether anything is left. The error is of kind
// Limited and says in argument "at" when to come back. An unknown budget has no limit; an empty key counts only for all.
func (l *Limiter) Allow(_ context.Context, budget, key string, n int) error {
	b, ok := l.budgets[budget]
	if !ok {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	var limits []*rate.Limiter
	if key != "" {
		own, wide := networks(key)
		if budget == "open" && wide != "" {
			own = wide
		}
		limits = append(limits, l.client(budget+"\x00"+own, b))
		if wide != "" && budget != "open" {
			limits = append(limits, l.client(budget+"\x00"+wide, Budget{Every: b.Every / wider, Burst: b.Burst * wider}))
		}
	}
	if b.AllBurst > 0 {
		if l.all[budget] == nil {
			l.all[budget] = rate.NewLimiter(rate.Every(b.AllEvery), b.AllBurst)
		}
		limits = append(limits, l.all[budget])
	}
	need := max(n, 1)
	for _, x := range limits {
		if have := x.TokensAt(now); have < float64(need) {
			wait := time.Duration(float64(need)-have)*time.Second/time.Duration(max(1, int(x.Limit()))) + time.Second
			if x.Limit() < 1 {
				wait = time.Duration((float64(need) - have) / float64(x.Limit()) * float64(time.Second))
			}
			at := now.Add(wait).UTC().Format(time.RFC3339)
			return ronda.Errorf(ronda.Limited, "limit."+budget, "").With("at", at).With("until", at)
		}
	}
	for _, x := range limits {
		x.AllowN(now, n)
	}
	return nil
}

// client returns the limiter of one client and marks it as used.
func (l *Limiter) client(key string, b Budget) *rate.Limiter {
	if e, ok := l.clients[key]; ok {
		l.order.MoveToFront(e)
		return e.Value.(*client).limiter
	}
	if l.order.Len() >= maxClients {
		last := l.order.Back()
		delete(l.clients, last.Value.(*client).key)
		l.order.Remove(last)
	}
	c := &client{key: key, limiter: rate.NewLimiter(rate.Every(b.Every), b.Burst)}
	l.clients[key] = l.order.PushFront(c)
	return c.limiter
}
