package image

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// Frame is one frame of a video with its signature.
type Frame struct {
	At        time.Duration // from the beginning
	Signature Signature
	Quality   int
}

// VideoLimits bound what looking at one video may cost.
type VideoLimits struct {
	Program string        // ffmpeg; "" means the one on the PATH
	Frames  int           // at most this many are taken; default 60
	Length  time.Duration // only this much of the video is read; default 15 min
	Time    time.Duration // ffmpeg is ended after this; default 60 s
	Memory  int64         // bytes of any one allocation of ffmpeg; default 256 MiB
}

// ErrNoFFmpeg is the error of a machine without ffmpeg: videos are then known by their thumbnails only.
var ErrNoFFmpeg = errors.New("ffmpeg is not installed")

// frameSide is the longer side of the frames that are taken.
const frameSide = 640

// ptsTime is what ffmpeg's showinfo filter says of a frame that it lets pass.
var ptsTime = regexp.MustCompile(`\bpts_time:\s*(\d+(?:\.\d+)?)`)

// Video takes the key frames of a video file, which is where scenes begin, and makes their signatures. The
// program runs with one thread, reads nothing but this file as MP4, and is ended when it
// takes too long. A file that is no video, or a broken one, is an error with what ffmpeg said of it.
func Video(ctx context.Context, path string, l VideoLimits) ([]Frame, error) {
	l = l.orDefault()
	program, err := exec.LookPath(l.Program)
	if err != nil {
		return nil, fmt.Errorf("look for %s: %w", l.Program, ErrNoFFmpeg)
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("take frames: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, l.Time)
	defer cancel()
	cmd := exec.CommandContext(ctx, program,
		"-nostdin", "-hide_banner", "-loglevel", "info", "-nostats",
		"-max_alloc", strconv.FormatInt(l.Memory, 10), "-threads", "1",
		"-protocol_whitelist", "file,pipe", "-f", "mov", // MP4 and QuickTime; no playlist format can name other files
		"-skip_frame", "nokey", "-t", strconv.FormatFloat(l.Length.Seconds(), 'f', 3, 64),
		"-i", "file:"+path,
		"-an", "-sn", "-dn", "-map", "0:v:0", "-frames:v", strconv.Itoa(l.Frames), "-fps_mode", "vfr",
		"-vf", fmt.Sprintf("scale='min(%d,iw)':'min(%d,ih)':force_original_aspect_ratio=decrease,showinfo", frameSide, frameSide),
		"-c:v", "pgm", "-f", "image2pipe", "pipe:1")
	cmd.Env = []string{"LC_ALL=C"}
	cmd.WaitDelay = 2 * time.Second
	heard := &said{most: 1 << 20}
	cmd.Stderr = heard
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("take frames: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start ffmpeg: %w", err)
	}
	frames, readErr := readFrames(out, l.Frames)
	if readErr != nil {
		cancel()
	}
	if err := cmd.Wait(); err != nil || readErr != nil {
		if ctxErr := context.Cause(ctx); ctxErr != nil && readErr == nil {
			return nil, fmt.Errorf("take frames: %w", ctxErr)
		}
		return nil, fmt.Errorf("take frames: %w: %s", errors.Join(err, readErr), heard.last(300))
	}
	if len(frames) == 0 {
		return nil, fmt.Errorf("take frames: no frame: %s", heard.last(300))
	}
	for i, m := range ptsTime.FindAllSubmatch(heard.b, len(frames)) {
		if s, err := strconv.ParseFloat(string(m[1]), 64); err == nil {
			frames[i].At = time.Duration(s * float64(time.Second))
		}
	}
	return frames, nil
}

func (l VideoLimits) orDefault() VideoLimits {
	if l.Program == "" {
		l.Program = "ffmpeg"
	}
	if l.Frames <= 0 {
		l.Frames = 60
	}
	if l.Length <= 0 {
		l.Length = 15 * time.Minute
	}
	if l.Time <= 0 {
		l.Time = time.Minute
	}
	if l.Memory <= 0 {
		l.Memory = 256 << 20
	}
	return l
}

// readFrames reads grey pictures one after the other (PGM: Netpbm's binary "P5" with one byte a pixel).
func readFrames(r io.Reader, most int) ([]Frame, error) {
	in := bufio.NewReader(r)
	var frames []Frame
	for {
		if _, err := in.Peek(1); errors.Is(err, io.EOF) {
			return frames, nil
		}
		var w, h, top int
		if _, err := fmt.Fscanf(in, "P5\n%d %d\n%d\n", &w, &h, &top); err != nil {
			return nil, fmt.Errorf("read head of frame %d: %w", len(frames), err)
		}
		if len(frames) == most || w < 1 || h < 1 || w > frameSide || h > frameSide || top != 255 {
			return nil, fmt.Errorf("frame %d of %d×%d to %d is not what was asked for", len(frames), w, h, top)
		}
		img := image.NewGray(image.Rect(0, 0, w, h))
		if _, err := io.ReadFull(in, img.Pix); err != nil {
			return nil, fmt.Errorf("read frame %d: %w", len(frames), err)
		}
		s, q := Hash(img)
		frames = append(frames, Frame{Signature: s, Quality: q})
	}
}

// said keeps the beginning of what a program says, up to most bytes, and drops the rest.
type said struct {
	b    []byte
	most int
}

func (t *said) Write(p []byte) (int, error) {
	t.b = append(t.b, p[:min(len(p), t.most-len(t.b))]...)
	return len(p), nil
}

func (t *said) last(n int) []byte {
	return bytes.TrimSpace(t.b[max(0, len(t.b)-n):])
}
