// Package jsontext reads JSON (RFC 8259): a line for each value. Its key is the header
// of that line, so that the key speaks for the value and sentences in several values
// stay whole; the keys themselves are a text of their own.
//
// What is not JSON is read nevertheless: comments, several documents in a row,
// strings without quotation marks are text as they stand.
package jsontext

import (
	"strings"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/grid"
)

// Read reads the JSON file f.
func Read(f *collect.File) {
	source, known := charset.Decode(f.Content, f.Charset)
	if !known {
		f.Defect(collect.DefectUnsupported, "unknown character set")
	}
	s := scanner{source: source, room: f.TextLeft(), expired: f.Err}
	if !s.read() && f.Err() == nil {
		f.Defect(collect.DefectTooLarge, "more text in JSON than may be read")
	}
	f.Tables("", s.out.String(), s.tables)
	if keys := s.keys.String(); keys != "" {
		f.Section("keys", keys, collect.Mark{Kind: collect.MarkHidden, End: len(keys)})
	}
}

// maxKey is how long a key may be. What is longer is text.
const maxKey = 200

// maxDepth is how deeply objects may be nested for their keys to be told apart.
const maxDepth = 100_000

// maxTables and maxKeys bound what is remembered of keys. Beyond, a key stands before
// its value, and is listed again.
const (
	maxTables = 1 << 17
	maxKeys   = 1 << 14
)

// level is an object or a list that is open.
type level struct {
	key  string // before each value of a list
	list bool
}

// scanner reads one file.
type scanner struct {
	source  string
	pos     int
	room    int64
	expired func() error
	out     strings.Builder

	tables []collect.Table
	keys   strings.Builder
	seen   map[string]string // the words of each key

	levels []level
	excess int    // levels beyond maxDepth
	key    string // of the next value
	named  bool   // there is a key
}

// read reads all of the source. It returns false if there was no room for all of it.
func (s *scanner) read() bool {
	for n := 0; s.pos < len(s.source); n++ {
		if int64(s.out.Len()+s.keys.Len()) > s.room || n&1023 == 1023 && s.expired() != nil {
			return false
		}
		switch c := s.source[s.pos]; c {
		case ' ', '\t', '\n', '\r', ',':
			s.pos++
		case '{', '[':
			s.pos++
			s.enter(c == '[')
		case '}', ']':
			s.pos++
			s.leave()
		case ':':
			s.pos++
		case '"':
			s.text(s.quoted())
		default:
			s.text(s.bare())
		}
	}
	return true
}

// enter begins an object or a list. One that is nested too deeply is read as part of
// the one around it.
func (s *scanner) enter(list bool) {
	if len(s.levels) < maxDepth {
		s.levels = append(s.levels, level{key: s.current(), list: list})
	} else {
		s.excess++
	}
	s.named = false
}

func (s *scanner) leave() {
	if s.excess > 0 {
		s.excess--
	} else {
		s.levels = s.levels[:max(0, len(s.levels)-1)]
	}
	s.named = false
}

// current returns the key that stands before the next value.
func (s *scanner) current() string {
	if s.named {
		return s.key
	}
	if n := len(s.levels); n > 0 && s.levels[n-1].list {
		return s.levels[n-1].key
	}
	return ""
}

// text takes a string or another scalar, which is a key if a colon follows it.
func (s *scanner) text(value string) {
	i := s.pos
	for i < len(s.source) && strings.IndexByte(" \t\r\n", s.source[i]) >= 0 {
		i++
	}
	if i < len(s.source) && s.source[i] == ':' && !s.named {
		if len(value) > maxKey {
			s.line("", value) // no name of a member is that long
			value = value[:maxKey]
		}
		s.key, s.named = s.words(value), true
		s.pos = i + 1
		return
	}
	s.line(s.current(), value)
	s.named = false
}

// words returns a key as words, and lists it the first time.
func (s *scanner) words(key string) string {
	if words, ok := s.seen[key]; ok {
		return words
	}
	words := grid.Words(strings.ToValidUTF8(clean.Replace(key), "\uFFFD"))
	s.keys.WriteString(words + "\n")
	if s.seen == nil {
		s.seen = map[string]string{}
	}
	if len(s.seen) < maxKeys {
		s.seen[key] = words
	}
	return words
}

// line writes a value under its key.
func (s *scanner) line(key, value string) {
	start := s.out.Len()
	if key != "" && len(s.tables) >= maxTables {
		s.out.WriteString(key + ": ")
	}
	s.out.WriteString(strings.ToValidUTF8(clean.Replace(value), "\uFFFD"))
	s.out.WriteByte('\n')
	if key == "" || len(s.tables) >= maxTables {
		return
	}
	if n := len(s.tables); n > 0 && s.tables[n-1].End == start && s.tables[n-1].Columns[0] == key {
		s.tables[n-1].End = s.out.Len()
		return
	}
	s.tables = append(s.tables, collect.Table{Start: start, End: s.out.Len(), Columns: []string{key}})
}

// clean keeps a value in the first column, and its line ends LF.
var clean = strings.NewReplacer("\t", " ", "\r\n", "\n", "\r", "\n")

// bare reads a number, true, false, null, or what is none of these.
func (s *scanner) bare() string {
	start := s.pos
	for s.pos < len(s.source) && strings.IndexByte(",:{}[]\"\n\r", s.source[s.pos]) < 0 {
		s.pos++
	}
	return strings.TrimSpace(s.source[start:s.pos])
}

// quoted reads a string. One that does not end is all the rest.
func (s *scanner) quoted() string {
	s.pos++
	start := s.pos
	for s.pos < len(s.source) && s.source[s.pos] != '"' && s.source[s.pos] != '\\' {
		s.pos++
	}
	if s.pos < len(s.source) && s.source[s.pos] == '"' {
		s.pos++
		return s.source[start : s.pos-1]
	}
	var out strings.Builder
	out.WriteString(s.source[start:s.pos])
	for s.pos < len(s.source) {
		c := s.source[s.pos]
		s.pos++
		switch c {
		case '"':
			return out.String()
		case '\\':
			s.escape(&out)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// escape reads what follows a backslash.
func (s *scanner) escape(out *strings.Builder) {
	if s.pos == len(s.source) {
		return
	}
	c := s.source[s.pos]
	s.pos++
	switch c {
	case 'n', 'r':
		out.WriteByte('\n')
	case 't':
		out.WriteByte('\t')
	case 'b', 'f':
		out.WriteByte(' ')
	case 'u':
		out.WriteString(string(s.unit()))
	default:
		out.WriteByte(c)
	}
}

// unit reads the digits of a \u escape, and the second half of a surrogate pair.
func (s *scanner) unit() rune {
	high, ok := s.hex()
	if !ok {
		return utf8.RuneError
	}
	if high < 0xd800 || high >= 0xdc00 || !strings.HasPrefix(s.source[s.pos:], `\u`) {
		return high
	}
	before := s.pos
	s.pos += 2
	if low, ok := s.hex(); ok && low >= 0xdc00 && low < 0xe000 {
		return 0x10000 + (high-0xd800)<<10 + (low - 0xdc00)
	}
	s.pos = before
	return utf8.RuneError
}

// hex reads four hexadecimal digits.
func (s *scanner) hex() (rune, bool) {
	if s.pos+4 > len(s.source) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s.source[s.pos : s.pos+4]) {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 + rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 + rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	s.pos += 4
	return r, true
}
