package account_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"ronda"
	"ronda/internal/account"
)

// withApp gives an account a code app and returns its secret and the recovery codes.
func withApp(t *testing.T, s *account.Service, a ronda.Account) (secret string, codes []string) {
	t.Helper()
	offer, err := s.NewOffer(a, "ronda.example")
	if err != nil {
		t.Fatal(err)
	}
	secret = strings.ReplaceAll(offer.Secret, " ", "")
	if !strings.Contains(offer.URI, secret) || !strings.HasPrefix(offer.URI, "otpauth://totp/Ronda%20ronda.example:") {
		t.Fatalf("offer %+v", offer)
	}
	if _, err := s.AddApp(t.Context(), a, offer.Sealed, "000000", "ponsel", ""); ronda.KindOf(err) != ronda.Invalid {
		t.Fatalf("a wrong code sets the app up: %v", err)
	}
	codes, err = s.AddApp(t.Context(), a, offer.Sealed, codeAt(t, secret, s.Now()), "ponsel", "")
	if err != nil || len(codes) != account.RecoveryCodes {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	return secret, codes
}

func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestCodeApp(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	a, err := s.Create(ctx, "ayu", "Ayu Lestari", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	secret, codes := withApp(t, s, a)
	r.Wait(time.Minute)
	begin := func() account.SignedIn {
		t.Helper()
		in, err := s.SignIn(ctx, "ayu", password, browser)
		if err != nil || !in.Second {
			t.Fatalf("%+v, %v", in, err)
		}
		if _, _, err := s.Session(ctx, in.Secret, ""); ronda.CodeOf(err) != "account.second_missing" {
			t.Fatalf("half a sign-in opens: %v", err)
		}
		return in
	}
	in := begin()
	if _, err := s.Second(ctx, in.Secret, "123 456", browser); ronda.CodeOf(err) != "account.code_wrong" {
		t.Errorf("a wrong code: %v", err)
	}
	code := codeAt(t, secret, r.Now())
	full, err := s.Second(ctx, in.Secret, code[:3]+" "+code[3:], browser)
	if err != nil || full.Secret == in.Secret {
		t.Fatalf("%+v, %v", full, err)
	}
	info, who, err := s.Session(ctx, full.Secret, "")
	if err != nil || info.Way != account.WayTwo || s.MustSetUp(info, who) {
		t.Errorf("%+v, %v", info, err)
	}
	if _, err := s.Second(ctx, in.Secret, code, browser); ronda.CodeOf(err) != "account.session_over" {
		t.Errorf("the half session lives on: %v", err)
	}
	// A code works once, also for whoever looked over the shoulder, and so does the one before it.
	for _, at := range []time.Duration{0, -30 * time.Second} {
		if _, err := s.Second(ctx, begin().Secret, codeAt(t, secret, r.Now().Add(at)), browser); ronda.CodeOf(err) != "account.code_wrong" {
			t.Errorf("a used code (%v): %v", at, err)
		}
	}
	r.Wait(time.Minute)
	if _, err := s.Second(ctx, begin().Secret, codeAt(t, secret, r.Now().Add(-2*time.Minute)), browser); ronda.CodeOf(err) != "account.code_wrong" {
		t.Errorf("an old code: %v", err)
	}
	r.Wait(20 * time.Minute)
	in = begin()
	r.Wait(account.SecondLife + time.Minute)
	if _, err := s.Second(ctx, in.Secret, codeAt(t, secret, r.Now()), browser); ronda.CodeOf(err) != "account.session_over" {
		t.Errorf("half a sign-in waits for ever: %v", err)
	}
	// Recovery codes: as typed, once each, and counted.
	if _, err := s.Second(ctx, begin().Secret, " "+strings.ToLower(codes[3]), browser); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if _, err := s.Second(ctx, begin().Secret, codes[3], browser); ronda.CodeOf(err) != "account.code_wrong" {
		t.Errorf("a recovery code twice: %v", err)
	}
	if _, left, err := s.FactorsOf(ctx, a.ID); err != nil || left != 9 {
		t.Errorf("%d codes left, %v", left, err)
	}
	// The last factor of a decider stays.
	factors, _, err := s.FactorsOf(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveFactor(ctx, a, factors[0].ID); ronda.CodeOf(err) != "account.factor_last" {
		t.Errorf("the last factor goes: %v", err)
	}
	other, err := s.Create(ctx, "budi", "Budi Kusuma", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveFactor(ctx, other, factors[0].ID); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("somebody else's factor goes: %v", err)
	}
}

// Five wrong codes in a minute, then "later": six digits are soon guessed otherwise.
func TestCodeGuesses(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	a, err := s.Create(ctx, "ayu", "Ayu Lestari", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	withApp(t, s, a)
	r.Wait(2 * time.Minute)
	in, err := s.SignIn(ctx, "ayu", password, browser)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 7 {
		_, err := s.Second(ctx, in.Secret, "000000", browser)
		if want := map[bool]ronda.Kind{true: ronda.Invalid, false: ronda.Limited}[n < 5]; ronda.KindOf(err) != want {
			t.Errorf("guess %d: %v", n+1, err)
		}
	}
}

// Neither the secret of an app nor a recovery code can be read from the database's files.
func TestSecretsAreSealed(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	a, err := s.Create(t.Context(), "ayu", "Ayu Lestari", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	secret, codes := withApp(t, s, a)
	factors, _, err := s.FactorsOf(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(factors[0].Secret, []byte(secret)) || len(factors[0].Secret) < 40 {
		t.Errorf("the secret lies open: %q", factors[0].Secret)
	}
	needles := append([]string{secret}, codes...)
	for _, c := range codes {
		needles = append(needles, strings.ReplaceAll(c, "-", ""))
	}
	seen := 0
	err = filepath.WalkDir(r.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		seen += len(b)
		for _, n := range needles {
			if bytes.Contains(b, []byte(n)) {
				t.Errorf("%s holds %q", path, n)
			}
		}
		return err
	})
	if err != nil || seen == 0 {
		t.Fatalf("%d bytes, %v", seen, err)
	}
}

// Changing the password needs the old one, and ends the other sessions.
func TestChangePassword(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	ctx := t.Context()
	a, err := s.Create(ctx, "ayu", "Ayu Lestari", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	var secrets []string
	for range 3 {
		in, err := s.SignIn(ctx, "ayu", password, browser)
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, in.Secret)
	}
	info, _, err := s.Session(ctx, secrets[0], "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetPassword(ctx, a, info.ID, "salah", "kalimat lain yang baru", ""); ronda.CodeOf(err) != "account.password_wrong" {
		t.Errorf("without the old one: %v", err)
	}
	if err := s.SetPassword(ctx, a, info.ID, password, "kalimat lain yang baru", ""); err != nil {
		t.Fatal(err)
	}
	for i, secret := range secrets {
		if _, _, err := s.Session(ctx, secret, ""); (err == nil) != (i == 0) {
			t.Errorf("session %d: %v", i, err)
		}
	}
	if _, err := s.SignIn(ctx, "ayu", password, browser); ronda.KindOf(err) != ronda.Invalid {
		t.Errorf("the old password: %v", err)
	}
	other, err := s.Create(ctx, "budi", "Budi Kusuma", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EndSession(ctx, other.ID, info.ID); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("somebody else ends the session: %v", err)
	}
}
