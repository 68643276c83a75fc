package evidence

import (
	"bytes"
	"encoding/binary"
)

// The media types that are taken.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	WebP = "image/webp"
	GIF  = "image/gif"
	PDF  = "application/pdf"
	MP4  = "video/mp4"
	WARC = "application/warc" // only from Capture, never from an upload
)

// isPicture tells the types from which a view can be made.
func isPicture(mediaType string) bool {
	return mediaType == JPEG || mediaType == PNG || mediaType == WebP || mediaType == GIF
}

// sniff says what a file is by its own bytes; name and declared type count for nothing. "" is a
// file that is not taken.
func sniff(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(b, []byte("GIF87a")), bytes.HasPrefix(b, []byte("GIF89a")):
		return GIF
	case len(b) >= 16 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return WebP
	case bytes.HasPrefix(b, []byte("%PDF-1.")), bytes.HasPrefix(b, []byte("%PDF-2.")):
		return PDF
	case len(b) >= 12 && string(b[4:8]) == "ftyp" && mp4Brand(b):
		return MP4
	}
	return ""
}

// mp4Brand accepts the brands of phones, messengers and editors, and none of the picture containers
// (HEIC, AVIF) that share the box format.
func mp4Brand(b []byte) bool {
	size := min(int(binary.BigEndian.Uint32(b)), len(b), 256)
	for i := 8; i+4 <= size; i += 4 {
		if i == 12 { // minor version
			continue
		}
		switch string(b[i : i+4]) {
		case "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "M4VP", "MSNV", "3gp4", "3gp5", "3gp6", "dash", "qt  ":
			return true
		}
	}
	return false
}

// Where readers of other formats look for their beginning: browsers and PDF viewers in the first
// kilobyte, archive tools at the end.
const (
	headWindow = 1024
	zipWindow  = 1<<16 + 22
)

// webWords begin what a browser would run if it were made to guess the type.
var webWords = [][]byte{[]byte("<script"), []byte("<html"), []byte("<!doctype"), []byte("<svg"), []byte("<body"),
	[]byte("<iframe"), []byte("<img"), []byte("<?php"), []byte("javascript:")}

// polyglot reports whether a file of one type is at the same time one of another that is dangerous:
// an archive, a PDF with another head, a web page or a program inside a picture's head.
func polyglot(mediaType string, b []byte) bool {
	head := bytes.ToLower(b[:min(len(b), headWindow)])
	for _, w := range webWords {
		if bytes.Contains(head, w) {
			return true
		}
	}
	if mediaType != PDF && bytes.Contains(head, []byte("%pdf-")) {
		return true
	}
	return zipInside(b)
}

// zipInside finds an end-of-central-directory record that fits its place: a ZIP may begin with
// anything, so a picture can be an archive (or a .jar) as well.
func zipInside(b []byte) bool {
	tail := b[max(0, len(b)-zipWindow):]
	for {
		i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
		if i < 0 {
			return false
		}
		if rest := tail[i:]; len(rest) >= 22 {
			comment := int(binary.LittleEndian.Uint16(rest[20:]))
			entries := binary.LittleEndian.Uint16(rest[10:])
			if comment <= len(rest)-22 && (entries > 0 || comment == len(rest)-22) {
				return true
			}
		}
		tail = tail[:i]
	}
}
