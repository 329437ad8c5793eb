package rules

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/zixpolicy/zixpolicy/message"
)

// messages returns messages of many kinds, from nothing at all to everything at once.
func messages() []*message.Message {
	full := provocation("bob@ext.example", "ann@maine.example")
	full.Attachments = []message.Attachment{{Name: "a.zip", Type: "application/zip", Size: 5}, {Opaque: true}}
	full.Envelope.Authenticated = "ann"
	return []*message.Message{{}, read("Subject: x\n\nx\n", "bob@ext.example"), full}
}

// runsOn compiles a condition and reports whether it can be written. What has to hold
// is that it then gives an answer for every message, and the one that expr gives to
// the whole of it.
func runsOn(t *testing.T, l *language, p *Policy, source string, list []*message.Message) bool {
	t.Helper()
	c, mistakes := l.compile(source)
	if (c == nil) == (len(mistakes) == 0) {
		t.Fatalf("%q compiles to %v with mistakes %v", source, c, mistakes)
	}
	for _, m := range mistakes {
		if m.offset < 0 || m.offset > len(source) || m.message == "" {
			t.Fatalf("%q: mistake %+v", source, m)
		}
	}
	if c == nil {
		return false
	}
	program, _, err := l.program(source)
	if err != nil {
		t.Fatalf("%q: %v", source, err)
	}
	p.questions = l.questions.list
	e := newEvaluation(p)
	for _, m := range list {
		e.begin(m, time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC))
		whole, err := e.run(program)
		if err != nil {
			t.Fatalf("%q fails: %v", source, err)
		}
		if held, err := e.holds(c.clause); err != nil || held != whole {
			t.Fatalf("%q gives %t, but expr %t (%v)", source, held, whole, err)
		}
		if x, err := e.explain(c.clause); err != nil || x.Holds != whole {
			t.Fatalf("%q gives %t, explained %t (%v)", source, whole, x.Holds, err)
		}
		e.end()
	}
	return true
}

func languageOf(p *Policy) *language {
	return &language{lexicons: p.lexicons, names: declarations(), questions: &questions{}}
}

// FuzzPolicy compiles any policy file at all: it ends as rules or as mistakes.
func FuzzPolicy(f *testing.F) {
	names, _ := filepath.Glob("testdata/invalid/*.toml")
	if len(names) < 20 {
		f.Fatalf("only %d seeds", len(names))
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(shippedPolicy)
	p := load(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		l := &loader{}
		rules, errs := order(nil, l.policy(Source{Name: "policy.toml", Data: data}, false))
		c := &compiler{location: time.UTC, limits: message.DefaultLimits(), language: languageOf(p), errs: append(l.errs, errs...)}
		for _, d := range rules {
			c.tests(d, c.rule(d))
		}
		for _, err := range c.errs {
			if err.Error() == "" {
				t.Error("an error without words")
			}
		}
	})
}

// writer writes random conditions from the language's words, sensible or not.
type writer struct{ *rand.Rand }

func (w writer) pick(words ...string) string { return words[w.IntN(len(words))] }

func (w writer) text() string {
	return w.pick(`"ssn"`, `"cards"`, `"subject"`, `"body"`, `"encrypted"`, `"confidential"`, `""`, `"x"`, `"zip"`, `"10:00"`, `"(?i)x+"`, `"monday"`)
}

func (w writer) statement(depth int) string {
	if depth == 0 {
		return w.pick("true", "unscannable", "size", "subject", "sensitivity", "recipients", "attachments", "defects", "hour",
			"authenticated", "0", "7", "1.5", ".name", ".size", ".kind", "#", w.text())
	}
	sub := func() string { return w.statement(depth - 1) }
	switch w.IntN(12) {
	case 0, 1, 2:
		return "(" + sub() + w.pick(" and ", " or ", " && ", " || ") + sub() + ")"
	case 3:
		return w.pick("not ", "!", "-") + sub()
	case 4, 5:
		return sub() + w.pick(" == ", " != ", " < ", " >= ", " in ", " not in ", " contains ", " startsWith ", " matches ",
			" + ", " - ", " * ", " % ", " / ", " ?? ", "..") + sub()
	case 6, 7:
		return w.pick("lexicon", "score", "count", "tag", "defect", "in_subject", "header", "headers", "sender_in", "len", "lower", "trim") +
			"(" + w.pick(w.text(), w.text(), sub()) + ")"
	case 8:
		return w.pick("near", "between", "score", "lexicon", "defect") + "(" + w.text() + ", " + w.pick(w.text(), w.text()+", 5") + ")"
	case 9, 10:
		return w.pick("any", "all", "none", "one", "filter", "map", "count", "sum") + "(" +
			w.pick("attachments", "defects", "recipients", `headers("Subject")`, sub()) + ", " + sub() + ")"
	default:
		return "[" + sub() + ", " + sub() + "]"
	}
}

// TestWhatCompilesCannotFail writes conditions at random: whatever the language lets
// through is answered for every message.
func TestWhatCompilesCannotFail(t *testing.T) {
	p := load(t)
	l := languageOf(p)
	w := writer{rand.New(rand.NewPCG(3, 4))}
	list := messages()
	compiled := 0
	for range 30000 {
		if runsOn(t, l, p, w.statement(1+w.IntN(3)), list) {
			compiled++
		}
	}
	if compiled < 1000 {
		t.Errorf("only %d of the conditions compile", compiled)
	}
}

// FuzzCondition holds the same for any source at all, from the conditions of the
// archives.
func FuzzCondition(f *testing.F) {
	whens := regexp.MustCompile(`(?m)^when\s*=\s*'+([^'\n]*)'`)
	names, _ := filepath.Glob("testdata/*.txtar")
	seeds := 0
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, when := range whens.FindAllStringSubmatch(string(fileOf(archive, "policy.toml")), -1) {
			f.Add(when[1])
			seeds++
		}
	}
	for _, when := range whens.FindAllStringSubmatch(string(shippedPolicy), -1) {
		f.Add(when[1])
		seeds++
	}
	if seeds < 20 {
		f.Fatalf("only %d seeds", seeds)
	}
	p := load(f)
	list := messages()
	f.Fuzz(func(t *testing.T, source string) {
		if strings.Count(source, "matches") > 3 {
			return // regular expressions are Go's own, which are linear; do not fuzz them
		}
		runsOn(t, languageOf(p), p, source, list)
	})
}
