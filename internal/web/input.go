package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"ronda"
	"ronda/internal/intake"
	"ronda/internal/mask"
)

// maxFile is the limit of one file, as the pages state it.
const maxFile = 5 << 20

// cleanText validates a field of several lines.
func cleanText(s, field string, limit int) (string, error) {
	out, err := mask.Clean(s, limit)
	return out, textFault(err, field, limit)
}

// cleanLine validates a field of one line.
func cleanLine(s, field string, limit int) (string, error) {
	out, err := mask.Line(s, limit)
	return out, textFault(err, field, limit)
}

func textFault(err error, field string, limit int) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, mask.ErrTooLong):
		return ronda.Errorf(ronda.Invalid, "text.too_long", field).With("limit", strconv.Itoa(limit))
	default:
		return ronda.Errorf(ronda.Invalid, "text.broken", field)
	}
}

// badForm tells a form that is too large from one that is broken.
func badForm(err error) error {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return err
	}
	e := ronda.Errorf(ronda.Invalid, "form.broken", "")
	e.Err = err
	return e
}

// readUploads opens the files of a multipart form and refuses what is too many, too large or of another kind. The
// caller closes them with closeUploads.
func readUploads(r *http.Request, field string) ([]intake.Upload, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var files []intake.Upload
	for _, h := range r.MultipartForm.File[field] {
		if h.Size == 0 && h.Filename == "" {
			continue
		}
		if len(files) == intake.MaxFiles {
			return nil, ronda.Errorf(ronda.Invalid, "report.too_many_files", field).With("limit", strconv.Itoa(intake.MaxFiles))
		}
		data, err := openUpload(h, field)
		if err != nil {
			closeUploads(files)
			return nil, err
		}
		files = append(files, intake.Upload{Name: h.Filename, Data: data, Size: h.Size})
	}
	return files, nil
}

// openUpload looks at one file's size and first bytes, and returns it from its start.
func openUpload(h *multipart.FileHeader, field string) (io.Reader, error) {
	switch {
	case h.Size == 0:
		return nil, ronda.Errorf(ronda.Invalid, "file.empty", field)
	case h.Size > maxFile:
		return nil, ronda.Errorf(ronda.Invalid, "file.too_large", field).With("mb", strconv.Itoa(maxFile>>20))
	}
	f, err := h.Open()
	if err != nil {
		return nil, fmt.Errorf("open upload: %w", err)
	}
	if err := lookAt(f, field); err != nil {
		_ = f.Close() // read only; nothing can be lost
		return nil, err
	}
	return f, nil
}

// lookAt reads the first bytes of a file and goes back to its start.
func lookAt(f multipart.File, field string) error {
	head := make([]byte, 12)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read upload: %w", err)
	}
	if !knownFile(head[:n]) {
		return ronda.Errorf(ronda.Invalid, "file.kind", field)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read upload: %w", err)
	}
	return nil
}

// closeUploads closes what readUploads opened.
func closeUploads(files []intake.Upload) {
	for _, f := range files {
		if c, ok := f.Data.(io.Closer); ok {
			_ = c.Close() // read only; nothing can be lost
		}
	}
}

// knownFile looks at the first bytes: JPEG, PNG, PDF or the MP4 family. What is inside is examined by intake.
func knownFile(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xd8\xff")) || bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")) ||
		bytes.HasPrefix(head, []byte("%PDF-")) || len(head) >= 8 && string(head[4:8]) == "ftyp"
}

// parseMultipart reads a form with files; small parts stay in memory, the rest goes to temporary files.
func parseMultipart(r *http.Request) error {
	err := r.ParseMultipartForm(1 << 20)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	if err != nil {
		return badForm(err)
	}
	return nil
}

// dropFiles removes the temporary files of a form.
func dropFiles(r *http.Request) {
	if r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll() // files of the temporary folder; the host clears what is left
	}
}

// ourFault is for the answer to something that was sent: that a thing is not there, or not allowed, can then only be our own
// fault, and must reach the log instead of a page that says "not found".
func ourFault(err error) error {
	switch ronda.KindOf(err) {
	case ronda.NotFound, ronda.Forbidden:
		return &ronda.Error{Kind: ronda.Internal, Code: "kind.internal", Err: err}
	}
	return err
}
