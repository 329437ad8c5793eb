package compressed

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// ReadGzip reads the gzip file f. Several members make one content, as gunzip
// makes it.
func ReadGzip(f *collect.File) {
	g := &members{packed: bytes.NewReader(f.Content)}
	child := inner(f)
	if !f.UnpackFile(child, 0, g) {
		return
	}
	for _, name := range g.names {
		if name != child.Name {
			f.AlsoNamed(child, name)
		}
	}
	if len(g.comments) > 0 {
		f.Section("comment", strings.Join(g.comments, "\n"))
	}
	if len(g.extra) > 0 && f.Err() == nil {
		f.Attach(&collect.File{Path: "extra", Content: g.extra})
	}
	if g.ended {
		trailing(f, f.Content[len(f.Content)-g.packed.Len():])
	}
}

// members reads the members of a gzip file one after the other.
type members struct {
	packed          *bytes.Reader // gzip reads no further than it must from one
	reader          gzip.Reader
	open            bool // a member is being read
	names, comments []string
	extra           []byte // what the members' extra fields hold
	ended           bool
}

// maxNames bounds the names and comments that are kept of a file's members.
const maxNames = 100

// Read implements io.Reader. It may return nothing between two members, so that
// a caller can look at the time.
func (m *members) Read(p []byte) (int, error) {
	if !m.open {
		return 0, m.next()
	}
	n, err := m.reader.Read(p)
	if err == io.EOF {
		m.open, err = false, nil
	}
	return n, err
}

// next starts the next member. What does not begin as one is not one, but the
// first must.
func (m *members) next() error {
	before := int64(m.packed.Len())
	err := m.reader.Reset(m.packed)
	switch {
	case err == nil:
		m.reader.Multistream(false)
		m.open = true
		m.names = addText(m.names, m.reader.Name)
		m.comments = addText(m.comments, m.reader.Comment)
		m.extra = appendExtra(m.extra, m.reader.Extra)
		return nil
	case before == m.packed.Size():
		return err
	}
	m.ended = true
	if _, err := m.packed.Seek(-before, io.SeekEnd); err != nil {
		return err
	}
	return io.EOF
}

// appendExtra appends the subfields of a member's extra field, which nobody sees,
// but for the one by which bgzip notes the size of its blocks.
func appendExtra(all, extra []byte) []byte {
	for len(extra) >= 4 {
		n := min(len(extra), 4+(int(extra[2])|int(extra[3])<<8))
		if string(extra[:4]) != "BC\x02\x00" {
			all = append(all, extra[4:n]...)
		}
		extra = extra[n:]
	}
	return append(all, extra...)
}

// addText appends a text of a member's header. The format says Latin-1, and
// programs write UTF-8.
func addText(list []string, text string) []string {
	if text == "" || len(list) >= maxNames {
		return list
	}
	latin := make([]byte, 0, len(text))
	for _, r := range text {
		latin = append(latin, byte(r))
	}
	if utf8.Valid(latin) {
		text = string(latin)
	}
	for _, known := range list {
		if known == text {
			return list
		}
	}
	return append(list, text)
}
