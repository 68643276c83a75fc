package account_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/account"
)

// The answer is the same for a wrong password, an unknown login and a closed account; after some tries it is "later", for all three alike.
func TestSignInGuesses(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	ctx := t.Context()
	a, err := s.Create(ctx, "budi", "Budi Kusuma", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Disable(ctx, ronda.Machine(), a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(ctx, "citra", "Citra Wulan", password, officer()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(ctx, "diundang", "Diundang Saja", "", officer()); err != nil {
		t.Fatal(err)
	}
	for login, pw := range map[string]string{"budi": password, "tidak ada": password, "citra": "salah sekali ini", "diundang": "!"} {
		for n := range 7 {
			_, err := s.SignIn(ctx, login, pw, account.Browser{Client: "10.0.0.3"})
			if want := map[bool]string{true: "account.signin_wrong", false: "limit.signin"}[n < 5]; ronda.CodeOf(err) != want {
				t.Errorf("%s, try %d: %v, want %s", login, n+1, err, want)
			}
		}
	}
}

// The wait grows: five tries in a minute, ten in a quarter of an hour, thirty a day.
func TestGuessesWaitLonger(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	tried := 0
	for range 24 * 12 {
		_, err := s.SignIn(ctx, "budi", "salah", account.Browser{Client: "10.0.0.3"})
		if ronda.KindOf(err) == ronda.Invalid {
			tried++
		}
		r.Wait(5 * time.Minute)
	}
	if tried > 31 || tried < 25 {
		t.Errorf("%d guesses at one account in a day", tried)
	}
}

// Many tries at once cannot get past the limit together.
func TestGuessesTogether(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	var mu sync.Mutex
	heard := 0
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			if _, err := s.SignIn(t.Context(), "budi", "salah", account.Browser{Client: "10.0.0.3"}); ronda.KindOf(err) == ronda.Invalid {
				mu.Lock()
				defer mu.Unlock()
				heard++
			}
		})
	}
	all.Wait()
	if heard > 5 {
		t.Errorf("%d guesses were heard at once", heard)
	}
}

// Guesses from elsewhere do not shut the holder out of the own browser, and a crowd behind one address gets in although somebody there guesses.
func TestHonestPeopleGetIn(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	ctx := t.Context()
	for i := range 12 {
		if _, err := s.Create(ctx, fmt.Sprintf("orang.%d", i), "Nama Orang", password, officer()); err != nil {
			t.Fatal(err)
		}
	}
	for range 8 {
		s.SignIn(ctx, "orang.0", "salah", account.Browser{Client: "100.64.0.1"}) //nolint:errcheck // the guesses of a stranger
	}
	if _, err := s.SignIn(ctx, "orang.0", password, account.Browser{Client: "100.64.0.1", Known: "browser-of-orang"}); err != nil {
		t.Errorf("the holder's own browser is shut out: %v", err)
	}
	for i := 1; i < 12; i++ {
		if _, err := s.SignIn(ctx, fmt.Sprintf("orang.%d", i), "salah ketik saja", account.Browser{Client: "100.64.0.1"}); ronda.KindOf(err) != ronda.Invalid {
			t.Fatalf("person %d: %v", i, err)
		}
		if _, err := s.SignIn(ctx, fmt.Sprintf("orang.%d", i), password, account.Browser{Client: "100.64.0.1"}); err != nil {
			t.Fatalf("person %d: %v", i, err)
		}
	}
}

// An address that only guesses comes to an end, and the log says so when all together are many.
func TestGuessesFromOneAddress(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	var log bytes.Buffer
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	ctx := context.Background()
	for range 996 {
		if _, err := r.DB.RecordMiss(ctx, "guess:all", r.Now(), 10*time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		s.SignIn(ctx, fmt.Sprintf("tebak.%d", i), "salah", account.Browser{Client: "10.9.9.9"}) //nolint:errcheck // counted below
	}
	if !strings.Contains(log.String(), "many wrong sign-ins") || strings.Contains(log.String(), "tebak") {
		t.Errorf("the log says %q", log.String())
	}
	if err := s.Throttle.Allow(ctx, "signin", "client:10.9.9.9", 300); ronda.KindOf(err) != ronda.Limited {
		t.Errorf("wrong tries are not counted for the address: %v", err)
	}
}

// An unknown login takes as long as a known one: both hash a password.
func TestSameTime(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	if _, err := s.Create(ctx, "budi", "Budi Kusuma", password, officer()); err != nil {
		t.Fatal(err)
	}
	took := func(login string) time.Duration {
		began := time.Now()
		s.SignIn(ctx, login, "salah", account.Browser{Client: "10.0.0.4"}) //nolint:errcheck // wrong on purpose
		defer r.Wait(time.Hour)
		return time.Since(began)
	}
	took("siapa") // hashes what unknown logins are compared with
	known, unknown := time.Hour, time.Hour
	for range 40 { // a busy machine makes both longer, never shorter
		known, unknown = min(known, took("budi")), min(unknown, took("siapa"))
		if unknown >= known/3 && known >= unknown/3 {
			return
		}
	}
	t.Errorf("a known login takes %v, an unknown one %v", known, unknown)
}
