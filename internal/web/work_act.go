package web

import (
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ronda"
	"ronda/internal/intake"
	"ronda/internal/web/frame"
)

// caseAct makes a command of a form. Files, if any, were read before.
type caseAct func(s *Site, r *http.Request, a staff, f url.Values) (ronda.Command, error)

// caseActs are the forms of the case page by the last part of their path.
func caseActs() map[string]caseAct {
	return map[string]caseAct{
		"ambil":    func(*Site, *http.Request, staff, url.Values) (ronda.Command, error) { return ronda.Take{}, nil },
		"tugaskan": assignAct,
		"pilah":    triageAct,
		"catat": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.AddNote{Text: f.Get("note")}, nil
		},
		"tanya": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.Ask{Text: f.Get("question")}, nil
		},
		"rujuk":  referAct,
		"undang": inviteAct,
		"tutup": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.Close{Reason: ronda.CloseReason(f.Get("reason")), Note: f.Get("note")}, nil
		},
		"buka-lagi": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.Reopen{Reason: f.Get("reason")}, nil
		},
		"teruskan": func(*Site, *http.Request, staff, url.Values) (ronda.Command, error) { return ronda.Forward{}, nil },
		"kembalikan": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.Return{Note: f.Get("note"), Office: f.Get("office")}, nil
		},
		"cocok": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.JudgeMatch{Kind: f.Get("kind"), ID: f.Get("id"), Same: f.Get("same") == "ya"}, nil
		},
		"unggah-ulang": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.JudgeReupload{Other: f.Get("id"), Later: f.Get("later") == "ya", Same: f.Get("same") == "ya"}, nil
		},
		"karantina": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.QuarantineEvidence{Evidence: f.Get("evidence")}, nil
		},
		"tahan": holdAct,
		"akhiri-tahan": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.EndHold{Hold: f.Get("hold")}, nil
		},
		"transkrip": transcribeAct,
		"alamat":    addressAct,
		"bukti":     evidenceAct,
		"audit": func(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
			return ronda.Audit{Reopen: f.Get("result") == "reopen", Note: f.Get("note")}, nil
		},
	}
}

// changeCase carries out one form of the case page.
func (s *Site) changeCase(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := parseForm(r); err != nil {
		return err
	}
	no, act, f := r.PathValue("no"), r.PathValue("act"), r.PostForm
	view, err := s.opt.Casework.View(r.Context(), a.Actor, no)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Get("version"), 10, 64)
	switch act {
	case "gabung":
		_, err = s.opt.Casework.Merge(r.Context(), a.Actor, view.Case.ID, version, strings.ToUpper(strings.TrimSpace(f.Get("other"))))
	case "pisah":
		_, err = s.opt.Casework.Split(r.Context(), a.Actor, view.Case.ID, version, f["item"], f["report"], strings.TrimSpace(f.Get("title")))
	case "mundur":
		if _, err = s.opt.Casework.Do(r.Context(), a.Actor, view.Case.ID, 0, ronda.StepAside{Reason: f.Get("why")}); err == nil {
			return s.frame.Redirect(w, r, "/kerja")
		}
	default:
		make, ok := caseActs()[act]
		if !ok {
			return ronda.Errorf(ronda.NotFound, "page", "")
		}
		var cmd ronda.Command
		if cmd, err = make(s, r, a, f); err == nil {
			_, err = s.opt.Casework.Do(r.Context(), a.Actor, view.Case.ID, version, cmd)
		}
	}
	return s.afterAct(w, r, a, act, err)
}

// afterAct leads back to the case, or shows it again with the words typed and what is wrong with them.
func (s *Site) afterAct(w http.ResponseWriter, r *http.Request, a staff, act string, err error) error {
	v := frame.VisitOf(r)
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/kerja/kasus/"+r.PathValue("no"))
	case ronda.Invalid, ronda.Conflict, ronda.Forbidden:
		faults := v.Fields(err)
		if len(faults) == 0 {
			faults = append(faults, fieldless(v, s, r, err))
		}
		return s.renderCase(w, r, a, act, r.PostForm, faults)
	}
	return err
}

// parseForm reads a form with or without files.
func parseForm(r *http.Request) error {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return r.ParseMultipartForm(4 << 20)
	}
	return r.ParseForm()
}

func assignAct(s *Site, r *http.Request, a staff, f url.Values) (ronda.Command, error) {
	readers, err := s.opt.Readers.Readers(r.Context(), a.Org)
	if err != nil {
		return nil, err
	}
	for _, x := range readers {
		if x.Account == f.Get("to") {
			return ronda.Assign{To: x}, nil
		}
	}
	return nil, ronda.Errorf(ronda.Invalid, "case.assignee_not_allowed", "to")
}

func triageAct(s *Site, r *http.Request, a staff, f url.Values) (ronda.Command, error) {
	t := ronda.Triage{Title: strings.TrimSpace(f.Get("title")), Category: f.Get("category")}
	t.Urgency, _ = strconv.Atoi(f.Get("urgency"))
	if f.Has("region") {
		region := f.Get("region")
		t.Region = &region
	}
	if f.Has("contest") {
		contest := f.Get("contest")
		t.Contest = &contest
	}
	if day := f.Get("content_date"); day != "" {
		at, err := time.ParseInLocation(time.DateOnly, day, s.pack.Zone(f.Get("region")))
		if err != nil {
			return nil, ronda.Errorf(ronda.Invalid, "case.content_date_form", "content_date")
		}
		at = at.UTC()
		t.ContentDate = &at
	} else if f.Has("content_date") {
		t.ContentDate = &time.Time{}
	}
	return t, nil
}

func referAct(s *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
	cmd := ronda.Refer{Path: f.Get("path"), Reason: f.Get("reason"), End: f.Get("end") != ""}
	if day := f.Get("known_at"); day != "" {
		at, err := time.ParseInLocation(time.DateOnly, day, s.pack.Zone(""))
		if err != nil {
			return nil, ronda.Errorf(ronda.Invalid, "case.known_at_missing", "known_at")
		}
		cmd.KnownAt = at.UTC()
	}
	return cmd, nil
}

// transcribeAct reads lines of the form "1:05 words".
func transcribeAct(_ *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
	t := ronda.Transcript{Language: f.Get("language"), Translation: strings.TrimSpace(f.Get("translation"))}
	for _, line := range strings.Split(f.Get("transcript"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		stamp, words, _ := strings.Cut(line, " ")
		start, ok := seconds(stamp)
		if !ok {
			if len(t.Cues) == 0 {
				start, words = 0, line
			} else {
				t.Cues[len(t.Cues)-1].Text += " " + line
				continue
			}
		}
		t.Cues = append(t.Cues, ronda.Cue{Start: start, Text: strings.TrimSpace(words)})
	}
	return ronda.Transcribe{Transcript: t}, nil
}

// seconds reads "1:02:03", "2:03" or "2.03".
func seconds(s string) (int, bool) {
	total := 0
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ':' || r == '.' })
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	for _, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n > 9999 {
			return 0, false
		}
		total = total*60 + n
	}
	return total, true
}

func addressAct(s *Site, _ *http.Request, _ staff, f url.Values) (ronda.Command, error) {
	var cmd ronda.AddItems
	for _, raw := range strings.Fields(f.Get("address")) {
		l, err := s.opt.Links.Parse(raw)
		if err != nil {
			if e, ok := err.(*ronda.Error); ok {
				e.Field = "address"
			}
			return nil, err
		}
		cmd.Items = append(cmd.Items, l.Item())
	}
	if len(cmd.Items) == 0 {
		return nil, ronda.Errorf(ronda.Invalid, "notice.address_missing", "address")
	}
	return cmd, nil
}

// evidenceAct keeps the uploaded files before the command points to them: bytes first, row second.
func evidenceAct(s *Site, r *http.Request, a staff, f url.Values) (ronda.Command, error) {
	view, err := s.opt.Casework.View(r.Context(), a.Actor, r.PathValue("no"))
	if err != nil {
		return nil, err
	}
	if err := ronda.Can(a.Actor, ronda.TriageCase, view.Case, s.pack); err != nil {
		return nil, err
	}
	var cmd ronda.AddEvidence
	for _, h := range files(r, "files") {
		e, err := s.keep(r, view.Case.ID, h, f.Get("kind"))
		if err != nil {
			return nil, err
		}
		e.By, e.Item = a.Account, f.Get("item")
		cmd.Evidence = append(cmd.Evidence, e)
	}
	if len(cmd.Evidence) == 0 {
		return nil, ronda.Errorf(ronda.Invalid, "evidence.missing", "files")
	}
	return cmd, nil
}

func files(r *http.Request, name string) []*multipart.FileHeader {
	if r.MultipartForm == nil {
		return nil
	}
	var out []*multipart.FileHeader
	for _, h := range r.MultipartForm.File[name] {
		if h.Size > 0 || h.Filename != "" {
			out = append(out, h)
		}
	}
	return out
}

// keep stores one uploaded file under the owner's key.
func (s *Site) keep(r *http.Request, owner string, h *multipart.FileHeader, kind string) (ronda.Evidence, error) {
	file, err := h.Open()
	if err != nil {
		return ronda.Evidence{}, err
	}
	defer file.Close()
	e, err := s.opt.Evidence.Keep(r.Context(), owner, intake.Upload{Name: h.Filename, Kind: kind, Data: file, Size: h.Size})
	if err != nil {
		return e, err
	}
	e.ID = s.opt.Casework.Env().ID()
	return e, nil
}

// inviteAct asks a partner for advice; the rule looks at the partner as it stands now.
func inviteAct(s *Site, r *http.Request, _ staff, f url.Values) (ronda.Command, error) {
	if s.opt.Partners == nil || f.Get("partner") == "" {
		return nil, ronda.Errorf(ronda.Invalid, "advice.partner_missing", "partner")
	}
	p, err := s.opt.Partners.Partner(r.Context(), f.Get("partner"))
	if ronda.KindOf(err) == ronda.NotFound {
		return nil, ronda.Errorf(ronda.Invalid, "advice.partner_missing", "partner")
	}
	return ronda.InviteAdvice{Partner: p}, err
}
