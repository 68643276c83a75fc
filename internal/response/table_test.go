package response_test

import (
	"bytes"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/response"
)

func sample() ronda.Notice {
	return ronda.Notice{ID: "N1", Items: []ronda.NoticeItem{
		{Item: "I1", Address: "https://www.tiktok.com/@a/video/1"},
		{Item: "I2", Address: "=HYPERLINK(\"http://x\")"},
	}}
}

func TestTableRoundTrip(t *testing.T) {
	t.Parallel()
	n := sample()
	n.Items[0].Answer, n.Items[1].Answer, n.Items[1].Reason = ronda.AnswerRemoved, ronda.AnswerDeclined, "-tidak melanggar aturan, baris\nkedua"
	var b bytes.Buffer
	if err := response.Table(&b, n); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "\n=HYPER") || strings.Contains(b.String(), ",=HYPER") || strings.Contains(b.String(), ",\"=HYPER") {
		t.Errorf("a cell begins a formula:\n%s", b.String())
	}
	got, err := response.ReadTable(&b, n)
	if err != nil || len(got) != 2 || got[1].Reason != n.Items[1].Reason || got[0].Answer != ronda.AnswerRemoved {
		t.Errorf("read back %+v, %v", got, err)
	}
}

func TestReadTable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, table string
		answers     int
		code, field string
	}{
		{"by address", "address,answer\nhttps://www.tiktok.com/@a/video/1,removed\n", 1, "", ""},
		{"semicolons and a byte order mark", "\xef\xbb\xbfitem;answer;reason\nI1;declined;tidak melanggar\n", 1, "", ""},
		{"rows without answer", "item,answer\nI1,\nI2,removed\n", 1, "", ""},
		{"unknown item", "item,answer\nI9,removed\nI1,removed\n", 0, "answer.unknown_item", "line.2"},
		{"other notice", "notice,item,answer\nN2,I1,removed\n", 0, "answer.table_other_notice", "line.2"},
		{"no column", "item,reason\nI1,x\n", 0, "answer.table_column", "file"},
		{"empty", "", 0, "answer.table_empty", "file"},
		{"broken text", "item,answer\nI1,\xff\n", 0, "text.broken", "file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := response.ReadTable(strings.NewReader(tt.table), sample())
			if tt.code == "" {
				if err != nil || len(got) != tt.answers {
					t.Fatalf("%d answers, %v", len(got), err)
				}
				return
			}
			e, ok := err.(*ronda.Error)
			if ok && len(e.Fields) > 0 {
				e = e.Fields[0]
			}
			if !ok || e.Code != tt.code || e.Field != tt.field {
				t.Errorf("got %v, want %s at %s", err, tt.code, tt.field)
			}
		})
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add([]byte("notice,item,address,answer,reason\nN1,I1,,removed,\n"))
	f.Add([]byte("item;answer\n\"I1;removed\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := response.ReadTable(bytes.NewReader(data), sample())
		if err == nil {
			for _, a := range got {
				if a.Item != "I1" && a.Item != "I2" {
					t.Errorf("read item %q", a.Item)
				}
			}
		}
	})
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	s := &response.Service{Store: r.DB, Cases: r.Cases}
	c := r.Decide(t, r.Open(t, "hate_sara", 2), caseworktest.Assessment())
	n := r.Flag(t, c)
	ctx, tiktok := t.Context(), r.People["tiktok"]
	if _, err := s.Acknowledge(ctx, tiktok, n.ID); ronda.KindOf(err) != ronda.NotFound {
		t.Fatalf("acknowledged before it was sent: %v", err)
	}
	r.Do(t, "system", c.ID, ronda.Sending{Notice: n.ID, MessageID: "m"}, ronda.Sent{Notice: n.ID})
	if _, err := s.Acknowledge(ctx, r.People["facebook"], n.ID); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("another platform acknowledged: %v", err)
	}
	for range 2 { // a second click changes nothing
		if got, err := s.Acknowledge(ctx, tiktok, n.ID); err != nil || got.State != ronda.NoticeReceived {
			t.Fatalf("acknowledge: %s, %v", got.State, err)
		}
	}
	one := []ronda.ItemAnswer{{Item: n.Items[0].Item, Answer: ronda.AnswerRemoved}}
	if _, err := s.Answer(ctx, tiktok, n.ID, one, true, ronda.Idempotent{}); ronda.CodeOf(err) != "answer.incomplete" {
		t.Errorf("one of two answered as a whole: %v", err)
	}
	if got, err := s.Answer(ctx, tiktok, n.ID, one, false, ronda.Idempotent{}); err != nil || got.State != ronda.NoticeReceived || got.Unanswered() != 1 {
		t.Errorf("one of two answered: %s, %v", got.State, err)
	}
	table := "item,answer,reason\n" + n.Items[1].Item + ",declined,tidak melanggar aturan kami\n"
	got, err := s.AnswerTable(ctx, tiktok, n.ID, strings.NewReader(table))
	if err != nil || got.State != ronda.NoticeAnswered {
		t.Fatalf("answer by table: %s, %v", got.State, err)
	}
	end, err := r.DB.Case(ctx, c.ID)
	if err != nil || end.Stage != ronda.StageActed {
		t.Errorf("case is %s, %v", end.Stage, err)
	}
}
