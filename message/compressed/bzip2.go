package compressed

import (
	"bytes"
	"compress/bzip2"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// ReadBzip2 reads the bzip2 file f.
func ReadBzip2(f *collect.File) {
	f.UnpackFile(inner(f), 0, bzip2.NewReader(bytes.NewReader(f.Content)))
}
