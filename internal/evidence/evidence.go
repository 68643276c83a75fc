// Package evidence is the fourth stage of the flow: it captures an item before it goes away, takes
// what strangers upload, and seals both.
//
// It promises: an original is kept as it came, byte for byte, encrypted under the key of its case,
// addressed by its SHA-256 within the case; what is shown of it are new pixels without any of its
// metadata; a file that would cost more than the limits is refused before it is decoded; material in
// quarantine is neither decoded nor shown; each look at an original is on record before it is granted;
// deleting a case's key makes its evidence unreadable for ever. The crash order is in
// docs/evidence.md.
package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"ronda"
)

// Limits bound what one upload may cost.
type Limits struct {
	Bytes   int64 // of the file
	Side    int   // pixels of the longer side
	Decoded int64 // bytes of the decoded picture
	Decodes int   // pictures decoded at the same time, in all
}

// CitizenLimits are for the public: 5 MB, and pictures of up to 40 megapixels.
func CitizenLimits() Limits {
	return Limits{Bytes: 5 << 20, Side: 30_000, Decoded: 160 << 20, Decodes: 2}
}

// Sealed is the record of one original and of what may be shown of it. Blob, View and Thumb are marked
// uploads until the row with this record is committed (see Marks).
type Sealed struct {
	SHA256     string // of the original, hex
	Size       int64  // of the original, bytes
	MediaType  string // by its own bytes
	CapturedAt time.Time
	By         string // account, "reporter" or "system"
	SourceURL  string // where it was found; may be empty
	Name       string // as the sender called it, for people only
	Owner      string // the case whose key opens it
	Blob       string // the original
	View       string // what may be shown; "" for none
	Thumb      string // the same, small; "" for none
	Width      int    // of the upright picture, pixels; 0 for none
	Height     int
	Quarantine bool // must not be looked at: sealed and referred, never decoded
}

// Blobs lists the names that the record refers to.
func (s Sealed) Blobs() []string {
	var names []string
	for _, n := range []string{s.Blob, s.View, s.Thumb} {
		if n != "" {
			names = append(names, n)
		}
	}
	return names
}

// Evidence gives the record the form in which a case holds it. kind is screenshot, video, document and
// so on; "" chooses by the media type.
func (s Sealed) Evidence(id, kind string) ronda.Evidence {
	if kind == "" {
		switch {
		case isPicture(s.MediaType):
			kind = "screenshot"
		case s.MediaType == MP4:
			kind = "video"
		case s.MediaType == WARC:
			kind = "page"
		default:
			kind = "document"
		}
	}
	return ronda.Evidence{ID: id, Blob: s.Blob, SHA256: s.SHA256, MediaType: s.MediaType, Size: s.Size, Name: s.Name,
		CapturedAt: s.CapturedAt, By: s.By, Source: s.SourceURL, Kind: kind, View: s.View, Thumb: s.Thumb, Quarantine: s.Quarantine}
}

// Upload is one file from outside.
type Upload struct {
	Owner      string // case whose key seals it
	Name       string
	By         string
	SourceURL  string
	Quarantine bool // the sender or an officer says that it must not be looked at
	Data       io.Reader
}

// Intake takes uploads. It is safe for use by several goroutines.
type Intake struct {
	vault  *Vault
	limits Limits
	now    func() time.Time
	slots  chan struct{} // one for each picture being decoded
}

// NewIntake makes an intake on a vault.
func NewIntake(v *Vault, l Limits, now func() time.Time) *Intake {
	return &Intake{vault: v, limits: l, now: now, slots: make(chan struct{}, max(1, l.Decodes))}
}

// Accept examines a file, seals it and makes its views. Refusals are of kind ronda.Invalid with the
// codes file.empty, file.too_large, file.kind, file.broken, file.pixels and file.polyglot on field "file". The caller
// commits the record, or gives its blobs up with Vault.Release.
func (in *Intake) Accept(ctx context.Context, u Upload) (Sealed, error) {
	content, err := io.ReadAll(io.LimitReader(u.Data, in.limits.Bytes+1))
	if err != nil {
		return Sealed{}, fmt.Errorf("read upload: %w", err)
	}
	mediaType, sh, err := in.examine(content, u.Quarantine)
	if err != nil {
		return Sealed{}, err
	}
	s := Sealed{Size: int64(len(content)), MediaType: mediaType, CapturedAt: in.now(), By: u.By,
		SourceURL: u.SourceURL, Name: u.Name, Owner: u.Owner, Quarantine: u.Quarantine}
	var view, thumb []byte
	if isPicture(mediaType) && !u.Quarantine {
		if view, thumb, err = in.views(ctx, mediaType, content, sh, &s); err != nil {
			return Sealed{}, err
		}
	}
	if s.Blob, s.SHA256, err = in.vault.Put(ctx, u.Owner, content); err != nil {
		return Sealed{}, err
	}
	if view != nil {
		if s.View, _, err = in.vault.Put(ctx, u.Owner, view); err == nil {
			s.Thumb, _, err = in.vault.Put(ctx, u.Owner, thumb)
		}
		if err != nil {
			return Sealed{}, errors.Join(err, in.vault.Release(context.WithoutCancel(ctx), s.Blobs()...))
		}
	}
	return s, nil
}

// examine decides from the bytes alone, without decoding, whether a file is taken. Of material in
// quarantine only type and size are judged: it is sealed as it is.
func (in *Intake) examine(b []byte, quarantine bool) (string, shape, error) {
	if len(b) == 0 {
		return "", shape{}, ronda.Errorf(ronda.Invalid, "file.empty", "file")
	}
	if int64(len(b)) > in.limits.Bytes {
		return "", shape{}, ronda.Errorf(ronda.Invalid, "file.too_large", "file").With("mb", strconv.FormatInt(in.limits.Bytes>>20, 10))
	}
	mediaType := sniff(b)
	if mediaType == "" {
		return "", shape{}, ronda.Errorf(ronda.Invalid, "file.kind", "file")
	}
	if quarantine {
		return mediaType, shape{}, nil
	}
	if polyglot(mediaType, b) {
		return "", shape{}, ronda.Errorf(ronda.Invalid, "file.polyglot", "file")
	}
	sh, err := inspect(mediaType, b)
	if err != nil {
		return "", shape{}, ronda.Errorf(ronda.Invalid, "file.broken", "file")
	}
	pixels := int64(sh.width) * int64(sh.height)
	if max(sh.width, sh.height) > in.limits.Side || pixels*int64(sh.bytesPerPixel) > in.limits.Decoded {
		return "", shape{}, ronda.Errorf(ronda.Invalid, "file.pixels", "file")
	}
	return mediaType, sh, nil
}

// views decodes a picture under the limit of decodings at the same time. A picture that does not decode
// is refused when it is a JPEG or PNG, which every phone writes well; other types are kept without a view.
func (in *Intake) views(ctx context.Context, mediaType string, b []byte, sh shape, s *Sealed) (view, thumb []byte, err error) {
	select {
	case in.slots <- struct{}{}:
		defer func() { <-in.slots }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	img, err := decode(mediaType, b, sh.orientation)
	if err != nil {
		if mediaType == JPEG || mediaType == PNG {
			return nil, nil, ronda.Errorf(ronda.Invalid, "file.broken", "file")
		}
		return nil, nil, nil
	}
	s.Width, s.Height = img.Bounds().Dx(), img.Bounds().Dy()
	return shown(img)
}

// Conceal puts a sealed file into quarantine: the record it returns has no view. Commit that record
// first, then delete the blobs in gone with Vault.Delete, so that no row points to nothing.
func Conceal(s Sealed) (concealed Sealed, gone []string) {
	for _, n := range []string{s.View, s.Thumb} {
		if n != "" {
			gone = append(gone, n)
		}
	}
	s.View, s.Thumb, s.Quarantine = "", "", true
	return s, gone
}
