package lexicon

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"

	"github.com/zixpolicy/zixpolicy/lexicon/number"
	"github.com/zixpolicy/zixpolicy/lexicon/phrase"
)

// Set is many lexicons compiled into one matcher. It is immutable and safe for
// concurrent use.
type Set struct {
	lexicons []*Lexicon
	index    map[string]int
	entries  [][]entry // by lexicon and entry

	phrases   *phrase.Matcher
	uses      [][]use      // what each phrase stands for
	lists     int          // lists of cues
	numbers   [][]entryRef // by number.Kind: the entries of that detector
	want      number.Kinds // the detectors that any entry has
	patterns  []pattern    // in the order of their entries
	disguised bool         // whether any term does
	disguise  [26][]hidden // terms that count in disguise, by their first letter
	scratch   *sync.Pool   // of *scratch
}

// entryRef is the place of an entry.
type entryRef struct{ lexicon, entry int32 }

// entry is what Scan needs of an Entry. Lists are -1 where there is none.
type entry struct {
	near, unlessNear, followedBy int32
	within                       int
	exclude                      bool
}

// pattern is one compiled pattern.
type pattern struct {
	entryRef
	re    *regexp.Regexp
	cased *regexp.Regexp // what letter case must also match; nil where case is free
	list  int32          // the anchors
	reach int            // bytes that it may see beside an anchor
}

// role is what a phrase stands for.
type role uint8

const (
	asTerm role = iota // of an entry
	asCue              // in a list of near, unless_near, followed_by or anchors
	asLead             // to a number
)

// use is one thing that a phrase stands for.
type use struct {
	role role
	entryRef
	n int32 // the term's index, the list's or that of number.Cues
}

// compiler gathers the phrases of all lexicons, each once.
type compiler struct {
	set     *Set
	phrases []phrase.Phrase
	index   map[phrase.Phrase]int
	lists   map[string]int32
}

// Compile builds the set of the given lexicons, resolving extends among them. A
// later lexicon replaces an earlier one of the same name.
func Compile(lexicons ...*Lexicon) (*Set, error) {
	resolved, err := resolve(lexicons)
	if err != nil {
		return nil, err
	}
	s := &Set{lexicons: resolved, index: map[string]int{}, numbers: make([][]entryRef, len(number.Names()))}
	c := &compiler{set: s, index: map[phrase.Phrase]int{}, lists: map[string]int32{}}
	for i, l := range resolved {
		s.index[l.Name] = i
		s.entries = append(s.entries, make([]entry, len(l.Entries)))
		for j := range l.Entries {
			if err := c.entry(entryRef{int32(i), int32(j)}, &l.Entries[j]); err != nil {
				return nil, err
			}
		}
	}
	if s.want != 0 {
		for i, cue := range number.Cues() {
			c.add(phrase.Phrase{Text: cue.Phrase}, use{role: asLead, n: int32(i)})
		}
	}
	s.lists = len(c.lists)
	if s.phrases, err = phrase.Compile(c.phrases); err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	s.scratch = &sync.Pool{New: func() any { return newScratch(s) }}
	return s, nil
}

// entry compiles one entry.
func (c *compiler) entry(ref entryRef, e *Entry) error {
	compiled := &c.set.entries[ref.lexicon][ref.entry]
	*compiled = entry{
		near: c.list(e.Near), unlessNear: c.list(e.UnlessNear), followedBy: c.list(e.FollowedBy),
		within: e.Within, exclude: e.Exclude,
	}
	switch {
	case e.Detector != "":
		kind, ok := number.Lookup(e.Detector)
		if !ok {
			return e.file.Errorf(e.path+".detector", "unknown detector %q", e.Detector)
		}
		c.set.numbers[kind] = append(c.set.numbers[kind], ref)
		c.set.want = c.set.want.With(kind)
	case e.Pattern != "":
		return c.pattern(ref, e, compiled)
	}
	for i, term := range e.Terms {
		u := use{role: asTerm, entryRef: ref, n: int32(i)}
		c.add(phrase.Phrase{Text: term, Exact: e.Exact}, u)
		if e.Disguised {
			c.disguise(term, u)
		}
		if e.Variants {
			for _, form := range inflect(term) {
				c.add(phrase.Phrase{Text: form, Exact: e.Exact}, u)
			}
		}
	}
	return nil
}

// add makes p stand for u.
func (c *compiler) add(p phrase.Phrase, u use) {
	i, ok := c.index[p]
	if !ok {
		i = len(c.phrases)
		c.index[p] = i
		c.phrases = append(c.phrases, p)
		c.set.uses = append(c.set.uses, nil)
	}
	c.set.uses[i] = append(c.set.uses[i], u)
}

// list returns the index of the list of these cues, or -1 for none.
func (c *compiler) list(cues []string) int32 {
	if len(cues) == 0 {
		return -1
	}
	key := strings.Join(cues, "\x00")
	n, ok := c.lists[key]
	if !ok {
		n = int32(len(c.lists))
		c.lists[key] = n
		for _, cue := range cues {
			c.add(phrase.Phrase{Text: cue}, use{role: asCue, n: n})
		}
	}
	return n
}

// pattern compiles the pattern of an entry. Parse has checked it.
func (c *compiler) pattern(ref entryRef, e *Entry, compiled *entry) error {
	re, err := regexp.Compile("(?i:" + e.Pattern + ")")
	if err != nil {
		return e.file.Errorf(e.path+".pattern", "the pattern does not compile: %v", err)
	}
	re.Longest()
	tree, err := syntax.Parse(e.Pattern, syntax.Perl)
	if err != nil {
		return e.file.Errorf(e.path+".pattern", "the pattern does not compile: %v", err)
	}
	p := pattern{entryRef: ref, re: re, list: compiled.near, reach: longest(tree)}
	if p.list >= 0 {
		p.reach += 4 * e.Within
	} else {
		var cues []string
		for _, word := range anchors(tree) {
			cues = append(cues, word+"*")
		}
		if p.list = c.list(cues); p.list < 0 {
			return e.file.Errorf(e.path+".pattern", "the pattern has no anchor")
		}
	}
	if e.Exact {
		p.cased = regexp.MustCompile("^(?:" + e.Pattern + ")$")
	}
	c.set.patterns = append(c.set.patterns, p)
	return nil
}

// Lexicons returns the set's lexicons in the order of their indices. Callers must
// not change it.
func (s *Set) Lexicons() []*Lexicon { return s.lexicons }

// Index returns the index of the lexicon of that name, or -1.
func (s *Set) Index(name string) int {
	if i, ok := s.index[name]; ok {
		return i
	}
	return -1
}

// Label returns the name of what was hit: the term as its author wrote it, or the
// entry's name, or its detector's.
func (s *Set) Label(h Hit) string { return s.lexicons[h.Lexicon].Entries[h.Entry].label(h.Term) }

// Detector returns the name of the detector that made the hit, or "".
func (s *Set) Detector(h Hit) string { return s.lexicons[h.Lexicon].Entries[h.Entry].Detector }
