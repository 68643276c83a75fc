package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"ronda"
)

// Codes of an app, as every app of RFC 6238 makes them: SHA-1, six digits, thirty seconds. One step to either side is taken, for clocks that are off.
const (
	codePeriod = 30
	codeSkew   = 1
	offerLife  = 15 * time.Minute
	mostFactor = 10
)

// RecoveryCodes is how many recovery codes an account gets; each works once.
const RecoveryCodes = 10

// recoveryLength is 50 random bits: with the limits on tries nobody finds one, and a person can type it.
const recoveryLength = 10

var noPadding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Offer is a secret for an app that the account does not have yet.
type Offer struct {
	Sealed string // goes through the form and back
	Secret string // to type in, grouped
	URI    string // for the picture
}

// offered is what Sealed holds.
type offered struct {
	Secret []byte    `json:"s"`
	Until  time.Time `json:"u"`
}

// NewOffer makes a secret. Nothing is stored before the app has shown that it works.
func (s *Service) NewOffer(a ronda.Account, host string) (Offer, error) {
	raw := make([]byte, 20)
	if _, err := rand.Read(raw); err != nil {
		return Offer{}, fmt.Errorf("read randomness: %w", err)
	}
	doc, err := json.Marshal(offered{raw, s.now().Add(offerLife)})
	if err != nil {
		return Offer{}, fmt.Errorf("write offer: %w", err)
	}
	sealed, err := s.Keys.Seal("totp-offer/"+a.ID, doc)
	if err != nil {
		return Offer{}, fmt.Errorf("seal offer: %w", err)
	}
	return s.offer(a, host, base64.RawURLEncoding.EncodeToString(sealed), raw), nil
}

func (s *Service) offer(a ronda.Account, host, sealed string, raw []byte) Offer {
	text := noPadding.EncodeToString(raw)
	q := url.Values{"secret": {text}, "issuer": {"Ronda"}}
	uri := "otpauth://totp/" + url.PathEscape("Ronda "+host+":"+a.Login) + "?" + q.Encode()
	var groups []string
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:min(i+4, len(text))])
	}
	return Offer{Sealed: sealed, Secret: strings.Join(groups, " "), URI: uri}
}

// SameOffer reads an offer again, so that a mistyped code does not make the person scan anew.
func (s *Service) SameOffer(a ronda.Account, host, sealed string) (Offer, error) {
	raw, err := s.openOffer(a, sealed)
	if err != nil {
		return Offer{}, err
	}
	return s.offer(a, host, sealed, raw), nil
}

func (s *Service) openOffer(a ronda.Account, sealed string) ([]byte, error) {
	over := ronda.Errorf(ronda.Invalid, "account.offer_over", "code")
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return nil, over
	}
	doc, err := s.Keys.Unseal("totp-offer/"+a.ID, b)
	if err != nil {
		return nil, over
	}
	var o offered
	if err := json.Unmarshal(doc, &o); err != nil || s.now().After(o.Until) {
		return nil, over
	}
	return o.Secret, nil
}

// AddApp keeps an offered secret after the app has shown a right code. The first factor brings the recovery codes, which are shown once.
func (s *Service) AddApp(ctx context.Context, a ronda.Account, sealed, code, name, client string) (codes []string, err error) {
	raw, err := s.openOffer(a, sealed)
	if err != nil {
		return nil, err
	}
	if err := s.try(ctx, "code", a.ID, client); err != nil {
		return nil, err
	}
	step, ok := stepOf(raw, code, s.codeTime())
	if !ok {
		return nil, ronda.Errorf(ronda.Invalid, "account.code_wrong", "code")
	}
	if err := s.right(ctx, "code", a.ID); err != nil {
		return nil, err
	}
	id := s.IDs.New(s.now())
	secret, err := s.Keys.Seal("totp/"+id, raw)
	if err != nil {
		return nil, fmt.Errorf("seal secret: %w", err)
	}
	return s.addFactor(ctx, a, ronda.Factor{ID: id, Account: a.ID, Kind: ronda.FactorTOTP, Name: name, Secret: secret, LastStep: step, CreatedAt: s.now()}, true)
}

// codeTime is the time that apps know: a demonstration's clock is another one.
func (s *Service) codeTime() time.Time {
	if s.RealNow != nil {
		return s.RealNow()
	}
	return s.Now()
}

// addFactor saves a factor and, where they can be shown, recovery codes with the first one.
func (s *Service) addFactor(ctx context.Context, a ronda.Account, f ronda.Factor, show bool) ([]string, error) {
	have, err := s.Factors.Factors(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("list second factors: %w", err)
	}
	if len(have) >= mostFactor {
		return nil, ronda.Errorf(ronda.Conflict, "account.factors_many", "")
	}
	if f.Name = strings.TrimSpace(f.Name); f.Name == "" || len([]rune(f.Name)) > 60 {
		return nil, ronda.Errorf(ronda.Invalid, "account.factor_name", "name")
	}
	c := ronda.AccountChange{Add: &f, At: s.now(), Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountFactorAdded, a.Actor, a.ID, s.now(), "factor", f.ID, "kind", string(f.Kind))}}
	var codes []string
	left, err := s.Factors.RecoveryCodesLeft(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	if left == 0 && show {
		codes, c.Codes = s.newCodes(a.ID)
		c.CodesOf = a.ID
		c.Events = append(c.Events, ronda.NoteAccount(ronda.AccountCodesMade, a.Actor, a.ID, s.now()))
	}
	return codes, s.Change.SaveAccountChange(ctx, c)
}

// RemoveFactor takes a factor off. The last one of an account that must have one stays until there is another.
func (s *Service) RemoveFactor(ctx context.Context, a ronda.Account, id string) error {
	have, err := s.Factors.Factors(ctx, a.ID)
	if err != nil {
		return fmt.Errorf("list second factors: %w", err)
	}
	for _, f := range have {
		if f.ID != id {
			continue
		}
		if len(have) == 1 && ronda.NeedsFactor(a.Actor, s.RequireFactor) {
			return ronda.Errorf(ronda.Conflict, "account.factor_last", "")
		}
		c := ronda.AccountChange{Drop: id, At: s.now(), Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountFactorGone, a.Actor, a.ID, s.now(), "factor", id, "kind", string(f.Kind))}}
		if len(have) == 1 {
			c.CodesOf = a.ID // codes without a factor would open nothing
		}
		return s.Change.SaveAccountChange(ctx, c)
	}
	return ronda.Errorf(ronda.NotFound, "account.factor_unknown", "")
}

// NewCodes replaces the recovery codes.
func (s *Service) NewCodes(ctx context.Context, a ronda.Account) ([]string, error) {
	codes, hashes := s.newCodes(a.ID)
	return codes, s.Change.SaveAccountChange(ctx, ronda.AccountChange{CodesOf: a.ID, Codes: hashes, At: s.now(),
		Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountCodesMade, a.Actor, a.ID, s.now())}})
}

func (s *Service) newCodes(account string) (plain []string, hashes [][]byte) {
	for range RecoveryCodes {
		c := s.IDs.Code(recoveryLength)
		plain = append(plain, c[:5]+"-"+c[5:])
		hashes = append(hashes, s.Keys.Fingerprint("recovery/"+account, []byte(c)))
	}
	return plain, hashes
}

// checkCode takes a code of an app or, where allowed, a recovery code. A code works once.
func (s *Service) checkCode(ctx context.Context, a ronda.Account, code, client string, recovery bool) error {
	if err := s.try(ctx, "code", a.ID, client); err != nil {
		return err
	}
	ok, err := s.takeCode(ctx, a, code, recovery)
	if err != nil {
		return err
	}
	if !ok {
		if err := s.wrong(ctx, client); err != nil {
			return err
		}
		return ronda.Errorf(ronda.Invalid, "account.code_wrong", "code")
	}
	return s.right(ctx, "code", a.ID)
}

func (s *Service) takeCode(ctx context.Context, a ronda.Account, code string, recovery bool) (bool, error) {
	if c, ok := ronda.ParseCode(code, recoveryLength); ok && recovery {
		return s.Factors.UseRecoveryCode(ctx, a.ID, s.Keys.Fingerprint("recovery/"+a.ID, []byte(c)), ronda.NoteAccount(ronda.AccountCodeUsed, a.Actor, a.ID, s.now()))
	}
	factors, err := s.Factors.Factors(ctx, a.ID)
	if err != nil {
		return false, fmt.Errorf("list second factors: %w", err)
	}
	for _, f := range factors {
		if f.Kind != ronda.FactorTOTP {
			continue
		}
		raw, err := s.Keys.Unseal("totp/"+f.ID, f.Secret)
		if err != nil {
			return false, fmt.Errorf("open secret of factor %s: %w", f.ID, err)
		}
		if step, ok := stepOf(raw, code, s.codeTime()); ok {
			return s.Factors.UseStep(ctx, f.ID, step, s.now())
		}
	}
	return false, nil
}

// stepOf finds the number of the step that a code belongs to. It looks at every step, so that the time tells nothing.
func stepOf(secret []byte, code string, now time.Time) (int64, bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, code)
	current, found, ok := now.Unix()/codePeriod, int64(0), false
	for step := current - codeSkew; step <= current+codeSkew; step++ {
		want, err := hotp.GenerateCodeCustom(noPadding.EncodeToString(secret), uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found, ok = step, true
		}
	}
	return found, ok
}

// FactorsOf lists an account's second factors, and how many recovery codes are left.
func (s *Service) FactorsOf(ctx context.Context, account string) ([]ronda.Factor, int, error) {
	f, err := s.Factors.Factors(ctx, account)
	if err != nil {
		return nil, 0, fmt.Errorf("list second factors: %w", err)
	}
	n, err := s.Factors.RecoveryCodesLeft(ctx, account)
	return f, n, err
}
