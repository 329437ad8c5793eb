package lexicon

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
)

// inheritance resolves extends and remove among lexicons.
type inheritance struct {
	order    []string              // names, in the order of their first lexicon
	versions map[string][]*Lexicon // all lexicons of a name; the last one holds
	busy     map[*Lexicon]bool     // being resolved, to find cycles
	done     map[*Lexicon]*Lexicon
	errs     []error
}

// resolve returns the lexicons that hold, with the entries that they inherit. The
// lexicons given are not changed.
func resolve(lexicons []*Lexicon) ([]*Lexicon, error) {
	in := &inheritance{
		versions: map[string][]*Lexicon{},
		busy:     map[*Lexicon]bool{},
		done:     map[*Lexicon]*Lexicon{},
	}
	for _, l := range lexicons {
		if in.versions[l.Name] == nil {
			in.order = append(in.order, l.Name)
		}
		in.versions[l.Name] = append(in.versions[l.Name], l)
	}
	var resolved []*Lexicon
	for _, name := range in.order {
		all := in.versions[name]
		if l := in.lexicon(all, len(all)-1); l != nil {
			resolved = append(resolved, l)
		}
	}
	return resolved, tomlfile.Join(in.errs...)
}

// lexicon resolves the i-th of the lexicons of one name. It returns nil, and notes the
// error, where that is impossible.
func (in *inheritance) lexicon(all []*Lexicon, i int) *Lexicon {
	l := all[i]
	if l.Extends == "" {
		return l
	}
	if r, ok := in.done[l]; ok {
		return r
	}
	if in.busy[l] {
		in.fail(l, "%q extends itself, by way of others", l.Name).
			WithRemedy("one of the lexicons must stand on its own")
		return nil
	}
	in.busy[l] = true
	defer delete(in.busy, l)
	var merged *Lexicon
	if base := in.base(l, all, i); base != nil {
		merged = in.merge(base, l)
	}
	in.done[l] = merged
	return merged
}

// base resolves what l extends: an earlier lexicon of its own name, or another one.
func (in *inheritance) base(l *Lexicon, all []*Lexicon, i int) *Lexicon {
	if l.Extends == l.Name {
		if i == 0 {
			in.fail(l, "%q extends itself", l.Name).
				WithRemedy("a lexicon may adapt a shipped one of its own name, but no lexicon of that name is shipped")
			return nil
		}
		return in.lexicon(all, i-1)
	}
	others := in.versions[l.Extends]
	if len(others) == 0 {
		err := in.fail(l, "there is no lexicon %q to extend", l.Extends)
		if near := tomlfile.Nearest(l.Extends, in.order); near != "" {
			err.WithRemedy("did you mean %q?", near)
		} else {
			err.WithRemedy("lexicons are %s", strings.Join(in.order, ", "))
		}
		return nil
	}
	return in.lexicon(others, len(others)-1)
}

func (in *inheritance) fail(l *Lexicon, format string, args ...any) *tomlfile.Error {
	err := l.file.Errorf("extends", format, args...)
	in.errs = append(in.errs, err)
	return err
}

// merge returns l with the entries of base, less what l removes, before its own.
func (in *inheritance) merge(base, l *Lexicon) *Lexicon {
	m := *l
	m.Entries = append([]Entry(nil), base.Entries...)
	for i, label := range l.Remove {
		rest, found := without(m.Entries, label)
		if !found {
			in.errs = append(in.errs, notThere(base, l, i))
		}
		m.Entries = rest
	}
	m.Entries = append(m.Entries, l.Entries...)
	if !l.threshold {
		m.Threshold = base.Threshold
	}
	if m.Title == "" {
		m.Title = base.Title
	}
	if m.Version == "" {
		m.Version = base.Version
	}
	return &m
}

// without returns the entries less the term, or the entry, of that label.
func without(entries []Entry, label string) (rest []Entry, found bool) {
	label = strings.Join(strings.Fields(label), " ")
	for _, e := range entries {
		if strings.EqualFold(e.Name, label) || len(e.Terms) == 0 && strings.EqualFold(e.label(-1), label) {
			found = true
			continue
		}
		terms, origin := e.withoutTerm(label)
		if len(e.Terms) > 0 && len(terms) == 0 {
			found = true
			continue
		}
		if len(terms) < len(e.Terms) {
			found = true
			e.Terms, e.origin = terms, origin
		}
		rest = append(rest, e)
	}
	return rest, found
}

// withoutTerm returns the terms other than the label, and where they stood in the file.
func (e *Entry) withoutTerm(label string) (terms []string, origin []int) {
	for i, t := range e.Terms {
		if strings.EqualFold(strings.Join(strings.Fields(t), " "), label) {
			continue
		}
		terms = append(terms, t)
		if e.origin != nil {
			i = e.origin[i]
		}
		origin = append(origin, i)
	}
	return terms, origin
}

func notThere(base, l *Lexicon, i int) error {
	var labels []string
	for k := range base.Entries {
		labels = base.Entries[k].labels(labels)
	}
	err := l.file.Errorf(at("remove", i), "%q has nothing called %q to remove", base.Name, l.Remove[i])
	if near := tomlfile.Nearest(l.Remove[i], labels); near != "" {
		return err.WithRemedy("did you mean %q?", near)
	}
	return err.WithRemedy("remove takes a term as it is written there, or the name of an entry")
}
