package tomlfile

import (
	"strings"
	"unicode/utf8"
)

// node is one value of a file, and where it stands.
type node struct {
	key   int // offset of its key, in a header of that part of the header
	start int // offset of the value; of a table its header
	end   int // offset after the value; of a table that of its header
	quote int // of a string: the length of its opening delimiter, 1 or 3

	keys    map[string]*node // of a table
	elems   []*node          // of an array
	headers bool             // an array written as [[headers]]
	depth   int
}

func newNode(at int) *node { return &node{key: at, start: at, end: at} }

// child returns the element i, or for i < 0 the value of the key; nil if there is none.
func (n *node) child(key string, i int) *node {
	if i < 0 {
		return n.keys[key]
	}
	if i < len(n.elems) {
		return n.elems[i]
	}
	return nil
}

// inside returns the offset in src that stands for a byte of the node's string
// value; the value's start where that is not one to one.
func (n *node) inside(src string, offset int) int {
	if n.quote == 0 || offset < 0 {
		return n.start
	}
	from, to := n.start+n.quote, n.end-n.quote
	if n.quote == 3 { // a line end right after the delimiter is not part of the value
		from += len(src[from:to]) - len(strings.TrimPrefix(strings.TrimPrefix(src[from:to], "\r"), "\n"))
	}
	at := from + offset
	if at > to || strings.ContainsRune(src[from:at], '\r') ||
		src[n.start] == '"' && strings.ContainsRune(src[from:at], '\\') {
		return n.start
	}
	return at
}

// index finds where each key and value of a TOML document stands. It reads every
// valid document to its end; where one is not valid it stops. The second result is
// the offset at which nesting exceeds MaxDepth, or -1.
func index(src string) (root *node, tooDeep int) {
	s := &indexer{src: src, deep: -1}
	root = newNode(0)
	table := root
	for ok := true; ok; {
		s.skipBlank()
		switch {
		case s.pos >= len(src):
			ok = false
		case src[s.pos] == '[':
			table, ok = s.header(root)
		default:
			ok = s.keyValue(table)
		}
	}
	return root, s.deep
}

// indexer walks over a document.
type indexer struct {
	src  string
	pos  int
	deep int
}

// step is one part of a dotted key.
type step struct {
	name  string
	start int
	end   int
}

// header reads [table] or [[array of tables]] and returns the table it opens.
func (s *indexer) header(root *node) (*node, bool) {
	start, closing := s.pos, "]"
	if strings.HasPrefix(s.src[s.pos:], "[[") {
		closing = "]]"
	}
	s.pos += len(closing)
	key, ok := s.key()
	if !ok || !strings.HasPrefix(s.src[s.pos:], closing) {
		return nil, false
	}
	s.pos += len(closing)
	parent, ok := s.descend(root, key[:len(key)-1])
	if !ok {
		return nil, false
	}
	n, ok := s.open(parent, key[len(key)-1])
	if !ok {
		return nil, false
	}
	if closing == "]" {
		n.start, n.end = start, s.pos
		return n, true
	}
	if !n.headers { // the first of them also stands for the array
		n.headers, n.start, n.end = true, start, s.pos
	}
	elem := &node{key: key[len(key)-1].start, start: start, end: s.pos, depth: n.depth + 1}
	n.elems = append(n.elems, elem)
	return elem, s.shallow(elem)
}

// keyValue reads "key = value" into table.
func (s *indexer) keyValue(table *node) bool {
	key, ok := s.key()
	if !ok || !s.eat('=') {
		return false
	}
	parent, ok := s.descend(table, key[:len(key)-1])
	if !ok {
		return false
	}
	n, ok := s.open(parent, key[len(key)-1])
	if !ok {
		return false
	}
	s.skipSpace()
	return s.value(n)
}

// descend follows all but the last part of a dotted key, making tables on the way.
func (s *indexer) descend(n *node, key []step) (*node, bool) {
	for _, k := range key {
		var ok bool
		if n, ok = s.open(n, k); !ok {
			return nil, false
		}
		if n.headers {
			n = n.elems[len(n.elems)-1]
		}
	}
	return n, true
}

// open returns the child of that key, made if need be.
func (s *indexer) open(n *node, k step) (*node, bool) {
	if child := n.keys[k.name]; child != nil {
		return child, true
	}
	if n.keys == nil {
		n.keys = map[string]*node{}
	}
	child := &node{key: k.start, start: k.start, end: k.end, depth: n.depth + 1}
	n.keys[k.name] = child
	return child, s.shallow(child)
}

// shallow reports whether a node is within MaxDepth, and remembers where not.
func (s *indexer) shallow(n *node) bool {
	if n.depth <= MaxDepth {
		return true
	}
	s.deep = n.start
	return false
}

// key reads a dotted key and the white space after it.
func (s *indexer) key() (key []step, ok bool) {
	for {
		s.skipSpace()
		start := s.pos
		name, ok := s.simpleKey()
		if !ok {
			return nil, false
		}
		key = append(key, step{name, start, s.pos})
		s.skipSpace()
		if !s.eat('.') {
			return key, true
		}
		if len(key) > MaxDepth {
			s.deep = start
			return nil, false
		}
	}
}

func (s *indexer) simpleKey() (string, bool) {
	if s.pos >= len(s.src) {
		return "", false
	}
	start := s.pos
	switch s.src[s.pos] {
	case '\'':
		ok := s.quoted("'")
		return s.src[start+1 : max(s.pos-1, start+1)], ok
	case '"':
		ok := s.quoted(`"`)
		return unescape(s.src[start+1 : max(s.pos-1, start+1)]), ok
	}
	s.pos += span(s.src[s.pos:], ".=[]{},\"'# \t\r\n")
	return s.src[start:s.pos], s.pos > start
}

// value reads a value into n.
func (s *indexer) value(n *node) (ok bool) {
	n.start = s.pos
	switch {
	case s.pos >= len(s.src):
		return false
	case strings.HasPrefix(s.src[s.pos:], `"""`), strings.HasPrefix(s.src[s.pos:], "'''"):
		n.quote = 3
		ok = s.quoted(s.src[s.pos : s.pos+3])
	case s.src[s.pos] == '"', s.src[s.pos] == '\'':
		n.quote = 1
		ok = s.quoted(s.src[s.pos : s.pos+1])
	case s.src[s.pos] == '[':
		ok = s.array(n)
	case s.src[s.pos] == '{':
		ok = s.inlineTable(n)
	default:
		ok = s.bare()
	}
	n.end = s.pos
	return ok
}

// bare reads a number, boolean or date. A date and its time may be one space apart.
func (s *indexer) bare() bool {
	start := s.pos
	s.pos += span(s.src[s.pos:], ",]}# \t\r\n")
	digit := func(i int) bool { return i < len(s.src) && s.src[i] >= '0' && s.src[i] <= '9' }
	if s.pos-start == len("2006-01-02") && s.src[start+4] == '-' &&
		strings.HasPrefix(s.src[s.pos:], " ") && digit(s.pos+1) {
		s.pos++
		s.pos += span(s.src[s.pos:], ",]}# \t\r\n")
	}
	return s.pos > start
}

func (s *indexer) array(n *node) bool {
	s.pos++
	for {
		s.skipBlank()
		if s.eat(']') {
			return true
		}
		elem := &node{key: s.pos, start: s.pos, depth: n.depth + 1}
		if !s.shallow(elem) || !s.value(elem) {
			return false
		}
		n.elems = append(n.elems, elem)
		s.skipBlank()
		if !s.eat(',') && (s.pos >= len(s.src) || s.src[s.pos] != ']') {
			return false
		}
	}
}

func (s *indexer) inlineTable(n *node) bool {
	s.pos++
	for {
		s.skipBlank()
		if s.eat('}') {
			return true
		}
		if !s.keyValue(n) {
			return false
		}
		s.skipBlank()
		if !s.eat(',') && (s.pos >= len(s.src) || s.src[s.pos] != '}') {
			return false
		}
	}
}

// quoted reads a string of any kind, delimiters included. A basic string's
// backslash takes the next character with it; a multi-line string may end in up to
// two more quotes, which belong to its value.
func (s *indexer) quoted(delimiter string) bool {
	s.pos += len(delimiter)
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		switch {
		case c == '\\' && delimiter[0] == '"':
			s.pos = min(s.pos+2, len(s.src))
		case c == '\n' && len(delimiter) == 1:
			return false
		case strings.HasPrefix(s.src[s.pos:], delimiter):
			s.pos += len(delimiter)
			for extra := 0; len(delimiter) == 3 && extra < 2 && s.eat(delimiter[0]); extra++ {
			}
			return true
		default:
			s.pos++
		}
	}
	return false
}

// eat takes the next byte if it is c.
func (s *indexer) eat(c byte) bool {
	if s.pos < len(s.src) && s.src[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

func (s *indexer) skipSpace() {
	for s.eat(' ') || s.eat('\t') {
	}
}

// skipBlank takes white space, line ends and comments.
func (s *indexer) skipBlank() {
	for {
		switch {
		case s.eat(' '), s.eat('\t'), s.eat('\r'), s.eat('\n'):
		case s.pos < len(s.src) && s.src[s.pos] == '#':
			s.pos += span(s.src[s.pos:], "\n")
		default:
			return
		}
	}
}

// span returns how many bytes come before the first of the given ones.
func span(s, stop string) int {
	if i := strings.IndexAny(s, stop); i >= 0 {
		return i
	}
	return len(s)
}

// unescape resolves the escapes of a basic string (TOML 1.1). Strings here have
// been, or will be, validated by the parser; an escape that is not one stays.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if j := strings.IndexByte(`btnfre"\`, s[i]); j >= 0 {
			b.WriteByte("\b\t\n\f\r\x1b\"\\"[j])
			continue
		}
		digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[i]]
		r, ok := parseHex(s[i+1:], digits)
		if !ok {
			b.WriteByte('\\')
			b.WriteByte(s[i])
			continue
		}
		b.WriteRune(r)
		i += digits
	}
	return b.String()
}

// parseHex reads a rune of n hexadecimal digits, n > 0.
func parseHex(s string, n int) (r rune, ok bool) {
	if n == 0 || len(s) < n {
		return 0, false
	}
	for i := range n {
		d := strings.IndexByte("0123456789abcdef", s[i]|0x20)
		if d < 0 || s[i] < '0' {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, utf8.ValidRune(r)
}
