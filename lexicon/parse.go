package lexicon

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/lexicon/phrase"
)

// Bounds on what an author may write. They keep sums far from overflow and make a
// slip of the finger (weight = 11111) visible.
const (
	maxWeight     = 1000
	maxThreshold  = 1_000_000
	maxWithin     = 1000 // characters
	defaultWithin = 100  // characters
)

var lexiconName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// parser collects the mistakes of one file, so that an author sees them all at once.
type parser struct {
	file    *tomlfile.File
	errs    []error
	phrases []phrase.Phrase // that passed so far
	paths   []string        // where they stand
}

// fail notes a mistake at path.
func (p *parser) fail(path, format string, args ...any) *tomlfile.Error {
	err := p.file.Errorf(path, format, args...)
	p.errs = append(p.errs, err)
	return err
}

// Parse reads one lexicon in TOML. name is what errors call the file. The error is
// joined of every mistake found (*tomlfile.Error). What concerns other lexicons
// (extends, remove) is checked by Compile.
func Parse(name string, data []byte) (*Lexicon, error) {
	var in file
	f, err := tomlfile.Decode(name, data, &in)
	if err != nil {
		return nil, err
	}
	p := &parser{file: f}
	l := p.lexicon(&in)
	p.compile()
	if len(p.errs) > 0 {
		return nil, tomlfile.Join(p.errs...)
	}
	return l, nil
}

// compile lets the matcher judge the phrases, one mistake after the other.
func (p *parser) compile() {
	for len(p.phrases) > 0 {
		_, err := phrase.Compile(p.phrases)
		var bad *phrase.Error
		if !errors.As(err, &bad) {
			return
		}
		p.fail(p.paths[bad.Index], "%q cannot be looked for: %s", p.phrases[bad.Index].Text, bad.Reason)
		p.phrases = slices.Delete(p.phrases, 0, bad.Index+1)
		p.paths = slices.Delete(p.paths, 0, bad.Index+1)
	}
}

func (p *parser) lexicon(in *file) *Lexicon {
	l := &Lexicon{
		Name: in.Name, Title: in.Title, Version: in.Version, Locale: "en",
		Threshold: 1, Extends: in.Extends, Remove: in.Remove, file: p.file,
	}
	p.name(in.Name)
	if in.Locale != "" {
		l.Locale = in.Locale
	}
	if in.Threshold != nil {
		l.Threshold, l.threshold = *in.Threshold, true
		p.between("threshold", *in.Threshold, 1, maxThreshold)
	}
	all := p.count("count", in.Count, false)
	english := p.english(l.Locale)
	for i := range in.Entry {
		l.Entries = append(l.Entries, p.entry(i, &in.Entry[i], all, english))
	}
	p.extends(in)
	if in.Extends == "" {
		p.hasHits(l)
	}
	for i := range in.Test {
		l.tests = append(l.tests, p.selfTest(i, &in.Test[i]))
	}
	return l
}

func (p *parser) name(name string) {
	switch {
	case name == "":
		p.fail("", "the lexicon has no name").
			WithRemedy(`add name = "…": rules ask for the lexicon by it`)
	case !lexiconName.MatchString(name):
		p.fail("name", "%q is not a lexicon name", name).
			WithRemedy(`use lower-case letters, digits and single hyphens, as in "health-terms"`)
	}
}

// english reports whether terms in the locale are English, the one language whose
// inflection is known.
func (p *parser) english(locale string) bool {
	tag, err := language.Parse(locale)
	if err != nil {
		p.fail("locale", "%q is not a language tag", locale).
			WithRemedy(`write it as in BCP 47: "en", "en-GB", "de"`)
		return true // one mistake, one error
	}
	base, _ := tag.Base()
	return base.String() == "en"
}

func (p *parser) extends(in *file) {
	switch {
	case in.Extends == "" && len(in.Remove) > 0:
		p.fail("remove", "there is nothing to remove from").
			WithRemedy(`name the lexicon to adapt: extends = "…"`)
	case in.Extends != "" && !lexiconName.MatchString(in.Extends):
		p.fail("extends", "%q is not a lexicon name", in.Extends).
			WithRemedy(`extends takes the name of one lexicon, as in "health-terms"`)
	}
	for i, term := range in.Remove {
		if strings.TrimSpace(term) == "" {
			p.fail(at("remove", i), "nothing is named here").
				WithRemedy("name a term, or the name of an entry, of the extended lexicon")
		}
	}
}

// hasHits checks that a lexicon which stands alone can ever hit.
func (p *parser) hasHits(l *Lexicon) {
	for i := range l.Entries {
		if !l.Entries[i].Exclude {
			return
		}
	}
	if len(l.Entries) == 0 {
		p.fail("", "the lexicon has no entries").
			WithRemedy("add an [[entry]] with terms, a detector or a pattern")
		return
	}
	p.fail("entry[0].exclude", "every entry excludes, so the lexicon can never hit").
		WithRemedy("an exclusion takes hits away from the entries of its own lexicon; add those")
}

// between checks that v is in [low, high].
func (p *parser) between(path string, v, low, high int) {
	if v < low || v > high {
		key := path[strings.LastIndexByte(path, '.')+1:]
		p.fail(path, "%s = %d is out of range", key, v).
			WithRemedy("choose a number from %d to %d", low, high)
	}
}

// at is the path of the i-th element of the list at key.
func at(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }

// count reads count = "distinct" | "all"; inherited is what holds where it is absent.
func (p *parser) count(path, v string, inherited bool) (all bool) {
	switch v {
	case "":
		return inherited
	case "distinct":
		return false
	case "all":
		return true
	}
	p.fail(path, "count %q is unknown", v).
		WithRemedy(`write "distinct" (the same value counts once) or "all" (every hit counts)`)
	return inherited
}
