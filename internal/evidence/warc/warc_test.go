package warc_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"

	"ronda/internal/evidence/warc"
)

// record reads the next record of a file as an archive's reader does: one gzip member, a version
// line, headers, then exactly the stated number of bytes.
func record(t *testing.T, z *gzip.Reader) (textproto.MIMEHeader, []byte) {
	t.Helper()
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(b)))
	if line, _ := r.ReadLine(); line != "WARC/1.1" {
		t.Fatalf("version line %q", line)
	}
	head, err := r.ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(head.Get("Content-Length"))
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, n)
	if _, err := io.ReadFull(r.R, block); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(r.R); string(rest) != "\r\n\r\n" {
		t.Fatalf("record ends with %q", rest)
	}
	return head, block
}

func TestRecords(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := warc.NewWriter(&out, strings.NewReader(strings.Repeat("0123456789abcdef", 3)))
	at := time.Date(2024, 11, 20, 8, 0, 0, 123456000, time.UTC)
	if err := w.Info(at, "a.warc.gz", []warc.Field{{Name: "software", Value: "ronda"}}); err != nil {
		t.Fatal(err)
	}
	id, err := w.Response(warc.Response{URL: "https://contoh.id/a", At: at, Status: 200, MediaType: "text/html", Body: []byte("<p>halo"),
		Header: http.Header{"Content-Type": {"text/html"}, "Content-Encoding": {"gzip"}, "X-Jahat": {"a\r\n\r\nWARC/1.1"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Metadata(at, "https://contoh.id/a", id, []warc.Field{{Name: "via", Value: "https://s.id/x"}}); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(&out)
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	var heads []textproto.MIMEHeader
	var blocks [][]byte
	for i := range 3 {
		if i > 0 {
			if err := z.Reset(in); err != nil {
				t.Fatal(err)
			}
		}
		z.Multistream(false)
		h, b := record(t, z)
		heads, blocks = append(heads, h), append(blocks, b)
	}
	if heads[0].Get("WARC-Type") != "warcinfo" || heads[1].Get("WARC-Type") != "response" || heads[2].Get("WARC-Type") != "metadata" {
		t.Errorf("types %v", heads)
	}
	if d := heads[1].Get("WARC-Date"); d != "2024-11-20T08:00:00.123456Z" {
		t.Errorf("date %q", d)
	}
	if heads[2].Get("WARC-Concurrent-To") != id || heads[1].Get("WARC-Record-ID") != id || id != "<urn:uuid:30313233-3435-4637-b839-616263646566>" {
		t.Errorf("ids %q, %q, %q", id, heads[1].Get("WARC-Record-ID"), heads[2].Get("WARC-Concurrent-To"))
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(blocks[1])), nil)
	if err != nil {
		t.Fatalf("the stored answer is no HTTP: %v", err)
	}
	body, _ := io.ReadAll(resp.Body)
	if string(body) != "<p>halo" || resp.Header.Get("X-Archive-Orig-Content-Encoding") != "gzip" || resp.Header.Get("X-Jahat") == "a" {
		t.Errorf("stored answer: %q, %v", body, resp.Header)
	}
}
