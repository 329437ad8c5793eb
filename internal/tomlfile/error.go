package tomlfile

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Error is one mistake in a file.
type Error struct {
	File    string // the file's name
	Line    int    // 1-based; 0 where the mistake has no place
	Column  int    // 1-based, in characters
	Source  string // the line as written, without its line end; secrets replaced
	Message string // what is wrong
	Remedy  string // what to do about it; may be empty
}

// Error renders the mistake as an author sees it:
//
//	policy.toml:12:1: unknown key "whne"
//	   12 | whne = 'tag("[encrypt]")'
//	      | ^
//	did you mean "when"?
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": ")
	b.WriteString(e.Message)
	if e.Line > 0 {
		text, caret := excerpt(e.Source, e.Column)
		fmt.Fprintf(&b, "\n%5d | %s\n      | %s^", e.Line, text, caret)
	}
	if e.Remedy != "" {
		b.WriteString("\n")
		b.WriteString(e.Remedy)
	}
	return b.String()
}

// WithRemedy returns e with what to do about the mistake.
func (e *Error) WithRemedy(format string, args ...any) *Error {
	e.Remedy = fmt.Sprintf(format, args...)
	return e
}

// Join returns one error of all the given ones, or nil if all are nil. Joined
// errors among them are taken apart. The *Errors of one file stand together, by
// line and column; files, and errors of other types, keep their order.
func Join(errs ...error) error {
	flat := flatten(nil, errs)
	if len(flat) == 0 {
		return nil
	}
	rank := map[string]int{} // order in which files appear
	key := func(err error) (file, line, column int) {
		e, ok := err.(*Error)
		name := ""
		if ok {
			name, line, column = e.File, e.Line, e.Column
		}
		if _, seen := rank[name]; !seen {
			rank[name] = len(rank)
		}
		return rank[name], line, column
	}
	for _, err := range flat {
		key(err)
	}
	slices.SortStableFunc(flat, func(a, b error) int {
		af, al, ac := key(a)
		bf, bl, bc := key(b)
		return cmp.Or(cmp.Compare(af, bf), cmp.Compare(al, bl), cmp.Compare(ac, bc))
	})
	return errors.Join(flat...)
}

// flatten appends the leaves of joined errors.
func flatten(flat, errs []error) []error {
	for _, err := range errs {
		if j, ok := err.(interface{ Unwrap() []error }); ok {
			flat = flatten(flat, j.Unwrap())
		} else if err != nil {
			flat = append(flat, err)
		}
	}
	return flat
}

// An excerpt shows at most this many characters before and after the caret.
const (
	excerptBefore = 80
	excerptAfter  = 60
)

// excerpt returns what is shown of a line, and the white space that puts a caret
// under its 1-based column. Tabs are kept in both, so that they line up in any
// terminal; other control characters are shown as U+FFFD.
func excerpt(line string, column int) (text, indent string) {
	var t, in strings.Builder
	at := 0
	for _, r := range line {
		at++
		if at < column-excerptBefore {
			continue
		}
		if at == column-excerptBefore {
			r = '…'
		}
		if at > column+excerptAfter {
			t.WriteRune('…')
			break
		}
		if unicode.IsControl(r) && r != '\t' {
			r = unicode.ReplacementChar
		}
		t.WriteRune(r)
		if at < column {
			in.WriteString(blank(r))
		}
	}
	return t.String(), in.String()
}

// blank returns white space as wide as r on a terminal.
func blank(r rune) string {
	if r == '\t' {
		return "\t"
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return ""
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return "  "
	}
	return " "
}

// secretKey finds keys whose values must not be shown, with those values.
// password_file and the like name a place, not a secret.
var secretKey = regexp.MustCompile(`(?i)([\w-]*(?:pass|pasw|secret|token)[a-z]*["']?[ \t]*=)[^\n]*`)

const hidden = " (not shown)"

// hideSecrets replaces the values of secret keys in a line.
func hideSecrets(line string) string {
	return secretKey.ReplaceAllString(line, "${1}"+hidden)
}
