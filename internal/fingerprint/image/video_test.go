package image_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda/internal/fingerprint/image"
)

// ffmpeg finds the program or skips the test, unless the environment says that it must be there.
func ffmpeg(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		if slices.Contains(strings.FieldsFunc(os.Getenv("RONDA_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), "ffmpeg") {
			t.Fatal("ffmpeg is required and not installed")
		}
		t.Skip("ffmpeg is not installed: videos are not tested")
	}
	return path
}

// film makes a video of the photos, a second each.
func film(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "film.mp4")
	args := []string{"-v", "error", "-nostdin"}
	filter := ""
	for i, p := range photos[:3] {
		args = append(args, "-loop", "1", "-t", "1", "-r", "10", "-i", filepath.Join("testdata", p))
		filter += "[" + string(rune('0'+i)) + ":v]scale=320:240,setsar=1[v" + string(rune('0'+i)) + "];"
	}
	args = append(args, "-filter_complex", filter+"[v0][v1][v2]concat=n=3", "-g", "10", "-c:v", "mpeg4", "-q:v", "5", path)
	if out, err := exec.Command(ffmpeg(t), args...).CombinedOutput(); err != nil {
		t.Fatalf("make a film: %v: %s", err, out)
	}
	return path
}

func TestVideo(t *testing.T) {
	t.Parallel()
	frames, err := image.Video(t.Context(), film(t), image.VideoLimits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(frames) != 3 || frames[0].At != 0 || frames[2].At != 2*time.Second {
		t.Fatalf("%d frames, at %v", len(frames), frames)
	}
	x := image.NewIndex()
	var sigs []image.Signature
	for _, f := range frames {
		sigs = append(sigs, f.Signature)
	}
	x.Put("film", sigs...)
	still, _ := image.Hash(cropped(load(t, photos[1]), 0.1, 0.1, 0.9, 0.9))
	if hits := x.Search(still); len(hits) != 1 || hits[0].ID != "film" {
		t.Errorf("a picture of the film: %+v", hits)
	}
	other, _ := image.Hash(load(t, photos[4]))
	if hits := x.Search(other); len(hits) != 0 {
		t.Errorf("another picture: %+v", hits)
	}
}

func TestVideoLimits(t *testing.T) {
	t.Parallel()
	path := film(t)
	frames, err := image.Video(t.Context(), path, image.VideoLimits{Frames: 2})
	if err != nil || len(frames) != 2 {
		t.Errorf("%d frames, %v; want the 2 allowed", len(frames), err)
	}
	frames, err = image.Video(t.Context(), path, image.VideoLimits{Length: 1500 * time.Millisecond})
	if err != nil || len(frames) != 2 {
		t.Errorf("%d frames of one second and a half, %v", len(frames), err)
	}
	if _, err := image.Video(t.Context(), path, image.VideoLimits{Time: time.Nanosecond}); err == nil {
		t.Error("a video was read in a nanosecond")
	}
	if _, err := image.Video(t.Context(), path, image.VideoLimits{Memory: 1000}); err == nil {
		t.Error("a video was read in a kilobyte")
	}
	if _, err := image.Video(t.Context(), path, image.VideoLimits{Program: "ffmpeg-that-is-not-there"}); !errors.Is(err, image.ErrNoFFmpeg) {
		t.Errorf("without the program: %v", err)
	}
}

func TestVideoThatIsNone(t *testing.T) {
	t.Parallel()
	ffmpeg(t)
	dir := t.TempDir()
	for name, content := range map[string]string{
		"empty.mp4": "", "text.mp4": "bukan video",
		// A playlist would make ffmpeg open whatever it names.
		"list.mp4":   "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
		"concat.mp4": "ffconcat version 1.0\nfile /etc/passwd\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if frames, err := image.Video(t.Context(), path, image.VideoLimits{}); err == nil {
			t.Errorf("%s gave %d frames", name, len(frames))
		}
	}
	if _, err := image.Video(t.Context(), filepath.Join(dir, "none.mp4"), image.VideoLimits{}); err == nil {
		t.Error("a file that is not there gave frames")
	}
}
