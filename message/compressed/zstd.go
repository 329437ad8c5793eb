package compressed

import (
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// ReadZstd reads the Zstandard file f: the frames of data, which make one content,
// those that decompressors skip, and what stands behind the last.
func ReadZstd(f *collect.File) {
	end := len(f.Content)
	for at := 0; at < end; {
		kind, size := zstdFrame(f.Content[at:])
		if size == 0 {
			if at > 0 {
				end = at
			}
			break
		}
		if kind == skippedFrame && size > skippedHeader && f.Err() == nil {
			f.Attach(&collect.File{Path: "skipped", Content: f.Content[at+skippedHeader : at+size]})
		}
		at += size
	}
	unpackZstd(f, f.Content[:end])
	trailing(f, f.Content[end:])
}

// unpackZstd unpacks the frames of data.
func unpackZstd(f *collect.File, frames []byte) {
	decoder, err := zstd.NewReader(bytes.NewReader(frames),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		f.Unread(inner(f), collect.DefectCorrupt, "damaged data")
		return
	}
	defer decoder.Close()
	f.UnpackFile(inner(f), 0, zstdReader{decoder})
}

// zstdReader tells the limits of the decoder from damage.
type zstdReader struct{ decoder io.Reader }

// Read implements io.Reader.
func (z zstdReader) Read(p []byte) (int, error) {
	n, err := z.decoder.Read(p)
	switch {
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		err = &collect.Refusal{Kind: collect.DefectTooLarge, Detail: "demands more memory than it may have"}
	case errors.Is(err, zstd.ErrUnknownDictionary):
		err = &collect.Refusal{Kind: collect.DefectUnsupported, Detail: "needs a dictionary"}
	}
	return n, err
}
