package ronda_test

import (
	"testing"

	"ronda"
)

func TestThemeOf(t *testing.T) {
	t.Parallel()
	p := &ronda.Pack{Themes: []ronda.Theme{
		{ID: "quiet", Signs: [][]string{{"surat"}}}, // not recurrent
		{ID: "empty", Recurrent: true, Signs: [][]string{{}}},
		{ID: "punched", Recurrent: true, Signs: [][]string{{"surat suara", "tercoblos"}, {"kertas suara", "dicoblos"}}},
		{ID: "voters", Recurrent: true, Signs: [][]string{{"pemilih", "siluman"}}},
	}}
	for text, want := range map[string]string{
		"katanya surat suara sudah tercoblos di gudang": "punched", "kertas suara dicoblos semua": "punched", "tercoblos surat suaranya": "punched",
		"ada pemilih siluman di sini": "voters", "surat suara aman": "", "surat dan suara tercoblos": "", "": "", "presurat suara tercoblos": "", "siluman": "",
	} {
		if got, ok := p.ThemeOf(text); got.ID != want || ok != (want != "") {
			t.Errorf("%q: %q", text, got.ID)
		}
	}
}
