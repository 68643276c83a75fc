package tipline_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
	"ronda/internal/election"
	"ronda/internal/i18n"
	"ronda/internal/intake"
	"ronda/internal/tipline"
)

var noon = time.Date(2024, 11, 20, 12, 0, 0, 0, time.UTC)

func machine(t testing.TB) *tipline.Talk {
	t.Helper()
	pack, err := election.Open("pilkada-2024")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	places, err := tipline.NewPlaces(pack)
	if err != nil {
		t.Fatal(err)
	}
	return &tipline.Talk{Pack: pack, Texts: texts, Places: places, Base: "https://ronda.example", Room: 13}
}

// claim is a fact-check of the tests.
var claim = ronda.FactCheck{ID: "contoh-1", Claim: ronda.Text{"id": "Foto surat suara tercoblos di sebuah gudang.", "en": "A photo of punched ballots in a warehouse."},
	Truth: ronda.Text{"id": "Foto itu dari 2019, bukan dari pemilihan ini.", "en": "The photo is from 2019, not from this election."}, Verdict: ronda.VerdictFalse,
	Date: "2024-11-18", Outlet: "Periksa Contoh", URL: "https://example.org/1"}

// tester is what testing.T and rapid.T share.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// person has a conversation with the machine. What the machine wants done is answered from its fields.
type person struct {
	t       tester
	talk    *tipline.Talk
	state   tipline.State
	now     time.Time
	n       int
	result  intake.CheckResult
	receipt intake.Receipt
	ticket  ronda.Ticket
	err     error
	did     []tipline.Effect
	out     tipline.Outcome // the last one
}

func newPerson(t testing.TB) *person {
	return &person{t: t, talk: machine(t), now: noon, result: intake.CheckResult{Level: "nothing", Text: "isi"}, receipt: intake.Receipt{Code: "RND-7K3M-9Q2X-4TBC", Next: noon.Add(20 * time.Hour)}}
}

func (p *person) hear(in tipline.Incoming) []tipline.Message {
	p.t.Helper()
	p.n++
	if in.Message == "" {
		in.Message = fmt.Sprintf("c:%d", p.n)
	}
	in.Provider, in.Chat, in.From, in.At = "telegram", "c", "c", p.now
	out := p.talk.Next(p.state, tipline.Said{Incoming: in}, p.now)
	var say []tipline.Message
	for range 5 {
		say = append(say, out.Say...)
		p.state = out.State
		if p.out = out; out.Do == nil {
			return say
		}
		p.did = append(p.did, out.Do)
		var e tipline.Event
		switch do := out.Do.(type) {
		case tipline.Check:
			r := p.result
			if r.Text == "isi" {
				r.Text = do.Text
			}
			e = tipline.Checked{Check: do, Result: r, Err: p.err}
		case tipline.Allow:
			e = tipline.Allowed{Err: p.err}
		case tipline.Report:
			e = tipline.Reported{Receipt: p.receipt, Err: p.err}
		case tipline.Open:
			e = tipline.Opened{Code: do.Code, Ticket: p.ticket, Err: p.err}
		case tipline.Add:
			e = tipline.Opened{Code: do.Code, Ticket: p.ticket, Added: p.err == nil, Err: p.err}
		case tipline.Erase:
			e = tipline.Erased{}
		}
		out = p.talk.Next(out.State, e, p.now)
	}
	p.t.Fatal("a turn without an end")
	return nil
}

func (p *person) says(text string) string {
	p.t.Helper()
	return words(p.hear(tipline.Incoming{Kind: tipline.KindText, Text: text}))
}

func words(list []tipline.Message) string {
	var out []string
	for _, m := range list {
		out = append(out, m.Text())
		for i, c := range m.Choices {
			out = append(out, fmt.Sprintf("[%d] %s", i+1, c.Label))
		}
	}
	return strings.Join(out, "\n")
}

func (p *person) wants(got string, parts ...string) {
	p.t.Helper()
	at := 0
	for _, part := range parts {
		i := strings.Index(got[at:], part)
		if i < 0 {
			p.t.Fatalf("%q is missing, or not in its place, in:\n%s", part, got)
		}
		at += i
	}
}

const forwarded = "AWAS! Surat suara sudah tercoblos di gudang. Sebarkan sebelum dihapus"

// TestMatchAnswersInOrder gives the verdict first, then one sentence, whose it is, when, and the address of its page.
func TestMatchAnswersInOrder(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.result = intake.CheckResult{Level: "match", Text: forwarded, Hits: []intake.CheckHit{{Claim: claim, Level: "match"}}, Masked: []ronda.MaskedKind{{Kind: "phone", Count: 1}}}
	got := p.says(forwarded)
	p.wants(got, "SALAH", "Foto itu dari 2019", "Periksa Contoh", "18 Nov 2024", "https://ronda.example/periksa/contoh-1", "1 nomor telepon", "[1] Laporkan", "[2] Bukan pesan ini")
	if !strings.HasPrefix(got, "SALAH") {
		t.Errorf("the verdict is not first:\n%s", got)
	}
	p.says("english")
	got = p.says(forwarded)
	p.wants(got, "FALSE", "The photo is from 2019", "18 Nov 2024", "https://ronda.example/en/periksa/contoh-1", "[1] Report")
}

// TestNothingIsNotTrue says that no result does not mean true, and asks before anybody sees the text.
func TestNothingIsNotTrue(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	got := p.says(forwarded)
	p.wants(got, "Belum ada hasil untuk pesan ini.", "Ini bukan berarti pesannya benar.", "Boleh kami tampilkan", "[1] Boleh")
	for _, v := range ronda.Verdicts() {
		if strings.HasPrefix(got, strings.ToUpper(string(v))) {
			t.Errorf("reads as a verdict: %s", got)
		}
	}
	if len(p.did) != 1 {
		t.Fatalf("did %v before any consent", p.did)
	}
	p.wants(p.says("boleh"), "Terima kasih")
	if a, ok := p.did[1].(tipline.Allow); !ok || a.Text != forwarded {
		t.Fatalf("did %v", p.did)
	}
	q := newPerson(t)
	q.says(forwarded)
	q.wants(q.says("jangan"), "tidak kami simpan")
	if len(q.did) != 1 || q.state.Draft != nil {
		t.Errorf("kept after a no: %v %+v", q.did, q.state)
	}
}

// TestReportInTwoTaps reports with a tap for the problem and one for the place, says before that it is no formal report, and gives the code.
func TestReportInTwoTaps(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.says(forwarded)
	got := words(p.hear(tipline.Incoming{Kind: tipline.KindChoice, Choice: p.state.Offered[2].ID}))
	p.wants(got, "Apa masalahnya?", "bukan laporan resmi", "/bantuan/laporan-resmi", "[1] Hoaks")
	got = words(p.hear(tipline.Incoming{Kind: tipline.KindChoice, Choice: p.state.Offered[0].ID}))
	p.wants(got, "Di mana ini beredar?", "Ketik nama kabupaten")
	got = p.says("sleman")
	p.wants(got, "RND-7K3M-9Q2X-4TBC", "Simpan kode ini", "21 Nov 2024", "kami kabari di sini")
	r, ok := p.did[len(p.did)-1].(tipline.Report)
	if !ok || r.Region != "34.04" || r.Draft.Category != "hoax" || r.Draft.Text != forwarded {
		t.Fatalf("reported %+v", p.did)
	}
	if p.out.Track != "RND-7K3M-9Q2X-4TBC" || p.out.Told != "received:" {
		t.Errorf("tracks %q, told %q", p.out.Track, p.out.Told)
	}
	p.says(forwarded + " lagi")
	p.says("lapor")
	p.says("Politik uang")
	p.wants(p.says("1"), "Laporan terkirim")
	if r = p.did[len(p.did)-1].(tipline.Report); r.Region != "34.04" || r.Draft.Category != "money_politics" {
		t.Errorf("the second report: %+v", r)
	}
}

// TestAmbiguousPlaceIsAsked lets the person choose where a name means several places.
func TestAmbiguousPlaceIsAsked(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.says(forwarded)
	p.says("laporkan")
	p.says("1")
	p.wants(p.says("bandung"), "Yang mana?", "[1] Kab. Bandung", "[2] Kota Bandung")
	p.wants(p.says("atlantis"), "tidak menemukan daerah", "[1] Kab. Bandung")
	p.wants(p.says("2"), "Laporan terkirim")
	if r := p.did[len(p.did)-1].(tipline.Report); r.Region != "32.73" {
		t.Errorf("reported from %q", r.Region)
	}
}

// TestFaultsAreSaid puts what is wrong into words that fit a chat, and loses nothing.
func TestFaultsAreSaid(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.says(forwarded)
	p.says("3")
	p.says("1")
	p.err = &ronda.Error{Kind: ronda.Invalid, Code: "report.invalid", Fields: []*ronda.Error{ronda.Errorf(ronda.Invalid, "report.text_too_short", "text").With("min", "20")}}
	p.wants(p.says("sleman"), "Laporan belum terkirim", "terlalu pendek untuk dilaporkan")
	p.err = ronda.Errorf(ronda.NotFound, "ticket.not_found", "code")
	p.wants(p.says("RND-7K3M-9Q2X-4TBD"), "Kode ini tidak ditemukan")
	p.err = nil
	p.wants(p.says("ok"), "Sama-sama")
	p.wants(p.says("123"), "terlalu pendek")
}

// TestOldButtonsDoNothing refuses a button below an earlier answer: it must not act on a newer message.
func TestOldButtonsDoNothing(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.says(forwarded)
	old := p.state.Offered[2].ID
	p.says("Pesan lain yang sama sekali berbeda isinya")
	did := len(p.did)
	p.wants(words(p.hear(tipline.Incoming{Kind: tipline.KindChoice, Choice: old})), "pesan yang sebelumnya")
	p.now = p.now.Add(3 * time.Hour)
	p.wants(words(p.hear(tipline.Incoming{Kind: tipline.KindChoice, Choice: p.state.Offered[2].ID})), "pesan yang sebelumnya")
	if len(p.did) != did {
		t.Errorf("did %v", p.did[did:])
	}
}

// TestTicketIsFollowedAndAnswered shows a ticket by its code, follows it, and takes the answer to a question.
func TestTicketIsFollowedAndAnswered(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.ticket = ronda.Ticket{Code: "7K3M9Q2X4TBC", State: ronda.TicketNeedsInfo, Region: "34.04", Question: &ronda.Message{Question: "q", Text: "Pada menit ke berapa?"}}
	p.wants(p.says("rnd 7k3m 9q2x 4tbc"), "RND-7K3M-9Q2X-4TBC", "butuh info", "Pada menit ke berapa?", "[1] Jawab")
	if p.out.Track == "" || p.out.Told != "needs_info:" {
		t.Errorf("outcome %+v", p.out)
	}
	p.wants(p.says("jawab"), "Tulis jawaban Anda")
	p.ticket.Question, p.ticket.State = nil, ronda.TicketReviewing
	p.wants(p.says("menit kedua"), "sampai ke petugas", "Sedang diperiksa")
	if a, ok := p.did[len(p.did)-1].(tipline.Add); !ok || a.Text != "menit kedua" || a.Code != "RND-7K3M-9Q2X-4TBC" {
		t.Errorf("did %+v", p.did)
	}
}

// TestFollowAndStop subscribes, lists, drops one, and stops everything.
func TestFollowAndStop(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.wants(p.says("IKUTI SLEMAN"), "Anda mengikuti peringatan Kabupaten Sleman")
	if len(p.out.Follow) != 1 || p.out.Follow[0] != "34.04" {
		t.Fatalf("follows %v", p.out.Follow)
	}
	p.says("ikuti")
	p.wants(p.says("DIY"), "Kabupaten Sleman dan Daerah Istimewa Yogyakarta")
	p.wants(p.says("berhenti sleman"), "tidak menerima peringatan Kabupaten Sleman")
	if p.state.Quiet || len(p.state.Follows) != 1 {
		t.Errorf("state %+v", p.state)
	}
	p.wants(p.says("Berhenti."), "tidak mengirim kabar")
	if !p.state.Quiet || len(p.out.Unfollow) != 1 || p.out.Unfollow[0] != "*" {
		t.Errorf("outcome %+v", p.out)
	}
	p.says("mulai")
	if p.state.Quiet {
		t.Error("still quiet after MULAI")
	}
}

// TestEraseAsksFirst forgets everything only after a clear yes.
func TestEraseAsksFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		say    string
		forget bool
	}{{"1", true}, {"ya", true}, {"Ya, hapus semua", true}, {"2", false}, {"tidak", false}, {"apa?", false}, {forwarded, false}} {
		p := newPerson(t)
		p.wants(p.says("hapus data saya"), "tidak bisa dibatalkan", "Hapus semua data Anda?")
		p.says(c.say)
		if p.out.Forget != c.forget || p.state.Step != tipline.StepRest {
			t.Errorf("after %q: forget %v, step %q", c.say, p.out.Forget, p.state.Step)
		}
	}
}

// TestEveryKindHasAnAnswer says what to send instead of what cannot be read, and checks the words that came with it.
func TestEveryKindHasAnAnswer(t *testing.T) {
	t.Parallel()
	for kind, part := range map[tipline.Kind]string{tipline.KindVoice: "suara", tipline.KindVideo: "Video", tipline.KindSticker: "Stiker", tipline.KindLocation: "Lokasi",
		tipline.KindContact: "Kontak", tipline.KindPoll: "Jajak", tipline.KindFile: "Berkas", tipline.KindOther: "Jenis pesan", tipline.KindFlood: "terlalu banyak"} {
		p := newPerson(t)
		p.wants(words(p.hear(tipline.Incoming{Kind: kind})), part)
		if len(p.did) != 0 {
			t.Errorf("%s: did %v", kind, p.did)
		}
	}
	p := newPerson(t)
	p.wants(words(p.hear(tipline.Incoming{Kind: tipline.KindVideo, Text: forwarded})), "tulisan yang menyertainya", "Belum ada hasil")
}

// TestEditedAndDeleted checks a message again when it is changed, and forgets it when it is taken back.
func TestEditedAndDeleted(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.hear(tipline.Incoming{Kind: tipline.KindText, Text: forwarded, Message: "m1"})
	p.wants(words(p.hear(tipline.Incoming{Kind: tipline.KindEdited, Text: forwarded + " cepat", Source: "m1"})), "Belum ada hasil", "Anda mengubah pesannya")
	if say := p.hear(tipline.Incoming{Kind: tipline.KindEdited, Text: "pesan lama yang diubah isinya", Source: "m0"}); len(say) != 0 {
		t.Errorf("an older message that was changed is answered: %s", words(say))
	}
	if say := p.hear(tipline.Incoming{Kind: tipline.KindDeleted, Source: "m1"}); len(say) != 0 || p.state.Draft != nil {
		t.Errorf("after it was taken back: %s %+v", words(say), p.state)
	}
}

// TestGroupsAreLeftAlone speaks in a group only if called, about the message that is answered, and shows no buttons.
func TestGroupsAreLeftAlone(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	if say := p.hear(tipline.Incoming{Kind: tipline.KindText, Text: forwarded, Group: true}); len(say) != 0 || len(p.did) != 0 {
		t.Fatalf("spoke without being called: %s", words(say))
	}
	say := p.hear(tipline.Incoming{Kind: tipline.KindText, Text: "cek", Quoted: forwarded, Group: true, Called: true})
	p.wants(words(say), "Belum ada hasil")
	if c := p.did[0].(tipline.Check); c.Text != forwarded || len(say[0].Choices) != 0 || strings.Contains(say[0].Body, "BANTUAN") {
		t.Errorf("checked %+v, said %+v", c, say)
	}
	p.wants(words(p.hear(tipline.Incoming{Kind: tipline.KindText, Text: "ikuti sleman", Group: true, Called: true})), "Di grup saya hanya mengecek pesan")
	if len(p.out.Follow) != 0 {
		t.Error("a group was subscribed")
	}
}

// TestWordsThatTextsName reads every command that a text tells people to type.
func TestWordsThatTextsName(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	capitals := regexp.MustCompile(`\b[A-Z]{4,}(?: [A-Z]{2,})*\b`)
	allowed := map[string]bool{"SARA": true, "LINE": true, "BERKAS": true, "TEKS": true, "FILE": true, "TEXT": true}
	seen := 0
	for _, lang := range texts.Languages() {
		for _, key := range texts.Keys() {
			if !strings.HasPrefix(key, "tip.") {
				continue
			}
			for _, w := range capitals.FindAllString(texts.Printer(lang, nil).T(key), -1) {
				if allowed[w] {
					continue
				}
				seen++
				if got, _ := tipline.ReadWord(w); got == "" {
					t.Errorf("%s of %s tells people to type %q, which is no command", key, lang, w)
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d commands were looked at", seen)
	}
}

// TestLabelsFit holds the labels to what every application shows.
func TestLabelsFit(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	label := regexp.MustCompile(`^tip\.(choose|category\.[a-z_]+|region\.(anywhere|elsewhere)|erase\.(yes|no)|choose\..*)$`)
	for _, lang := range texts.Languages() {
		for _, key := range texts.Keys() {
			text := texts.Printer(lang, nil).T(key)
			if label.MatchString(key) && !strings.HasSuffix(key, ".head") && !strings.HasSuffix(key, ".ask") && !strings.HasSuffix(key, ".again") && len([]rune(text)) > 20 {
				t.Errorf("%s of %s has %d letters: %q", key, lang, len([]rune(text)), text)
			}
		}
	}
}

// TestCodesAreFound tells codes from words with as many letters.
func TestCodesAreFound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"RND-7K3M-9Q2X-4TBC": true, "7k3m-9q2x-4tbc": true, "status RND 7K3M 9Q2X 4TBC dong": true, "pemerintahan": false, "7K3M": false,
		"https://example.org/7K3M9Q2X4TBC": false, "081234567890": true} {
		if _, ok := tipline.FindCode(text); ok != want {
			t.Errorf("%q: %v", text, ok)
		}
	}
}

// TestTalkProperties throws anything at the machine.
func TestTalkProperties(t *testing.T) {
	t.Parallel()
	talk := machine(t)
	rapid.Check(t, func(t *rapid.T) {
		talk := *talk
		talk.Room = rapid.SampledFrom([]int{10, 13, 20}).Draw(t, "room")
		p := newPersonWith(t, &talk)
		formal := false
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			p.now = p.now.Add(time.Duration(rapid.SampledFrom([]int{1, 60, 10_000}).Draw(t, "wait")) * time.Second)
			p.result = rapid.SampledFrom([]intake.CheckResult{{Level: "nothing", Text: "isi"}, {Level: "match", Text: "isi", Hits: []intake.CheckHit{{Claim: claim}}},
				{Level: "similar", Text: "isi", Hits: []intake.CheckHit{{Claim: claim}, {Claim: claim}}}, {Level: "nothing", Text: ""}}).Draw(t, "result")
			p.err = rapid.SampledFrom([]error{nil, nil, nil, ronda.Errorf(ronda.Limited, "limit.check", "").With("until", "2024-11-20T12:00:00Z"), ronda.Errorf(ronda.Invalid, "text.broken", "text")}).Draw(t, "error")
			in := drawIncoming(t, p.state)
			before, did := p.state, len(p.did)
			say := p.hear(in)
			text := words(say)
			if in.Group && !in.Called && len(say) > 0 {
				t.Fatalf("spoke in a group: %s", text)
			}
			if !in.Group && in.Kind != tipline.KindDeleted && in.Kind != tipline.KindEdited && in.Kind != tipline.KindBlocked && strings.TrimSpace(text) == "" {
				t.Fatalf("no answer to %+v in %+v", in, before)
			}
			if strings.Contains(text, "⟦") {
				t.Fatalf("a text is missing: %s", text)
			}
			for _, m := range say {
				if len(m.Choices) > talk.Room {
					t.Fatalf("%d choices where %d fit", len(m.Choices), talk.Room)
				}
				for _, c := range m.Choices {
					if n := len([]rune(c.Label)); n == 0 || n > 20 || len(c.ID) > 64 {
						t.Fatalf("choice %+v", c)
					}
				}
			}
			formal = formal || strings.Contains(text, talk.Texts.Printer(p.state.Lang, nil).T("tip.formal.how", "link", "")[:6])
			for _, do := range p.did[did:] {
				switch do := do.(type) {
				case tipline.Report:
					if !formal || do.Draft.Category == "" || before.Step != tipline.StepRegion {
						t.Fatalf("reported from step %q without being told that it is no formal report: %+v", before.Step, do)
					}
				case tipline.Allow:
					if before.Step != tipline.StepResult || before.Draft == nil {
						t.Fatalf("shown without being asked: %+v", before)
					}
				case tipline.Erase:
					if before.Step != tipline.StepErase {
						t.Fatal("erased without being asked")
					}
				}
			}
			checkState(t, p.state)
			if p.out.Forget {
				p.state = tipline.State{}
			}
		}
		p.err = nil
		p.hear(tipline.Incoming{Kind: tipline.KindText, Text: "batal"})
		if p.state.Step != tipline.StepRest || p.state.Draft != nil {
			t.Fatalf("BATAL leaves %+v", p.state)
		}
	})
}

func newPersonWith(t tester, talk *tipline.Talk) *person {
	return &person{t: t, talk: talk, now: noon, receipt: intake.Receipt{Code: "RND-7K3M-9Q2X-4TBC"}, ticket: ronda.Ticket{Code: "7K3M9Q2X4TBC", State: ronda.TicketReceived}}
}

func drawIncoming(t *rapid.T, s tipline.State) tipline.Incoming {
	in := tipline.Incoming{Kind: rapid.SampledFrom([]tipline.Kind{tipline.KindText, tipline.KindText, tipline.KindText, tipline.KindChoice, tipline.KindChoice, tipline.KindPicture, tipline.KindEdited,
		tipline.KindDeleted, tipline.KindStart, tipline.KindBlocked, tipline.KindFlood, tipline.KindVoice, tipline.KindLocation, "new kind"}).Draw(t, "kind")}
	in.Text = rapid.OneOf(rapid.SampledFrom([]string{forwarded, "1", "2", "3", "12", "99", "lapor", "ya", "tidak", "sleman", "bandung", "ikuti sleman", "berhenti", "hapus data saya", "batal",
		"english", "bahasa", "bantuan", "RND-7K3M-9Q2X-4TBC", "terima kasih", "wilayah sleman", "cek", "?", ""}), rapid.String()).Draw(t, "text")
	if in.Kind == tipline.KindChoice {
		ids := []string{"", "x", "1/report", "erase/yes", "follow/34.04", "follow/nowhere", "1/category:nothing"}
		for _, c := range s.Offered {
			ids = append(ids, c.ID)
		}
		in.Choice = rapid.SampledFrom(ids).Draw(t, "choice")
	}
	if in.Kind == tipline.KindPicture {
		in.Media.Ref = "file"
	}
	if s.Draft != nil && rapid.Bool().Draw(t, "same source") {
		in.Source = s.Draft.Source
	}
	in.Group = rapid.IntRange(0, 9).Draw(t, "group") == 0
	in.Called = in.Group && rapid.Bool().Draw(t, "called")
	return in
}

// checkState holds what a state must be at any time.
func checkState(t *rapid.T, s tipline.State) {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back tipline.State
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	switch s.Step {
	case tipline.StepCategory:
		if s.Draft == nil || len(s.Offered) == 0 {
			t.Fatalf("asks for the problem of nothing: %+v", s)
		}
	case tipline.StepRegion:
		if s.Draft == nil || s.Draft.Category == "" {
			t.Fatalf("asks for the place of nothing: %+v", s)
		}
	case tipline.StepRest:
		if s.Draft != nil {
			t.Fatalf("keeps a message at rest: %+v", s)
		}
	}
}
