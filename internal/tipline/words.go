package tipline

import (
	"regexp"
	"strings"
	"unicode"

	"ronda"
)

// word is a command. Each can be typed in either language, whatever the conversation's language is.
type word string

const (
	wordHelp    word = "help"
	wordStop    word = "stop"
	wordErase   word = "erase"
	wordCancel  word = "cancel"
	wordEnglish word = "en"
	wordBahasa  word = "id"
	wordFollow  word = "follow"
	wordReport  word = "report"
	wordTicket  word = "ticket"
	wordRegion  word = "region"
	wordThanks  word = "thanks"
	wordHello   word = "hello"
	wordCheck   word = "check"
	wordResume  word = "resume"
)

// commands are the words as people type them, folded. They are input, not text that is shown; what is shown comes from the catalogue, and a test
// holds that every command that the texts name is here.
var commands = map[string]word{
	"bantuan": wordHelp, "help": wordHelp, "menu": wordHelp, "tolong": wordHelp, "info": wordHelp, "?": wordHelp,
	"berhenti": wordStop, "stop": wordStop, "unsubscribe": wordStop, "jangan kirim lagi": wordStop,
	"mulai": wordResume, "start": wordResume, "resume": wordResume,
	"hapus data saya": wordErase, "hapus data": wordErase, "delete my data": wordErase, "delete data": wordErase,
	"batal": wordCancel, "cancel": wordCancel, "ulang": wordCancel,
	"english": wordEnglish, "inggris": wordEnglish, "bahasa inggris": wordEnglish, "in english": wordEnglish,
	"indonesia": wordBahasa, "bahasa": wordBahasa, "bahasa indonesia": wordBahasa, "indonesian": wordBahasa,
	"ikuti": wordFollow, "follow": wordFollow, "langganan": wordFollow, "subscribe": wordFollow,
	"lapor": wordReport, "laporkan": wordReport, "report": wordReport,
	"tiket": wordTicket, "ticket": wordTicket, "lacak": wordTicket, "lacak tiket": wordTicket, "track ticket": wordTicket, "status": wordTicket,
	"wilayah": wordRegion, "daerah": wordRegion, "region": wordRegion,
	"terima kasih": wordThanks, "makasih": wordThanks, "trims": wordThanks, "thanks": wordThanks, "thank you": wordThanks, "oke": wordThanks, "ok": wordThanks,
	"okay": wordThanks, "baik": wordThanks, "siap": wordThanks, "sip": wordThanks, "suwun": wordThanks, "matur nuwun": wordThanks, "terimakasih": wordThanks,
	"halo": wordHello, "hai": wordHello, "hi": wordHello, "hello": wordHello, "hallo": wordHello, "assalamualaikum": wordHello, "selamat pagi": wordHello,
	"selamat siang": wordHello, "selamat sore": wordHello, "selamat malam": wordHello, "permisi": wordHello, "p": wordHello, "tes": wordHello, "test": wordHello,
	"cek": wordCheck, "check": wordCheck, "cek ini": wordCheck, "cek dong": wordCheck, "tolong cek": wordCheck,
}

// withRest are commands that may be followed by a name.
var withRest = []struct {
	prefix string
	word   word
}{
	{"ikuti ", wordFollow}, {"follow ", wordFollow}, {"langganan ", wordFollow}, {"subscribe ", wordFollow},
	{"berhenti ikuti ", wordStop}, {"berhenti ", wordStop}, {"unfollow ", wordStop}, {"stop ", wordStop},
	{"wilayah ", wordRegion}, {"daerah saya ", wordRegion}, {"region ", wordRegion},
	{"tiket ", wordTicket}, {"ticket ", wordTicket}, {"cek ", wordCheck}, {"check ", wordCheck},
}

// readWord finds a command that is the whole message, with the name that follows it. A command must stand alone: "stop" in the middle of a forwarded
// message is part of the message.
func readWord(text string) (w word, rest string) {
	if len(text) > 80 || strings.Contains(text, "\n") {
		return "", ""
	}
	t := fold(strings.TrimPrefix(strings.TrimSpace(text), "/"))
	if w, ok := commands[t]; ok {
		return w, ""
	}
	for _, c := range withRest {
		if rest, ok := strings.CutPrefix(t, c.prefix); ok && len(strings.Fields(rest)) <= 6 {
			return c.word, rest
		}
	}
	return "", ""
}

// fold writes a typed word in one way: lower case, single blanks, no marks around it.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return unicode.ToLower(r)
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if s == "?" {
		return s
	}
	return strings.Trim(s, " .,!?\"'“”*_~()")
}

// codePattern is a ticket code as Ronda writes it, with its prefix.
var codePattern = regexp.MustCompile(`(?i)\bRND[- ]?([0-9A-Z]{4}[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{4})\b`)

// findCode finds a ticket code in a short message: with its prefix anywhere, without it only as the whole message and with a digit or a dash in it,
// for "pemerintahan" has twelve letters too.
func findCode(text string) (string, bool) {
	if len(text) > 200 {
		return "", false
	}
	if m := codePattern.FindStringSubmatch(text); m != nil {
		return ronda.ParseCode(m[1], ronda.CodeLength)
	}
	t := strings.TrimSpace(text)
	if !strings.ContainsAny(t, "23456789-") || strings.Contains(t, "://") || strings.Contains(t, ".") {
		return "", false
	}
	return ronda.ParseCode(t, ronda.CodeLength)
}
