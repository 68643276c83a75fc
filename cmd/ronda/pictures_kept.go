package main

import (
	"context"
	"encoding/binary"
	"errors"

	"ronda"
	picture "ronda/internal/fingerprint/image"
)

// signatureSeal names what signatures are sealed for: each holds its picture in small, and the picture lies sealed.
const signatureSeal = "picture-signature:"

// fileOf is the stored file that a signature is made of.
func fileOf(e ronda.Evidence) string {
	if e.View != "" {
		return e.View
	}
	return e.Blob
}

// kept reads the signatures that were kept with the files of pictures. What cannot be read, of an older form or under a key that is gone, is not in
// it and is made again.
func (a *app) kept(ctx context.Context, of []ronda.Evidence) map[string][]picture.Signature {
	var names []string
	for _, e := range of {
		names = append(names, fileOf(e))
	}
	sealed, err := a.db.FileSignatures(ctx, names)
	if err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "read signatures of pictures", "error", err)
	}
	out := map[string][]picture.Signature{}
	for name, b := range sealed {
		plain, err := a.keys.Unseal(signatureSeal+name, b)
		if err != nil {
			continue
		}
		if sigs, err := unpackSignatures(plain); err == nil {
			out[name] = sigs
		}
	}
	return out
}

// keep keeps signatures with their files. Where that fails they are made again at the next start.
func (a *app) keep(ctx context.Context, made map[string][]picture.Signature) {
	sealed := map[string][]byte{}
	for name, sigs := range made {
		plain, err := packSignatures(sigs)
		if err == nil {
			sealed[name], err = a.keys.Seal(signatureSeal+name, plain)
		}
		if err != nil {
			a.log.WarnContext(ctx, "keep signature of picture", "error", err)
			delete(sealed, name)
		}
	}
	if err := a.db.KeepSignatures(ctx, sealed); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "keep signatures of pictures", "error", err)
	}
}

var errSignatures = errors.New("not signatures")

// packSignatures writes each signature after its length.
func packSignatures(sigs []picture.Signature) ([]byte, error) {
	var out []byte
	for _, s := range sigs {
		b, err := s.MarshalBinary()
		if err != nil {
			return nil, err
		}
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(b))), b...)
	}
	return out, nil
}

func unpackSignatures(b []byte) ([]picture.Signature, error) {
	var out []picture.Signature
	for len(b) > 0 {
		if len(b) < 4 || uint64(binary.BigEndian.Uint32(b)) > uint64(len(b)-4) {
			return nil, errSignatures
		}
		n := int(binary.BigEndian.Uint32(b))
		var s picture.Signature
		if err := s.UnmarshalBinary(b[4 : 4+n]); err != nil {
			return nil, err
		}
		out, b = append(out, s), b[4+n:]
	}
	return out, nil
}
