package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn"
	"golang.org/x/crypto/argon2"

	"ronda"
)

// Cost of a password hash: OWASP's recommendation for argon2id (19 MiB, 2 passes, 1 lane), so that a sign-in takes some tens of
// milliseconds on a small server and many at once do not exhaust its memory.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
	argonLanes  = 1
	saltLen     = 16
	keyLen      = 32
)

// MinPassword and MaxPassword bound a password in letters (NIST SP 800-63B: length counts, composition rules do not).
const (
	MinPassword = 12
	MaxPassword = 128
)

// A password that can be guessed in fewer tries than leastGuesses is refused: common ones and their variants, rows of the keyboard,
// years, repeats, and the words of this service (OWASP ASVS 5 6.2.4 and 6.2.11). Only the first mostJudged letters are judged: the
// work grows with the square of them.
const (
	leastGuesses = 1e9
	mostJudged   = 40
)

// ownWords are what everyone guesses of an account here.
var ownWords = []string{"ronda", "pilkada", "pemilu", "bawaslu", "kpu", "panwaslu", "komdigi", "kominfo", "indonesia", "merdeka", "bismillah",
	"rahasia", "sandi", "katasandi", "petugas", "pengawas", "penelaah", "jakarta", "bandung", "surabaya", "kementerian"}

// CheckPassword refuses a password that is too short, too long, easily guessed, or has the login in it.
func CheckPassword(password, login string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return ronda.Errorf(ronda.Invalid, "account.password_short", "password")
	case n > MaxPassword:
		return ronda.Errorf(ronda.Invalid, "account.password_long", "password")
	case strings.Contains(strings.ToLower(password), strings.ToLower(login)) && login != "":
		return ronda.Errorf(ronda.Invalid, "account.password_login", "password")
	case strings.Count(password, password[:1]) == len(password):
		return ronda.Errorf(ronda.Invalid, "account.password_same", "password")
	case guessable(password, login):
		return ronda.Errorf(ronda.Invalid, "account.password_common", "password")
	}
	return nil
}

func guessable(password, login string) bool {
	judged := []rune(strings.ToLower(password))
	judged = judged[:min(len(judged), mostJudged)]
	known := append(strings.FieldsFunc(strings.ToLower(login), func(r rune) bool { return r == '.' || r == '@' || r == '-' || r == '_' }), ownWords...)
	return zxcvbn.PasswordStrength(string(judged), known).Guesses < leastGuesses
}

// HashPassword makes a PHC string of argon2id.
func HashPassword(password string) string {
	salt := make([]byte, saltLen)
	if _, err := rand.Read(salt); err != nil {
		panic(fmt.Sprintf("read randomness: %v", err))
	}
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, keyLen)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, enc.EncodeToString(salt), enc.EncodeToString(key))
}

// MatchPassword compares a password with a PHC string in constant time. An unreadable string matches nothing.
func MatchPassword(phc, password string) bool {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil || memory > 1<<20 || passes > 16 || lanes == 0 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 || len(want) > 128 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}
