// Package xmlscan reads XML as a stream of tags and text, fast and forgiving: what
// is malformed is read as far as it goes, and [Scanner.Broken] says so.
//
// It is for documents whose vocabulary is known (OOXML, OpenDocument, EPUB), so it
// knows names without their prefixes. No entity is expanded but the five of XML and
// character references, nothing is fetched, and memory is one buffer: a tag longer
// than 1 MiB is text that is broken.
package xmlscan

import (
	"bytes"
	"io"
	"iter"
)

// Kind says what Next found.
type Kind uint8

// The kinds of token.
const (
	EOF   Kind = iota
	Start      // a start tag, or an empty element: an End follows
	End        // an end tag
	Text       // a piece of text; one text may come in several pieces
	Aside      // a piece of a comment, a processing instruction or a DOCTYPE
)

// maxTag is how long a tag may be.
const maxTag = 1 << 20

// Scanner reads one document. It is not safe for concurrent use.
type Scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	atEOF    bool
	err      error // why reading ended; nil at the end of the document

	depth   int
	broken  bool
	closing bool   // the End of an empty element comes next
	until   string // the end of the comment or section that the scanner is in
	aside   bool   // what it is in is no text

	name  []byte // of the tag, without prefix
	attrs []byte // what follows the name in the tag
	text  []byte
}

// New returns a scanner of the document in r, in UTF-8, UTF-16 or the character set
// that its declaration names.
func New(r io.Reader) *Scanner {
	return &Scanner{r: decoded(r), buf: make([]byte, 32<<10)}
}

// Name returns the local name of the tag. It is valid until the next call of Next.
func (s *Scanner) Name() []byte { return s.name }

// Text returns the piece of text, its entities resolved. It is valid until the next
// call of Next.
func (s *Scanner) Text() []byte { return s.text }

// Depth returns how many elements are open, that of a Start included and that of an
// End not.
func (s *Scanner) Depth() int { return s.depth }

// Err returns what kept the document from being read to its end, nil if nothing did.
func (s *Scanner) Err() error { return s.err }

// Broken reports whether something so far is not well-formed; at EOF, also whether
// elements are still open or none was found.
func (s *Scanner) Broken() bool { return s.broken }

// Next returns the kind of the next token.
func (s *Scanner) Next() Kind {
	if s.closing {
		s.closing = false
		return s.close()
	}
	if s.until != "" {
		if kind, some := s.section(); some {
			return kind
		}
	}
	for {
		if s.pos == s.end && !s.more() {
			s.broken = s.broken || s.depth != 0 || s.name == nil
			return EOF
		}
		if s.buf[s.pos] != '<' {
			return s.run()
		}
		if kind, some := s.markup(); some {
			return kind
		}
	}
}

// close leaves an element.
func (s *Scanner) close() Kind {
	if s.depth > 0 {
		s.depth--
	} else {
		s.broken = true
	}
	return End
}

// more reads more of the document behind what is in the buffer. It returns false at
// the end.
func (s *Scanner) more() bool {
	if s.atEOF {
		return false
	}
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for tries := 0; tries < 100; tries++ {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.atEOF = true
			if err != io.EOF {
				s.err = err
			}
			return n > 0
		}
		if n > 0 {
			return true
		}
	}
	s.atEOF, s.err = true, io.ErrNoProgress
	return false
}

// run returns the text up to the next tag or the end of the buffer.
func (s *Scanner) run() Kind {
	for {
		window := s.buf[s.pos:s.end]
		n := bytes.IndexByte(window, '<')
		if n < 0 {
			n = len(window)
			if cut := unfinished(window); cut >= 0 && !s.atEOF {
				if n = cut; n == 0 {
					s.more()
					continue
				}
			}
		}
		s.text = window[:n]
		s.pos += n
		if bytes.IndexByte(s.text, '&') >= 0 {
			s.text = resolve(s.text)
		}
		return Text
	}
}

// markup reads what begins with "<". It returns false where that leads to no token.
func (s *Scanner) markup() (Kind, bool) {
	for s.end-s.pos < len("<![CDATA[") && s.more() {
		continue
	}
	window := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(window, []byte("<!--")):
		return s.enter(4, "-->", true)
	case bytes.HasPrefix(window, []byte("<![CDATA[")):
		return s.enter(9, "]]>", false)
	case bytes.HasPrefix(window, []byte("<?")):
		return s.enter(2, "?>", true)
	case bytes.HasPrefix(window, []byte("<!")):
		return s.doctype()
	case len(window) > 1 && (window[1] == '/' || nameStart(window[1])):
		return s.tag()
	}
	s.broken = true
	s.text = window[:1]
	s.pos++
	return Text, true
}

// enter goes into a section of the document that ends with until.
func (s *Scanner) enter(skip int, until string, aside bool) (Kind, bool) {
	s.pos += skip
	s.until, s.aside = until, aside
	return s.section()
}

// section returns the next piece of the section that the scanner is in, false if
// there is no more of it.
func (s *Scanner) section() (Kind, bool) {
	for {
		window := s.buf[s.pos:s.end]
		n := bytes.Index(window, []byte(s.until))
		skip := len(s.until)
		switch {
		case n >= 0:
			s.until = ""
		case s.atEOF:
			n, skip = len(window), 0
			s.until, s.broken = "", true
		default:
			// The last bytes could be the beginning of its end.
			if n, skip = len(window)-len(s.until)+1, 0; n <= 0 {
				s.more()
				continue
			}
		}
		s.text = window[:n]
		s.pos += n + skip
		if n == 0 && s.until == "" {
			return EOF, false
		}
		if s.aside {
			return Aside, true
		}
		return Text, true
	}
}

// doctype reads a document type declaration. One with declarations of its own is
// broken for our purpose: programs differ in what its entities mean.
func (s *Scanner) doctype() (Kind, bool) {
	for {
		window := s.buf[s.pos:s.end]
		open := bytes.IndexByte(window, '[')
		end := bytes.IndexByte(window, '>')
		if open >= 0 && (end < 0 || open < end) {
			s.broken = true
			end = bytes.Index(window, []byte("]>"))
			if end >= 0 {
				end++
			}
		}
		if end < 0 && len(window) < maxTag && s.more() {
			continue
		}
		if end < 0 {
			s.broken = true
			end = len(window) - 1
		}
		s.text = window[:end+1]
		s.pos += end + 1
		return Aside, true
	}
}

// tag reads a start or an end tag.
func (s *Scanner) tag() (Kind, bool) {
	n := s.tagEnd()
	window := s.buf[s.pos:s.end]
	if n < 0 {
		s.broken = true
		s.text = window
		s.pos = s.end
		return Text, true
	}
	s.pos += n
	inside := window[1:n]
	if last := len(inside) - 1; inside[last] == '>' {
		inside = inside[:last]
	} else {
		s.broken = true // ended by the next tag
	}
	if len(inside) > 0 && inside[0] == '/' {
		s.name, s.attrs = split(inside[1:])
		return s.close(), true
	}
	if last := len(inside) - 1; last >= 0 && inside[last] == '/' {
		inside, s.closing = inside[:last], true
	}
	s.name, s.attrs = split(inside)
	s.depth++
	return Start, true
}

// tagEnd returns where the tag at the reading position ends, -1 if it does not.
func (s *Scanner) tagEnd() int {
	var quote byte
	for i := 1; ; {
		window := s.buf[s.pos:s.end]
		for ; i < len(window); i++ {
			switch c := window[i]; {
			case quote != 0:
				n := bytes.IndexByte(window[i:], quote)
				if n < 0 {
					i = len(window) - 1
					continue
				}
				i += n
				quote = 0
			case c == '>':
				return i + 1
			case c == '<':
				return i
			case c == '"' || c == '\'':
				quote = c
			}
		}
		if len(window) > maxTag || !s.more() {
			return -1
		}
	}
}

// Attrs yields the attributes of a start tag: local names and values with their
// entities resolved. Namespace declarations are left out.
func (s *Scanner) Attrs() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for a := range s.attributes {
			if !yield(string(a.name), string(a.value)) {
				return
			}
		}
	}
}

// Attr returns the value of the attribute of that local name, preferring one
// without prefix, or "".
func (s *Scanner) Attr(local string) string {
	var found []byte
	for a := range s.attributes {
		if string(a.name) != local {
			continue
		}
		if !a.prefixed {
			return string(a.value)
		}
		if found == nil {
			found = a.value
		}
	}
	return string(found)
}

// Prefixed returns the value of the attribute of that local name that has a prefix,
// or "": r:id as opposed to id.
func (s *Scanner) Prefixed(local string) string {
	for a := range s.attributes {
		if a.prefixed && string(a.name) == local {
			return string(a.value)
		}
	}
	return ""
}

// Root returns the local name of the first element in the beginning of a document,
// or "".
func Root(head []byte) string {
	s := New(bytes.NewReader(head))
	for {
		switch s.Next() {
		case EOF, End:
			return ""
		case Start:
			return string(s.Name())
		}
	}
}
