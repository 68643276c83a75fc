package image_test

import (
	stdimage "image"
	_ "image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"ronda/internal/fingerprint/image"
)

func load(t testing.TB, name string) stdimage.Image {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := stdimage.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func parse(t testing.TB, s string) image.PDQ {
	t.Helper()
	p, err := image.ParsePDQ(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The hashes that PDQ's authors publish for their pictures. Their own test allows 16 bits, because
// decoders differ; ours needs fewer.
func TestPublishedHashes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hash string
		most int
	}{
		"square-128x128.jpg": {"d8f8f1eec0f4a84f0e37022a078f63f0b36e2ed596621e1d33e6239c4e9c9b22", 2},
		"square-256x256.jpg": {"d8f8f0cec4f4a84f0637022a078f67f0b36e2ee5b6621e1d33e6239c4e9c9b22", 2},
		"shrink-a-lot.jpg":   {"d0f8f1ccc0f4a84d0a370a3a228f67f0b36e2ed5b6623e1d33e6339c4e9c9b22", 2},
		"small.jpg":          {"0007001f003f003f007f00ff00ff00ff01ff01ff01ff03ff03ff03ff03ff03ff", 4},
		"wee.jpg":            {"6227401f601ff4ccafcc9fad4b0d95d371a2eb7265a3285234d228ca94deeb2d", 4},
		"q0122.jpg":          {"cfb2009ddd21c6dab0046a7745b5984757a8a4535b3377aea2591d32b33ff940", 12},
		"q0291.jpg":          {"a0fe94f1e5cc1cc8dd855948498dc9243f7ca27336f036d7f212b74bc103c9a7", 2},
		"q0746.jpg":          {"1049d96239e24d4dca2c55512b8bdb77425f4dbcf575a0a95555aaab5554aaaa", 8},
		"q1050.jpg":          {"489db672e9190276d452aeab41eba20f02375fe4092d88defdf491a5c55c5f70", 2},
		"q2821.jpg":          {"b150231ffae4710ffcf4f18bb574b109a576f14bb8543189f8743289f174b109", 2},
	} {
		got, quality := image.PDQHash(load(t, "pdq/"+name))
		if d := got.Distance(parse(t, c.hash)); d > c.most {
			t.Errorf("%s: %s is %d bits from the published hash, want at most %d", name, got, d, c.most)
		}
		if want := name != "small.jpg"; (quality > 50) != want {
			t.Errorf("%s: quality %d", name, quality)
		}
	}
}

// The published hashes of one picture in its eight turns, against those computed from a small copy of
// the upright one.
func TestPublishedTurns(t *testing.T) {
	t.Parallel()
	all, _ := image.PDQAll(load(t, "pdq/shrink-a-lot.jpg"))
	for turn, hash := range map[image.Turn]string{
		image.Upright:    "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6339c4e9c9b22",
		image.Rotate90:   "b0a10efd71cc3f429413d48d0ffffe12e34e0e17ada952a9d29684210aa9e5af",
		image.Rotate180:  "adad5a64b5a142e55362a09057dacd5ae63b847fc23794b766b319361fc93188",
		image.Rotate270:  "a5f4a457a48995e8c9065c275aaa5498b61ba4bdf8fcf80387c32f8b0bfc4f05",
		image.FlipX:      "f8f80f31e0f417b00e37f5cd028f980fb36ed02a9662c1e233e6cc634e9c64dd",
		image.FlipY:      "8dad2599b1a1bd1853625f6553da32a1e63b7280c2374b4866b366c91bc9ce77",
		image.FlipPlus1:  "f0a1f102f1dcc0bd9c5309720fff018de34ef1e8ada9a956d2967ade0ea91a50",
		image.FlipMinus1: "a5f05ba8a4896a17c106a3da5aaaab07b61b5b42f8fc07fc83c3d0740bfcb0fa",
	} {
		if d := all[turn].Distance(parse(t, hash)); d > 24 {
			t.Errorf("turn %d is %d bits from the published hash", turn, d)
		}
	}
}

func TestPDQText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := image.PDQ{rapid.Uint64().Draw(t, "a"), rapid.Uint64().Draw(t, "b"), rapid.Uint64().Draw(t, "c"), rapid.Uint64().Draw(t, "d")}
		q, err := image.ParsePDQ(p.String())
		if err != nil || q != p || p.Distance(q) != 0 {
			t.Fatalf("%s reads as %s, %v", p, q, err)
		}
	})
	for _, bad := range []string{"", "zz", "00", "d8f8f1eec0f4a84f0e37022a078f63f0b36e2ed596621e1d33e6239c4e9c9b2200"} {
		if _, err := image.ParsePDQ(bad); err == nil {
			t.Errorf("%q was read as a hash", bad)
		}
	}
}
