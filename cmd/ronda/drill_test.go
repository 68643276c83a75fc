package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ronda/internal/demo"
	"ronda/internal/ledger"
	"ronda/internal/store"
	"ronda/internal/store/pgtest"
)

// ship is a server in a process of its own, as an operator runs it.
type ship struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
	said *said
}

// said keeps what a process writes and tells when a text appears.
type said struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(b)
	close(s.more)
	s.more = make(chan struct{})
	return len(b), nil
}

// wait returns once the text was said.
func (s *said) wait(ctx context.Context, text string) error {
	for {
		s.mu.Lock()
		all, more := s.text.String(), s.more
		s.mu.Unlock()
		if strings.Contains(all, text) {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return fmt.Errorf("%q was not said; said was:\n%s", text, all)
		}
	}
}

// place is where an installation lives.
type place struct{ data, keys, database string }

func (p place) flags() []string {
	out := []string{"--demo", "--data", p.data, "--keys", p.keys, "--proxies", "127.0.0.1/32"}
	if p.database != "" {
		out = append(out, "--database", p.database)
	}
	return out
}

// runRonda runs the command to its end.
func runRonda(t *testing.T, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "ronda", args...).CombinedOutput()
	return string(out), err
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, err := runRonda(t, args...)
	if err != nil {
		t.Fatalf("ronda %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// sail starts a server and waits until it answers.
func sail(t *testing.T, p place) *ship {
	t.Helper()
	s := &ship{t: t, said: &said{more: make(chan struct{})}}
	s.cmd = exec.Command("ronda", append([]string{"serve", "--listen", "127.0.0.1:0"}, p.flags()...)...)
	s.cmd.Stderr = s.said
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.sink() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, at, ok := strings.Cut(lines.Text(), "for everyone"); ok {
			s.base = strings.TrimSuffix(strings.TrimSpace(at), "/")
			break
		}
	}
	if s.base == "" {
		t.Fatalf("the server did not start: %s", s.said.text.String())
	}
	go io.Copy(io.Discard, out)
	return s
}

// sink kills the process without warning.
func (s *ship) sink() {
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

// stop lets it end in order.
func (s *ship) stop() {
	s.t.Helper()
	s.cmd.Process.Signal(os.Interrupt)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the server ended with %v: %s", err, s.said.text.String())
	}
}

var from atomic.Int64

// report sends one report, with a picture where there is one, and returns the ticket's code after the answer came.
func (s *ship) report(text, contact string, picture []byte) (string, error) {
	n := from.Add(1)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, v := range map[string]string{"category": "violence", "region": "32.73", "text": text, "contact": contact,
		"links": fmt.Sprintf("https://www.tiktok.com/@orang/video/73%017d", n)} {
		form.WriteField(k, v)
	}
	if picture != nil {
		w, _ := form.CreateFormFile("files", "layar.png")
		w.Write(picture)
	}
	form.Close()
	req, err := http.NewRequest(http.MethodPost, s.base+"/api/v1/reports", &body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.%d.%d", n/250%250, n%250+1))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	var got struct{ Code string }
	if err := json.Unmarshal(b, &got); err != nil || res.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("%s: %s", res.Status, b)
	}
	return got.Code, nil
}

// person is a browser of somebody who is signed in, or of nobody.
func (s *ship) person(login string) func(path string, form url.Values) (int, string) {
	s.t.Helper()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	do := func(path string, form url.Values) (int, string) {
		s.t.Helper()
		var res *http.Response
		var err error
		if form == nil {
			res, err = client.Get(s.base + path)
		} else {
			res, err = client.PostForm(s.base+path, form)
		}
		if err != nil {
			s.t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			s.t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	if login != "" {
		if status, text := do("/masuk", url.Values{"login": {login}, "password": {demo.Password}}); status != http.StatusOK || strings.Contains(text, `name="password"`) {
			s.t.Fatalf("sign %s in: %d %s", login, status, mainText(text))
		}
	}
	return do
}

// erase lets the holder of a ticket ask for everything, and two officers agree.
func (s *ship) erase(code string) {
	s.t.Helper()
	if status, text := s.person("")("/tiket/"+code+"/hapus", url.Values{"what": {"all"}}); status != http.StatusOK {
		s.t.Fatalf("ask: %d %s", status, mainText(text))
	}
	for _, login := range []string{"petugas.bandung", "ketua.jabar"} {
		do := s.person(login)
		_, page := do("/kerja/penghapusan", nil)
		_, rest, ok := strings.Cut(page, `action="/kerja/penghapusan/`)
		id, _, _ := strings.Cut(rest, `"`)
		if !ok {
			s.t.Fatalf("%s sees no request:\n%s", login, mainText(page))
		}
		if status, text := do("/kerja/penghapusan/"+id, url.Values{"grant": {"ya"}}); status != http.StatusOK {
			s.t.Fatalf("%s grants: %d %s", login, status, mainText(text))
		}
	}
	s.until("the ticket says that it was erased", func() bool {
		_, text := s.person("")("/tiket/"+code, nil)
		return strings.Contains(mainText(text), "dihapus") && !strings.Contains(text, `name="text"`)
	})
}

func (s *ship) until(what string, ok func() bool) {
	s.t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(); { // the jobs of thousands of reports may come first
		if time.Now().After(end) {
			s.t.Fatalf("not in two minutes: %s\n%s", what, s.said.text.String())
		}
		time.Sleep(100 * time.Millisecond) // another process: there is no signal to wait for
	}
}

// logSize reads the published checkpoint.
func (s *ship) logSize() int64 {
	s.t.Helper()
	res, err := http.Get(s.base + "/log/checkpoint")
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	var n int64
	if lines := strings.Split(string(b), "\n"); len(lines) > 2 {
		fmt.Sscan(lines[1], &n)
	}
	return n
}

// traces lists the files below dirs that hold one of the texts.
func traces(t *testing.T, texts []string, dirs ...string) []string {
	t.Helper()
	var found []string
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || e.IsDir() {
				return err
			}
			b, err := os.ReadFile(name)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			low := bytes.ToLower(b)
			for _, text := range texts {
				if bytes.Contains(low, bytes.ToLower([]byte(text))) {
					found = append(found, name+": "+text)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func smallPicture() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 * 48 {
		img.Set(i%64, i/64, color.RGBA{uint8(i * 7), uint8(i / 3), uint8(i * 13), 255})
	}
	var b bytes.Buffer
	png.Encode(&b, img)
	return b.Bytes()
}

// TestDrill is the restore that an operator must be able to do: a server takes reports while it is backed up, goes on, erases somebody, and is destroyed with
// its disk. On an empty folder everything that had been answered before the backup is there again, what was erased after it is not, the log goes on where the
// world saw it last, and the server serves. On PostgreSQL the restored installation is an embedded one: the backup does not care.
func TestDrill(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		drill(t, place{data: filepath.Join(t.TempDir(), "data"), keys: filepath.Join(t.TempDir(), "keys")})
	})
	t.Run("postgres to sqlite", func(t *testing.T) {
		t.Parallel()
		base := pgtest.Start(t).URL(t) + "&application_name=demo" // the settings of a demonstration want the word
		drill(t, place{data: filepath.Join(t.TempDir(), "data"), keys: filepath.Join(t.TempDir(), "keys"), database: base})
	})
}

func drill(t *testing.T, old place) {
	apart := t.TempDir() // what lies on other disks: backups, packed keys, the mirror of the log
	backups, packed, mirror, phrase := filepath.Join(apart, "backups"), filepath.Join(apart, "keys.age"), filepath.Join(apart, "mirror"), filepath.Join(apart, "phrase")
	if err := os.WriteFile(phrase, []byte("kuda nil makan sawi hijau\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := sail(t, old)
	early := "Nama saya Wulansarmini Jogosuro, saya melihat ajakan merusak kantor desa kami."
	late := "Pak Truntumkasih Brojolelono mengajak warga menyerbu rumah tetangga saya."
	gone, err := s.report(early, "wulansarmini@example.org", smallPicture())
	if err != nil {
		t.Fatal(err)
	}
	s.erase(gone) // before the backup
	named, err := s.report(late, "brojolelono@example.org", smallPicture())
	if err != nil {
		t.Fatal(err)
	}

	var mu sync.Mutex
	acked := map[string]time.Time{}
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for ctx.Err() == nil {
				code, err := s.report("Akun ini mengajak berkelahi di depan tempat pemungutan suara, tolong diperiksa.", "", nil)
				if err != nil {
					if ctx.Err() == nil {
						t.Errorf("report beside the backup: %v", err)
					}
					return
				}
				mu.Lock()
				acked[code] = time.Now()
				mu.Unlock()
			}
		})
	}
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(acked) }
	s.until("reports come in", func() bool { return count() > 20 })
	began := time.Now()
	before := count()
	out := mustRun(t, append([]string{"backup", "--out", backups, "--keys-out", packed, "--passphrase-file", phrase}, old.flags()...)...)
	t.Log(strings.TrimSpace(out))
	during := count() - before
	mustRun(t, append([]string{"backup", "--out", backups}, old.flags()...)...) // the second copies new files only
	stop()
	writers.Wait()
	if during == 0 {
		t.Log("no report was answered while the backup ran: the machine was too busy to show more than order")
	}
	first := runsOf(t, backups)[0]

	s.erase(named) // after the backup
	size := s.logSize()
	s.until("the log shows both erasures", func() bool { size = s.logSize(); return size >= 4 })
	mustRun(t, "log", "export", s.base+"/log", mirror)
	dump := filepath.Join(apart, "rows")
	dumpRows(t, old, dump)
	s.sink()
	if found := traces(t, []string{"wulansarmini", "jogosuro", "truntumkasih", "brojolelono"}, old.data, mirror, dump); len(found) > 0 {
		t.Errorf("after both erasures and a kill, names are in %v", found)
	}
	for _, dir := range []string{old.data, old.keys} {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}

	restore := func(p place, more ...string) (string, error) {
		return runRonda(t, append(append([]string{"restore", "--from", backups, "--at", first, "--keys-from", packed, "--passphrase-file", phrase}, p.flags()...), more...)...)
	}
	fresh := place{data: filepath.Join(t.TempDir(), "data"), keys: filepath.Join(t.TempDir(), "keys")}
	if out, err := restore(fresh); err == nil || !strings.Contains(out, "--without-erasures") {
		t.Errorf("without a word on erasures: %v\n%s", err, out)
	}
	os.RemoveAll(fresh.keys)
	out, err = restore(fresh, "--log", mirror)
	if err != nil {
		t.Fatalf("restore: %v\n%s", err, out)
	}
	t.Log(strings.TrimSpace(out))
	if found := traces(t, []string{"wulansarmini", "jogosuro", "truntumkasih", "brojolelono"}, fresh.data); len(found) > 0 {
		t.Errorf("before it serves, names are in %v", found)
	}
	if out, err := restore(fresh, "--log", mirror); err == nil {
		t.Errorf("onto a used folder: %s", out)
	}

	s = sail(t, fresh)
	missing := 0
	for code, at := range acked {
		if !at.Before(began) {
			continue
		}
		if status, _ := s.person("")("/tiket/"+code, nil); status != http.StatusOK {
			missing++
		}
	}
	if missing > 0 {
		t.Errorf("%d of %d reports that were answered before the backup are missing", missing, before)
	}
	for _, code := range []string{gone, named} {
		if status, text := s.person("")("/tiket/"+code, nil); status != http.StatusOK || !strings.Contains(mainText(text), "dihapus") {
			t.Errorf("ticket of an erased report: %d %s", status, mainText(text))
		}
	}
	if _, err := s.report("Setelah pemulihan laporan baru tetap diterima seperti biasa oleh layanan.", "", smallPicture()); err != nil {
		t.Errorf("after the restore: %v", err)
	}
	s.until("the log goes on", func() bool { return s.logSize() > size })
	if out, err := runRonda(t, "log", "verify", s.base+"/log"); err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
	src, err := ledger.OpenSource(mirror, nil)
	if err != nil {
		t.Fatal(err)
	}
	old1, err := src.Get(t.Context(), "checkpoint", 1<<16)
	if err != nil {
		t.Fatal(err)
	}
	live, err := ledger.OpenSource(s.base+"/log", nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := live.Get(t.Context(), "key", 1<<16)
	if err != nil {
		t.Fatal(err)
	}
	now, err := live.Get(t.Context(), "checkpoint", 1<<16)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Consistent(t.Context(), live, strings.Fields(string(key)), old1, now); err != nil {
		t.Errorf("the log after the restore does not continue the one that was published: %v", err)
	}
	s.stop()
	if found := traces(t, []string{"wulansarmini", "jogosuro", "truntumkasih", "brojolelono"}, fresh.data); len(found) > 0 {
		t.Errorf("after serving, names are in %v", found)
	}

	if old.database != "" {
		return // what follows knows nothing of the engine
	}
	refuseShorter(t, mirror, restore)
	refuseDamaged(t, backups, first, restore)
}

// refuseShorter restores without the published log, which then turns up: the server takes reports and signs nothing.
func refuseShorter(t *testing.T, mirror string, restore func(place, ...string) (string, error)) {
	t.Helper()
	p := place{data: filepath.Join(t.TempDir(), "data"), keys: filepath.Join(t.TempDir(), "keys")}
	if out, err := restore(p, "--without-erasures"); err != nil {
		t.Fatalf("restore: %v\n%s", err, out)
	}
	if err := os.RemoveAll(filepath.Join(p.data, "log")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(p.data, "log"), os.DirFS(mirror)); err != nil {
		t.Fatal(err)
	}
	s := sail(t, p)
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	if err := s.said.wait(ctx, "the log is halted"); err != nil {
		t.Errorf("a log shorter than the published one: %v", err)
	}
	if _, err := s.report("Selama log berhenti laporan warga tetap harus diterima oleh server.", "", nil); err != nil {
		t.Errorf("a report while the log is halted: %v", err)
	}
	s.stop()
}

// refuseDamaged turns one bit in a table, and in the manifest.
func refuseDamaged(t *testing.T, backups, stamp string, restore func(place, ...string) (string, error)) {
	t.Helper()
	for _, name := range []string{"tables/reports.ndjson.gz", "manifest.json", "blobs.ndjson.gz"} {
		file := filepath.Join(backups, stamp, filepath.FromSlash(name))
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Clone(good)
		bad[len(bad)/2] ^= 1
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		p := place{data: filepath.Join(t.TempDir(), "data"), keys: filepath.Join(t.TempDir(), "keys")}
		if out, err := restore(p, "--without-erasures"); err == nil || !strings.Contains(out, "damaged") {
			t.Errorf("one bit of %s turned: %v\n%s", name, err, out)
		}
		if err := os.WriteFile(file, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// dumpRows writes every row of the database as text.
func dumpRows(t *testing.T, p place, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	err := store.TakeSnapshot(t.Context(), store.Config{Dir: p.data, URL: p.database}, func(s *store.Snapshot) error {
		tables, err := s.Tables(t.Context())
		if err != nil {
			return err
		}
		for _, table := range tables {
			var b bytes.Buffer
			if _, err := s.Write(t.Context(), table, &b); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, table.Name), b.Bytes(), 0o600); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func runsOf(t *testing.T, backups string) []string {
	t.Helper()
	manifests, err := filepath.Glob(filepath.Join(backups, "*", "manifest.json"))
	if err != nil || len(manifests) == 0 {
		t.Fatalf("no runs in %s: %v", backups, err)
	}
	var out []string
	for _, m := range manifests {
		out = append(out, filepath.Base(filepath.Dir(m)))
	}
	return out
}
