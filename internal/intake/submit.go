package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"ronda"
)

// ReportInput is a report as a person or a program gives it. Link first, then text; "I have no link" is a valid answer.
type ReportInput struct {
	Links    []string
	NoLink   bool
	Text     string
	Category string
	Region   string // "" with Anywhere false is missing
	Anywhere bool   // all of the country, or unknown
	Contact  string
	Files    []Upload
	Channel  string
	Lang     string
	Sender   string // address of the client, for limits; only its keyed hash is kept
	Org      string // reporter's organisation: a partner's id, or an office's id
	Priority bool   // flagged by a trusted partner
	Sandbox  bool

	Principal string // account or token; "" for the public
	IdemKey   string // Idempotency-Key, or the form's own key
}

// Receipt is what a reporter gets at once.
type Receipt struct {
	Code    string // as people see it: RND-7K3M-9Q2X-4TBC
	At      time.Time
	Next    time.Time // first news at the latest
	Joined  bool
	Missing []string // what would help: "link", "text"
	Masked  []ronda.MaskedKind
	Again   bool   // the same request was here before; this is its first answer
	First   bool   // it goes first in the queue
	Why     string // text key that says why a partner's report does not go first
}

// draftReport is a report being read from its input.
type draftReport struct {
	in    ReportInput
	rep   ronda.Report
	found ronda.Found
	text  string // identity of its words, "" where they are too few to be anybody's own
	surge bool   // its network has opened far more cases than others do
}

// Submit takes a report. It answers only after everything is on disk; the same idempotency key gives the same ticket.
func (s *Service) Submit(ctx context.Context, in ReportInput) (Receipt, error) {
	if err := s.Throttle.Allow(ctx, "report", in.Sender, 1); err != nil {
		return Receipt{}, err
	}
	d, err := s.read(in)
	if err != nil {
		return Receipt{}, err
	}
	why, err := s.priority(ctx, &d)
	if err != nil {
		return Receipt{}, err
	}
	env := s.Cases.Env()
	d.rep.ID, d.rep.Code, d.rep.At = env.ID(), env.Code(ronda.CodeLength), env.Now
	if d.text = s.textKey(d.rep.Text); d.text != "" {
		if err := s.Throttle.Allow(ctx, "content", d.text, 1); err != nil {
			return Receipt{}, err
		}
	}
	if err := s.keepFiles(ctx, &d); err != nil {
		return Receipt{}, err
	}
	if err := s.sealContact(&d); err != nil {
		return Receipt{}, err
	}
	if !in.Sandbox { // practice neither joins a real case nor repeats a known claim
		d.found = s.standing(ctx, s.Matcher.Search(ctx, ronda.Search{Text: d.rep.Text, Addresses: keysOf(d.rep.Addresses), Cases: true, Claims: true, Limit: 5}))
	}
	if _, known := s.known(d.found); known == "" && !in.Sandbox {
		d.surge = s.Throttle.Allow(ctx, "open", in.Sender, 1) != nil
	}
	sub, err := s.submission(d, env)
	if err != nil {
		return Receipt{}, err
	}
	done, err := s.Store.Submit(ctx, sub)
	for try := 0; try < 5 && ronda.CodeOf(err) == "case.number_taken"; try++ {
		sub.Open.Case.Number = ronda.CaseNumber(env)
		done, err = s.Store.Submit(ctx, sub)
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("save report: %w", err)
	}
	r := done.Report
	return Receipt{Code: ronda.FormatCode(r.Code), At: r.At, Next: s.firstNews(r), Joined: r.Joined, Missing: r.Missing, Masked: r.Masked, Again: done.Again, First: d.in.Priority, Why: why}, nil
}

// priority keeps a report in front only where its partner's accreditation, standing and share of the queue allow it. Nothing is refused for it.
func (s *Service) priority(ctx context.Context, d *draftReport) (why string, err error) {
	if !d.in.Priority {
		return "", nil
	}
	if s.Partners == nil {
		d.in.Priority = false
		return "partner.not_accredited", nil
	}
	d.in.Priority, why, err = s.Partners.GoesFirst(ctx, d.in.Org, d.rep.Region)
	if err != nil {
		return "", fmt.Errorf("look for the partner's standing: %w", err)
	}
	return why, nil
}

// read validates the input and names every fault with its field.
func (s *Service) read(in ReportInput) (draftReport, error) {
	d := draftReport{in: in, rep: ronda.Report{Channel: in.Channel, Lang: in.Lang, Org: in.Org, Category: in.Category, Sandbox: in.Sandbox}}
	var faults []*ronda.Error
	add := func(err error) {
		if e, ok := err.(*ronda.Error); ok {
			faults = append(faults, e)
		}
	}
	text, err := cleanText(in.Text, MaxText, "text")
	add(err)
	d.rep.Text, d.rep.Masked = maskText(text)
	for _, err := range s.readLinks(&d, text, err != nil) {
		add(err)
	}
	if _, ok := s.Pack.Category(in.Category); !ok {
		add(ronda.Errorf(ronda.Invalid, "report.category_missing", "category"))
	}
	switch _, known := s.Pack.Region(in.Region); {
	case in.Anywhere:
	case in.Region == "":
		add(ronda.Errorf(ronda.Invalid, "report.region_missing", "region"))
	case !known:
		add(ronda.Errorf(ronda.Invalid, "report.region_unknown", "region"))
	default:
		r, _ := s.Pack.Region(in.Region)
		d.rep.Region = r.Code
	}
	if len(in.Files) > MaxFiles {
		add(ronda.Errorf(ronda.Invalid, "report.too_many_files", "files").With("limit", strconv.Itoa(MaxFiles)))
	}
	if len([]rune(in.Contact)) > MaxContact {
		add(ronda.Errorf(ronda.Invalid, "report.contact_too_long", "contact"))
	}
	if len(in.IdemKey) > 200 {
		add(ronda.Errorf(ronda.Invalid, "idempotency.too_long", "Idempotency-Key"))
	}
	if len(faults) > 0 {
		return d, &ronda.Error{Kind: ronda.Invalid, Code: "report.invalid", Fields: faults}
	}
	d.rep.Missing = missing(d)
	return d, nil
}

// readLinks understands the addresses that were given, and those that stand in the text. refused says that the text has a fault of its own.
func (s *Service) readLinks(d *draftReport, text string, refused bool) []error {
	var faults []error
	seen := map[string]bool{}
	take := func(a ronda.ReportAddress) {
		if !seen[a.Key] && len(d.rep.Addresses) < MaxAddresses {
			seen[a.Key] = true
			d.rep.Addresses = append(d.rep.Addresses, a)
		}
	}
	given := 0
	for _, raw := range d.in.Links {
		if strings.TrimSpace(raw) == "" {
			continue
		}
		if given++; given > MaxAddresses {
			return append(faults, ronda.Errorf(ronda.Invalid, "report.too_many_links", "link").With("limit", strconv.Itoa(MaxAddresses)))
		}
		a, err := s.Links.Parse(raw)
		if err != nil {
			if e, ok := err.(*ronda.Error); ok {
				e.Field = "link"
			}
			faults = append(faults, err)
			continue
		}
		take(a)
	}
	for _, a := range s.Links.FindAll(text, MaxAddresses) {
		take(a)
	}
	letters := len([]rune(strings.TrimSpace(text)))
	switch {
	case len(d.rep.Addresses) > 0 || len(faults) > 0 || refused: // one fault is enough
	case !d.in.NoLink && letters == 0 && len(d.in.Files) == 0:
		faults = append(faults, ronda.Errorf(ronda.Invalid, "report.link_or_text", "link"))
	case letters < minText && len(d.in.Files) == 0:
		faults = append(faults, ronda.Errorf(ronda.Invalid, "report.text_too_short", "text").With("min", strconv.Itoa(minText)))
	}
	return faults
}

// missing lists what the reporter is asked to complete. Nothing is discarded for it.
func missing(d draftReport) []string {
	var out []string
	if len(d.rep.Addresses) == 0 {
		out = append(out, "link")
	}
	if len(d.in.Files) == 0 {
		out = append(out, "screenshot")
	}
	return out
}

func (s *Service) keepFiles(ctx context.Context, d *draftReport) error {
	for _, u := range d.in.Files {
		if err := s.allowBytes(ctx, d.in.Sender, u); err != nil {
			return err
		}
		e, err := s.Evidence.Keep(ctx, d.rep.ID, u)
		if err != nil {
			return err
		}
		e.ID, e.By = s.Cases.Env().ID(), "reporter"
		if len(d.rep.Addresses) == 1 {
			e.Source = d.rep.Addresses[0].Canonical
		}
		d.rep.Files = append(d.rep.Files, e)
	}
	return nil
}

// sealContact encrypts the contact and turns the client's address into a keyed hash of the day.
func (s *Service) sealContact(d *draftReport) error {
	if c := strings.TrimSpace(d.in.Contact); c != "" {
		sealed, err := s.Keys.Seal("contact:"+d.rep.ID, []byte(c))
		if err != nil {
			return fmt.Errorf("seal contact: %w", err)
		}
		d.rep.Contact = sealed
	}
	if d.in.Sender != "" {
		d.rep.Sender = hex.EncodeToString(s.Keys.Fingerprint("sender", []byte(d.in.Sender))[:12])
		if network := networkOf(d.in.Sender); network != "" {
			d.rep.Network = hex.EncodeToString(s.Keys.Fingerprint("network", []byte(network))[:12])
		}
	}
	if s.Signature != nil {
		d.rep.Signature = s.Signature(d.rep.Text)
	}
	return nil
}

// networkOf is the network of a client's address: a /24, or a /48 of IPv6. "" for a sender that is no address.
func networkOf(sender string) string {
	addr, err := netip.ParseAddr(sender)
	if err != nil {
		return ""
	}
	bits := 48
	if addr = addr.Unmap(); addr.Is4() {
		bits = 24
	}
	p, err := addr.WithZone("").Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// submission is the report with the case that would be opened for it.
func (s *Service) submission(d draftReport, env ronda.Env) (ronda.Submission, error) {
	var items []ronda.Item
	for _, a := range d.rep.Addresses {
		items = append(items, a.Item())
	}
	claim, match := s.known(d.found)
	opened, events := ronda.Open(ronda.Opening{
		Title: s.title(d), Claim: claim, Category: d.rep.Category, Region: d.rep.Region, Items: items, Evidence: d.rep.Files,
		Org: d.rep.Org, Priority: d.in.Priority, Sandbox: d.in.Sandbox, Surge: d.surge,
	}, ronda.System(), env)
	change, err := s.Cases.Change(opened, events)
	if err != nil {
		return ronda.Submission{}, fmt.Errorf("open case: %w", err)
	}
	keys := keysOf(d.rep.Addresses)
	if d.text != "" {
		keys = append(keys, d.text)
	}
	if d.in.Sandbox {
		for i := range keys {
			keys[i] = ronda.SandboxKey(keys[i])
		}
	}
	sub := ronda.Submission{Report: d.rep, Keys: keys, Match: match, Open: change, Receipt: idempotent(d)}
	if len(items) > 0 || len(d.rep.Files) > 0 {
		sub.Jobs = append(sub.Jobs, ronda.Job{Kind: "case.add_items", Key: "case.add_items:" + d.rep.ID, RunAt: env.Now, Args: map[string]string{"report": d.rep.ID}})
	}
	if d.in.Priority { // it may join a case that is waiting already
		sub.Jobs = append(sub.Jobs, ronda.Job{Kind: "case.prioritise", Key: "case.prioritise:" + d.rep.ID, RunAt: env.Now, Args: map[string]string{"report": d.rep.ID}})
	}
	return sub, nil
}

// known says which known claim the report repeats and which open case it belongs to. Only a match joins; a similar case is a suggestion for officers.
func (s *Service) known(found ronda.Found) (claim, openCase string) {
	for _, h := range found.Hits {
		if h.Level != "match" {
			continue
		}
		if h.Kind == "claim" && claim == "" {
			claim = h.ID
		}
		if h.Kind == "case" && openCase == "" {
			openCase = h.ID
		}
	}
	return claim, openCase
}

// title is a neutral sentence until an officer writes a better one: the category and the place, never the reporter's words.
func (s *Service) title(d draftReport) string {
	cat, _ := s.Pack.Category(d.rep.Category)
	t := cat.Name.In(s.Pack.Languages[0])
	if len(d.rep.Addresses) > 0 {
		a := d.rep.Addresses[0]
		where := s.Pack.PlatformName(a.Platform)
		if a.Platform == "" || where == a.Platform {
			where = a.Domain
		}
		t += " · " + where
	}
	return t
}

// idempotent names the effect: with a key it belongs to its principal, for the public to the key and the body together.
func idempotent(d draftReport) ronda.Idempotent {
	if d.in.IdemKey == "" {
		return ronda.Idempotent{}
	}
	hash := hashOf(append(d.in.Links, d.in.Text, d.in.Category, d.in.Region, fmt.Sprint(d.in.Anywhere), d.in.Contact)...)
	principal := d.in.Principal
	if principal == "" {
		principal = "anon:" + hash
	}
	return ronda.Idempotent{Principal: principal, Key: d.in.IdemKey, BodyHash: hash, Status: 201}
}

// firstNews is when the reporter hears at the latest.
func (s *Service) firstNews(r ronda.Report) time.Time {
	clock, ok := s.Pack.ClockAt("first_answer", r.At)
	if !ok {
		return time.Time{}
	}
	return ronda.Due(clock, r.At, nil, s.Pack.Zone(r.Region), r.At)
}

// hashOf is the fingerprint of a request's body, field by field.
func hashOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}
