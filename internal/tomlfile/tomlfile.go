// Package tomlfile decodes TOML strictly and explains what is wrong with it.
//
// Everything a person writes for zixpolicy (configuration, lexicons, policies) is
// read through here, so that every mistake is reported the same way: file, line,
// column, the line itself with a caret under the fault, and a remedy. Keys that no
// field of the target takes are errors, with the nearest key that one would.
package tomlfile

import (
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// MaxSize bounds a file, in bytes. It is far above any lexicon a person keeps and
// keeps a mistaken path (a disk image, a log) from filling memory.
const MaxSize = 16 << 20

// MaxDepth bounds how deep tables, arrays and dotted keys may nest.
const MaxDepth = 64

// File is one decoded TOML file. It remembers where each key and value stands, so
// that callers can report what is wrong with a value after decoding it. It is safe
// for concurrent use.
type File struct {
	// Name is what errors call the file: a path, or "builtin:ssn.toml".
	Name string

	src     string
	root    *node
	lines   func() []int // offsets at which lines begin; made when first needed
	secrets func() bool  // whether any key names a secret; likewise
}

// Decode reads TOML into v (a pointer to a struct with toml tags). Keys match
// their tags exactly, case included. It returns an error joined (see [Join]) of
// every *Error it found: the syntax error, or each unknown key and each value of
// the wrong type. Text unmarshalers (encoding.TextUnmarshaler) accept strings only;
// what they object to is reported at the value. A file with errors leaves v as it
// was.
func Decode(name string, data []byte, v any) (*File, error) {
	f := newFile(name, string(data))
	if len(data) > MaxSize {
		return nil, f.Errorf("", "the file is %d bytes; at most %d are read", len(data), MaxSize)
	}
	root, deep := index(f.src)
	if deep >= 0 {
		return nil, f.at(deep, "nested deeper than %d levels", MaxDepth)
	}
	var tree map[string]any
	if err := toml.Unmarshal([]byte(f.src), &tree); err != nil {
		return nil, f.syntaxError(err)
	}
	f.root = root
	c := checker{file: f}
	c.check("", root, tree, reflect.TypeOf(v))
	if len(c.errs) > 0 {
		return nil, Join(c.errs...)
	}
	if err := toml.Unmarshal([]byte(f.src), v); err != nil {
		return nil, f.syntaxError(err)
	}
	return f, nil
}

func newFile(name, src string) *File {
	src = strings.TrimPrefix(src, "\ufeff")
	return &File{Name: name, src: src, root: newNode(0),
		lines:   sync.OnceValue(func() []int { return lineStarts(src) }),
		secrets: sync.OnceValue(func() bool { return secretKey.MatchString(src) })}
}

func lineStarts(src string) []int {
	starts := []int{0}
	for i := range len(src) {
		if src[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// Errorf returns an error that points at the value at path, such as
// "rule[2].when" or "entry[0].terms[3]" (indices count from 0, as in Go; a key
// that is not bare stands in double quotes: `header."X-Tag"`). Where the path does
// not exist the error points at the nearest enclosing table or array that does,
// and at the file as a whole where none does. A path of "" points at the file as
// a whole.
func (f *File) Errorf(path, format string, args ...any) *Error {
	n, _ := f.find(path)
	if n == f.root {
		return &Error{File: f.Name, Message: fmt.Sprintf(format, args...)}
	}
	return f.at(n.start, format, args...)
}

// ErrorfAt is like Errorf, and points offset bytes into the string value at path.
// That is exact for strings written without escapes (all literal, single-quoted
// ones are); the error points at the start of any other value.
func (f *File) ErrorfAt(path string, offset int, format string, args ...any) *Error {
	n, found := f.find(path)
	if !found || n == f.root {
		return f.Errorf(path, format, args...)
	}
	return f.at(n.inside(f.src, offset), format, args...)
}

// Line returns the line on which the value at path begins, counted from 1: of a
// table its header, of an array its bracket. It returns 0 where path does not exist.
func (f *File) Line(path string) int {
	n, found := f.find(path)
	if !found || n == f.root {
		return 0
	}
	line, _ := f.position(n.start)
	return line
}

// find returns the node at path, or its nearest ancestor and false.
func (f *File) find(path string) (n *node, found bool) {
	n = f.root
	for path != "" {
		key, i, rest, ok := nextStep(path)
		if !ok {
			return n, false
		}
		next := n.child(key, i)
		if next == nil {
			return n, false
		}
		n, path = next, rest
	}
	return n, true
}

// at returns an error that points at a byte of the source.
func (f *File) at(offset int, format string, args ...any) *Error {
	offset = min(max(offset, 0), len(f.src))
	line, start := f.position(offset)
	text := f.src[start:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	text = strings.TrimSuffix(text, "\r")
	column := min(offset-start, len(text))
	e := &Error{File: f.Name, Line: line, Column: utf8.RuneCountInString(text[:column]) + 1,
		Source: text, Message: fmt.Sprintf(format, args...)}
	if f.secrets() {
		e.Source = hideSecrets(text)
	}
	return e
}

// position returns the 1-based line of a byte and the offset at which it begins.
func (f *File) position(offset int) (line, start int) {
	starts := f.lines()
	line = sort.SearchInts(starts, offset+1)
	return line, starts[line-1]
}

// syntaxError turns what the TOML parser objects to into an *Error.
func (f *File) syntaxError(err error) *Error {
	var p toml.ParseError
	if !errors.As(err, &p) {
		return f.Errorf("", "%s", strings.TrimPrefix(err.Error(), "toml: "))
	}
	e := f.at(p.Position.Start, "%s", lowerFirst(strings.TrimSuffix(p.Message, ".")))
	if e.Line != p.Position.Line { // the parser stands behind the line it means
		line := min(max(p.Position.Line, 1), len(f.lines()))
		e = f.at(f.lines()[line-1], "%s", e.Message)
	}
	if strings.Contains(e.Source, hidden) {
		e.Message = "not valid TOML" // the parser's own words quote the value
	}
	if strings.Contains(p.Message, "escape") {
		return e.WithRemedy("write text that contains backslashes in single quotes: 'like \\d this'")
	}
	return e
}

// lowerFirst lowers a sentence's first letter, so that it can follow a colon.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
