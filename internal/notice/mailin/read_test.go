package mailin_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ronda/internal/notice/mailin"
)

func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, mail string
		kind       mailin.Kind
		about      string
		text       string
	}{
		{"reply", "From: a@b.example\nIn-Reply-To: <n1@ronda.test>\n\nBaik.", mailin.Reply, "n1@ronda.test", "Baik."},
		{"reply by the thread", "From: a@b.example\nReferences: <x@y>\n <n1@ronda.test>\n\nBaik.", mailin.Reply, "n1@ronda.test", "Baik."},
		{"automatic", "From: a@b.example\nAuto-Submitted: auto-replied\nIn-Reply-To: <n1@ronda.test>\n\nSedang cuti.", mailin.AutoReply, "n1@ronda.test", "Sedang cuti."},
		{"base64", "From: a@b.example\nIn-Reply-To: <n1@ronda.test>\nContent-Transfer-Encoding: base64\n\nQmFpay4=", mailin.Reply, "n1@ronda.test", "Baik."},
		{"delay", "From: m@b.example\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; b\n\nAction: delayed\nStatus: 4.4.1\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <n1@ronda.test>\n\nbody\n--b--", mailin.Delay, "n1@ronda.test", ""},
		{"cut off", "From: a@b.example\nIn-Reply-To: <n1@ronda.test>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nBai", mailin.Reply, "n1@ronda.test", "Bai"},
		{"no text that a database cannot hold", "From: a@b.example\nIn-Reply-To: <n1@ronda.test>\n\nBa\x00ik\xff", mailin.Reply, "n1@ronda.test", "Baik\uFFFD"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := mailin.Read(strings.NewReader(tt.mail))
			if err != nil || m.Kind != tt.kind || m.Text != tt.text || !strings.Contains(strings.Join(m.About, " "), tt.about) {
				t.Errorf("%+v, %v", m, err)
			}
		})
	}
}

// FuzzRead reads whatever comes: without a panic, within its limits.
func FuzzRead(f *testing.F) {
	f.Add("From: a@b.example\nIn-Reply-To: <n1@ronda.test>\n\nBaik.")
	f.Add("Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n\n--b--")
	f.Add("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n--a--")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := mailin.Read(strings.NewReader(s))
		if err != nil {
			return
		}
		for _, x := range []string{m.Text, m.Subject, m.From, m.Status} {
			if !utf8.ValidString(x) || strings.ContainsRune(x, 0) || utf8.RuneCountInString(x) > 2000 {
				t.Errorf("text %q", x)
			}
		}
	})
}
