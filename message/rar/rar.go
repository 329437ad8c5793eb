// Package rar reads RAR archives, of versions 1.5 to 7.
package rar

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/nwaples/rardecode/v2"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

const (
	signature = "Rar!\x1a\x07"
	maxWindow = 64 << 20 // bytes of dictionary
)

// Read reads the RAR archive f.
func Read(f *collect.File) {
	start := bytes.Index(f.Content, []byte(signature))
	if start < 0 {
		f.Defect(collect.DefectCorrupt, "no RAR signature")
		return
	}
	if start > 0 {
		f.Attach(&collect.File{Path: "unlisted", Content: f.Content[:start]})
	}
	outline := outlineOf(f.Content[start:])
	outline.report(f)
	if tail := f.Content[start+outline.end:]; len(bytes.Trim(tail, "\x00")) > 0 {
		f.Attach(&collect.File{Path: "trailing", Content: tail})
	}
	archive, err := rardecode.NewReader(bytes.NewReader(f.Content[start:start+outline.end]), rardecode.MaxDictionarySize(maxWindow))
	if err != nil {
		f.Failed("", refusal(err))
		return
	}
	files(f, archive)
}

// files reads one file after the other.
func files(f *collect.File, archive *rardecode.Reader) {
	var others []string // folders, and links with where they lead
	for entries := 0; f.Err() == nil; entries++ {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			if entries == 0 {
				f.Text("")
			}
			break
		}
		if err != nil {
			f.Failed("", refusal(err))
			break
		}
		if header.IsDir || header.LinkTarget != "" {
			others = append(others, strings.TrimSpace(header.Name+" "+header.LinkTarget))
		}
		if header.IsDir {
			continue
		}
		if !file(f, archive, header) {
			break
		}
	}
	if len(others) > 0 {
		f.Section("others", strings.Join(others, "\n"))
	}
}

// file reads one file; false if no more is to be read at all.
func file(f *collect.File, archive *rardecode.Reader, header *rardecode.FileHeader) bool {
	child := &collect.File{Name: strings.ToValidUTF8(header.Name, "\uFFFD")}
	if header.Encrypted {
		f.Unread(child, collect.DefectEncrypted, "needs a password")
		return true
	}
	return f.UnpackFile(child, header.PackedSize, stream{archive})
}

// stream reads one file of an archive.
type stream struct{ archive *rardecode.Reader }

// Read implements io.Reader.
func (s stream) Read(p []byte) (int, error) {
	n, err := s.archive.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = refusal(err)
	}
	return n, err
}

// refusal says what kind of defect an error of the library is.
func refusal(err error) error {
	for _, known := range [...]struct {
		err    error
		kind   collect.DefectKind
		detail string
	}{
		{rardecode.ErrArchiveEncrypted, collect.DefectEncrypted, "needs a password"},
		{rardecode.ErrArchivedFileEncrypted, collect.DefectEncrypted, "needs a password"},
		{rardecode.ErrMultiVolume, collect.DefectTruncated, "goes on in another volume"},
		{rardecode.ErrBadVolumeNumber, collect.DefectTruncated, "one volume of several"},
		{rardecode.ErrInvalidFileBlock, collect.DefectTruncated, "begins in another volume"},
		{rardecode.ErrDictionaryTooLarge, collect.DefectTooLarge, "demands more memory than it may have"},
		{rardecode.ErrUnsupportedDecoder, collect.DefectUnsupported, "packed by a method that is not read"},
		{rardecode.ErrUnknownDecoder, collect.DefectUnsupported, "packed by a method that is not read"},
		{rardecode.ErrUnknownVersion, collect.DefectUnsupported, "a version of RAR that is not read"},
		{rardecode.ErrShortFile, collect.DefectTruncated, "the archive ends before it does"},
		{rardecode.ErrUnexpectedArcEnd, collect.DefectTruncated, "the archive ends too early"},
		{io.ErrUnexpectedEOF, collect.DefectTruncated, "the archive ends too early"},
	} {
		if errors.Is(err, known.err) {
			return &collect.Refusal{Kind: known.kind, Detail: known.detail}
		}
	}
	return &collect.Refusal{Kind: collect.DefectCorrupt, Detail: "damaged data"}
}
