package rules

import (
	"fmt"
	"strings"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
)

// mistake is something wrong in a value before it is known where the value stands.
type mistake struct {
	offset  int // bytes into the value
	message string
	remedy  string
}

// Error returns what is wrong, without the remedy.
func (m *mistake) Error() string { return m.message }

// unknownName is the mistake of naming something that does not exist. kind says
// what it would have been.
func unknownName(kind, name string, known []string) *mistake {
	m := &mistake{message: fmt.Sprintf("unknown %s %q", kind, name)}
	switch near := tomlfile.Nearest(name, known); {
	case near != "":
		m.remedy = fmt.Sprintf("did you mean %q?", near)
	case len(known) > 0:
		m.remedy = "known: " + strings.Join(known, ", ")
	}
	return m
}

// unknownAction is the mistake of naming an action that does not exist, perhaps by
// the word that another product has for it.
func unknownAction(name string) *mistake {
	m := unknownName("action", name, actionNames())
	switch strings.ToLower(name) {
	case "quarantine":
		m.remedy = `write "hold"`
	case "allow", "accept", "pass", "exempt":
		m.remedy = `write "deliver"`
	case "block", "refuse", "bounce", "discard", "drop":
		m.remedy = `write "reject"; nothing is ever dropped without a word to the sender`
	}
	return m
}

// at returns the mistake as an error in the value at path.
func (m *mistake) at(f *tomlfile.File, path string) *tomlfile.Error {
	e := f.ErrorfAt(path, m.offset, "%s", m.message)
	e.Remedy = m.remedy
	return e
}
