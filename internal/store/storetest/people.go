package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

func testAccounts(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	org := ronda.Organisation{ID: "bawaslu", Kind: "authority", Name: "Bawaslu", Detail: "bawaslu", CreatedAt: Start}
	must(t, db.SaveOrganisation(ctx, org))
	org.Name = "Bawaslu RI"
	must(t, db.SaveOrganisation(ctx, org))
	orgs, err := db.Organisations(ctx)
	must(t, err)
	same(t, "organisations", orgs, []ronda.Organisation{org})

	a, b := Account("siti", "bawaslu", "bawaslu:34.04", Start), Account("budi", "bawaslu", "bawaslu:34.71", Start)
	must(t, db.SaveAccount(ctx, a, "hash-a"))
	must(t, db.SaveAccount(ctx, b, "hash-b"))
	taken := Account("siti", "kpu", "kpu:", Start)
	wantCode(t, db.SaveAccount(ctx, taken, "x"), ronda.Conflict, "account.login_taken")

	a.Name = "Siti Baru"
	must(t, db.SaveAccount(ctx, a, ""))
	got, hash, err := db.AccountByLogin(ctx, "siti")
	must(t, err)
	same(t, "account", got, a)
	same(t, "hash kept", hash, "hash-a")
	must(t, db.SetPassword(ctx, a.ID, "hash-2"))
	_, hash, err = db.AccountByLogin(ctx, "siti")
	must(t, err)
	same(t, "hash set", hash, "hash-2")
	_, _, err = db.AccountByLogin(ctx, "nobody")
	wantCode(t, err, ronda.NotFound, "account.not_found")

	must(t, db.Disable(ctx, b.ID, Start))
	b.DisabledAt = Start
	got, err = db.Account(ctx, b.ID)
	must(t, err)
	same(t, "disabled", got, b)
	list, err := db.Accounts(ctx, ronda.AccountFilter{Org: "bawaslu"})
	must(t, err)
	same(t, "accounts by login", list, []ronda.Account{b, a})
	readers, err := db.Readers(ctx, "bawaslu")
	must(t, err)
	a.Actor.Name = a.Name
	same(t, "readers", readers, []ronda.Actor{a.Actor})
	wantCode(t, db.Disable(ctx, "nobody", Start), ronda.NotFound, "account.not_found")
}

func testSessions(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	a := Account("siti", "bawaslu", "bawaslu:", Start)
	must(t, db.SaveAccount(ctx, a, "h"))
	s := ronda.SessionInfo{ID: "s1", Account: a.ID, CreatedAt: Start, LastSeen: Start, ExpiresAt: Start.Add(time.Hour), Agent: "Firefox"}
	must(t, db.CreateSession(ctx, []byte{1, 0, 255}, s))
	got, who, err := db.Session(ctx, []byte{1, 0, 255})
	must(t, err)
	same(t, "session", got, s)
	same(t, "account", who, a)
	s.LastSeen, s.ExpiresAt, s.Place = Start.Add(time.Minute), Start.Add(2*time.Hour), "10.1."
	must(t, db.TouchSession(ctx, "s1", s.LastSeen, s.ExpiresAt, "10.1."))
	list, err := db.Sessions(ctx, a.ID)
	must(t, err)
	same(t, "sessions", list, []ronda.SessionInfo{s})

	over := s
	over.ID, over.ExpiresAt = "s2", Start
	must(t, db.CreateSession(ctx, []byte{2}, over))
	_, _, err = db.Session(ctx, []byte{2})
	wantCode(t, err, ronda.NotFound, "session.not_found")
	must(t, db.ForgetSessions(ctx, Start.Add(time.Second)))
	must(t, db.EndSession(ctx, "s1"))
	_, _, err = db.Session(ctx, []byte{1, 0, 255})
	wantCode(t, err, ronda.NotFound, "session.not_found")

	must(t, db.CreateSession(ctx, []byte{3}, s))
	must(t, db.Disable(ctx, a.ID, Start))
	_, _, err = db.Session(ctx, []byte{3})
	wantCode(t, err, ronda.NotFound, "session.not_found")
}

func testTokens(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	a := Account("api", "tiktok", "", Start)
	must(t, db.SaveAccount(ctx, a, ""))
	k := ronda.TokenInfo{ID: "t1", Account: a.ID, Name: "skrip", Scopes: []string{"notice.answer"}, CreatedAt: Start, ExpiresAt: Start.Add(time.Hour)}
	open := ronda.TokenInfo{ID: "t2", Account: a.ID, Name: "semua", CreatedAt: Start.Add(time.Second)}
	must(t, db.CreateToken(ctx, []byte{9}, k))
	must(t, db.CreateToken(ctx, []byte{8}, open))
	got, who, err := db.TokenByHash(ctx, []byte{9})
	must(t, err)
	same(t, "token", got, k)
	same(t, "account", who, a)
	must(t, db.TouchToken(ctx, "t1", Start.Add(time.Minute)))
	k.LastUsed = Start.Add(time.Minute)
	list, err := db.Tokens(ctx, a.ID)
	must(t, err)
	same(t, "tokens", list, []ronda.TokenInfo{open, k})
	must(t, db.RevokeToken(ctx, "t1", Start))
	_, _, err = db.TokenByHash(ctx, []byte{9})
	wantCode(t, err, ronda.NotFound, "token.not_found")
	wantCode(t, db.RevokeToken(ctx, "t7", Start), ronda.NotFound, "token.not_found")
	must(t, db.Disable(ctx, a.ID, Start))
	_, _, err = db.TokenByHash(ctx, []byte{8})
	wantCode(t, err, ronda.NotFound, "token.not_found")
}

// testLinkOnce lets many use a link at once: one gets it.
func testLinkOnce(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	must(t, db.CreateLink(ctx, []byte{1}, "invite", "a1", "{}", Start.Add(time.Hour)))
	l, err := db.Link(ctx, []byte{1}, Start)
	must(t, err)
	want := ronda.OnceLink{Kind: "invite", Account: "a1", Data: "{}", CreatedAt: Start, ExpiresAt: Start.Add(time.Hour)}
	same(t, "link", l, want)
	_, err = db.UseLink(ctx, []byte{1}, Start.Add(2*time.Hour))
	wantCode(t, err, ronda.NotFound, "link.not_found")
	var used atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := db.UseLink(ctx, []byte{1}, Start)
			if err == nil && got == want {
				used.Add(1)
			} else if ronda.CodeOf(err) != "link.not_found" {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	all.Wait()
	same(t, "used", used.Load(), int32(1))
	_, err = db.Link(ctx, []byte{1}, Start)
	wantCode(t, err, ronda.NotFound, "link.not_found")
}

func testMisses(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	for i := range 5 {
		n, err := db.RecordMiss(ctx, "ip:1", Start.Add(time.Duration(i)*time.Minute), time.Hour)
		must(t, err)
		same(t, "misses so far", n, i+1)
	}
	n, err := db.Misses(ctx, "ip:1", Start.Add(4*time.Minute), 150*time.Second)
	must(t, err)
	same(t, "misses in the window", n, 3)
	n, err = db.Misses(ctx, "ip:2", Start, time.Hour)
	must(t, err)
	same(t, "misses of another", n, 0)
	must(t, db.ForgetMisses(ctx, Start.Add(3*time.Minute)))
	n, err = db.Misses(ctx, "ip:1", Start.Add(4*time.Minute), time.Hour)
	must(t, err)
	same(t, "misses left", n, 2)
	must(t, db.ClearMisses(ctx, "ip:1"))
	n, err = db.Misses(ctx, "ip:1", Start.Add(4*time.Minute), time.Hour)
	must(t, err)
	same(t, "misses after success", n, 0)
}
