package rules

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

//go:embed builtin/policy.toml
var shippedPolicy []byte

// shippedName is what errors and tests call the shipped policy.
const shippedName = "builtin:policy.toml"

// Load compiles what is shipped and then the given files, which stand beside and
// over it: a lexicon of a shipped name replaces it, a rule of a shipped name adapts
// it. All tests in the given files are run, and those of the shipped files where
// there are no others: a policy whose tests fail is not returned. (A site may want
// otherwise than the shipped policy; its tests then say what it wants.) The error is
// joined of every mistake found (*tomlfile.Error).
func Load(opts Options, files ...Source) (*Policy, error) {
	p, err := Compile(opts, files...)
	if err != nil {
		return nil, err
	}
	var failed []error
	for _, result := range p.lexicons.Test() {
		failed = append(failed, result.Err)
	}
	for _, result := range p.Test() {
		failed = append(failed, result.Err)
	}
	if err := tomlfile.Join(failed...); err != nil {
		return nil, err
	}
	return p, nil
}

// Compile is Load without running the tests, for those who want to see the result of
// each: the policy may fail them, and must not judge mail.
func Compile(opts Options, files ...Source) (*Policy, error) {
	l := &loader{opts: opts, groups: groups{}}
	shipped := l.policy(Source{Name: shippedName, Data: shippedPolicy}, true)
	var site []*declared
	for _, file := range files {
		kind, err := kindOf(file)
		switch {
		case err != nil:
			l.errs = append(l.errs, err)
		case kind == kindPolicy:
			site = append(site, l.policy(file, false)...)
		case kind == kindLexicon:
			l.lexicon(file)
		case kind == kindGroup:
			l.group(file)
		}
	}
	rules, errs := order(shipped, site)
	l.errs = append(l.errs, errs...)
	p, err := l.compile(rules, len(files) == 0)
	if err != nil {
		return nil, err
	}
	p.version = versionOf(files)
	return p, nil
}

// loader collects what the files of one policy say.
type loader struct {
	opts     Options
	lexicons []*lexicon.Lexicon
	groups   groups
	own      []string // texts that the organisation adds to its messages
	errs     []error
}

// policy reads a policy file.
func (l *loader) policy(s Source, shipped bool) []*declared {
	var spec policyFile
	f, err := tomlfile.Decode(s.Name, s.Data, &spec)
	if err != nil {
		l.errs = append(l.errs, err)
		return nil
	}
	l.ownText(f, &spec.OwnText)
	return declare(f, spec.Rules, shipped)
}

// lexicon reads a site's lexicon.
func (l *loader) lexicon(s Source) {
	parsed, err := lexicon.Parse(s.Name, s.Data)
	if err != nil {
		l.errs = append(l.errs, err)
		return
	}
	for _, other := range l.lexicons {
		if other.Name == parsed.Name {
			l.errs = append(l.errs, at(s, "name", "a second lexicon %q", parsed.Name).
				WithRemedy("give one of the two another name"))
		}
	}
	l.lexicons = append(l.lexicons, parsed)
}

// group reads a group's file.
func (l *loader) group(s Source) {
	name := strings.TrimSuffix(filepath.Base(s.Name), ".txt")
	if l.groups[name] != nil {
		l.errs = append(l.errs, &tomlfile.Error{File: s.Name, Message: fmt.Sprintf("a second group %q", name)})
	}
	lines := strings.Split(string(s.Data), "\n")
	l.groups[name] = parseGroup(s.Data, func(line int, m *mistake) {
		l.errs = append(l.errs, &tomlfile.Error{File: s.Name, Line: line, Column: 1,
			Source: strings.TrimRight(lines[line-1], "\r"), Message: m.message, Remedy: m.remedy})
	})
}

// at returns an error at a key of a file that has been read before.
func at(s Source, path, format string, args ...any) *tomlfile.Error {
	var top map[string]any
	f, err := tomlfile.Decode(s.Name, s.Data, &top)
	if err != nil {
		return &tomlfile.Error{File: s.Name, Message: fmt.Sprintf(format, args...)}
	}
	return f.Errorf(path, format, args...)
}

// compile compiles lexicons and rules, with the tests of those that are to be tested.
func (l *loader) compile(rules []*declared, testShipped bool) (*Policy, error) {
	if l.opts.Limits == (message.Limits{}) {
		l.opts.Limits = message.DefaultLimits()
	}
	set, err := lexicon.Compile(slices.Concat(lexicon.Builtin(), l.examples(rules), l.lexicons)...)
	if err != nil || len(l.errs) > 0 { // rules would only be blamed for what is missing
		return nil, tomlfile.Join(append(l.errs, err)...)
	}
	p := &Policy{opts: l.opts, lexicons: set}
	if p.own, err = compileOwnText(l.own); err != nil {
		return nil, err
	}
	asked := &questions{}
	c := &compiler{location: p.now().Location(), limits: l.opts.Limits, options: l.opts, language: &language{
		lexicons: set, groups: l.groups, names: declarations(), questions: asked}}
	for _, d := range rules {
		r := c.rule(d)
		p.rules = append(p.rules, r)
		if !d.shipped || testShipped || d.adapted {
			p.tests = append(p.tests, c.tests(d, r)...)
		}
	}
	p.questions = asked.list
	if len(c.errs) > 0 {
		return nil, tomlfile.Join(c.errs...)
	}
	return p, nil
}

// examples returns those shipped examples of lexicons that a rule asks about, or that a
// site's lexicon extends. Nobody pays for the others, or finds them in a report.
func (l *loader) examples(rules []*declared) []*lexicon.Lexicon {
	return slices.DeleteFunc(lexicon.Examples(), func(example *lexicon.Lexicon) bool {
		extended := slices.ContainsFunc(l.lexicons, func(site *lexicon.Lexicon) bool { return site.Extends == example.Name })
		asked := slices.ContainsFunc(rules, func(d *declared) bool { return d.spec.When != nil && names(*d.spec.When, example.Name) })
		return !extended && !asked
	})
}

// names reports whether a condition holds the name in quotes.
func names(condition, name string) bool {
	return slices.ContainsFunc([]string{`"`, "'", "`"}, func(quote string) bool { return strings.Contains(condition, quote+name+quote) })
}
