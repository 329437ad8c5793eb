package rules

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/zixpolicy/zixpolicy/message"
)

// TestVerdicts judges the message of each testdata/*.txtar by the shipped policy and
// the archive's *.toml and groups/*.txt files. The archive's comment says what is
// shown; "envelope" has lines such as "to bob@ext.example"; "verdict" is what comes
// out and "explanation", where it is there, the story of it.
func TestVerdicts(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives in testdata (%v)", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := judgeArchive(t, archive)
			if *update {
				replaceFiles(archive, got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for _, f := range archive.Files {
				if want, ok := got[f.Name]; ok && want != string(f.Data) {
					t.Errorf("%s is\n%s\nexpected\n%s", f.Name, want, f.Data)
				}
			}
			if fileOf(archive, "verdict") == nil {
				t.Error("the archive has no verdict")
			}
		})
	}
}

// judgeArchive returns what verdict and explanation should be.
func judgeArchive(t *testing.T, archive *txtar.Archive) map[string]string {
	t.Helper()
	env := message.Envelope{Sender: "ann@maine.example"}
	now := time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC) // a Wednesday
	opts := Options{Internal: internalDomains(t), Now: func() time.Time { return now }}
	scan := bufio.NewScanner(bytes.NewReader(fileOf(archive, "envelope")))
	for scan.Scan() {
		key, value, _ := strings.Cut(scan.Text(), " ")
		var err error
		switch key {
		case "from":
			env.Sender = value
		case "to":
			env.Recipients = append(env.Recipients, value)
		case "login":
			env.Authenticated = value
		case "time":
			now, err = time.Parse(time.RFC3339, value)
		case "tls":
			opts.TLS, err = message.NewDomains(strings.Fields(value)...)
		case "never-tls":
			opts.NeverTLS, err = message.NewDomains(strings.Fields(value)...)
		default:
			err = fmt.Errorf("unknown envelope line %q", scan.Text())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var files []Source
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".toml") || strings.HasPrefix(f.Name, "groups/") {
			files = append(files, Source(f))
		}
	}
	p, err := Load(opts, files...)
	if err != nil {
		t.Fatalf("the policy does not load:\n%v", err)
	}
	m := message.Read(context.Background(), env, fileOf(archive, "message.eml"), message.DefaultLimits())
	v := p.Evaluate(m)
	return map[string]string{"verdict": renderVerdict(v), "explanation": renderExplanation(p.Explain(m, v, false))}
}

// renderExplanation writes rules with the statements that decided them, and hits.
func renderExplanation(x *Explanation) string {
	var b strings.Builder
	for _, r := range x.Rules {
		fmt.Fprintf(&b, "%s → %s: holds %t", r.Name, r.Action, r.Holds)
		if r.Observe {
			b.WriteString(", observed")
		}
		if r.Skipped != "" {
			fmt.Fprintf(&b, ", skipped: %s", r.Skipped)
		}
		if len(r.Decides) > 0 {
			fmt.Fprintf(&b, ", decides for %s", strings.Join(r.Decides, " "))
		}
		if r.Because != "" {
			fmt.Fprintf(&b, ", because %q", r.Because)
		}
		b.WriteString("\n")
		if r.When != nil {
			renderDecided(&b, r.When)
		}
	}
	for _, h := range x.Hits {
		fmt.Fprintf(&b, "hit %s (%s) at %s:%d: %q %q %q\n", h.Lexicon, h.Entry, h.Part, h.Start, h.Before, h.Masked, h.After)
	}
	for _, d := range x.Unread {
		fmt.Fprintf(&b, "not read %s: %s\n", d.Part, d.Kind)
	}
	return b.String()
}

func renderDecided(b *strings.Builder, c *ClauseExplanation) {
	if c.Decided {
		fmt.Fprintf(b, "    %t %s", c.Holds, c.Text)
		for _, fact := range c.Facts {
			fmt.Fprintf(b, "; %s", fact)
		}
		b.WriteString("\n")
	}
	for i := range c.Parts {
		renderDecided(b, &c.Parts[i])
	}
}

// renderVerdict writes a verdict as the archives have it.
func renderVerdict(v *Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", v.Action, v.Rule)
	fmt.Fprintf(&b, "matched %s\n", strings.Join(v.Matched, " "))
	for _, d := range v.Recipients {
		fmt.Fprintf(&b, "to %s: %s %s", d.Recipient, d.Action, d.Rule)
		if d.Internal {
			b.WriteString("(internal)")
		}
		if d.Action == Hold {
			fmt.Fprintf(&b, ", released: %s", d.Released)
		}
		if d.Text != "" {
			fmt.Fprintf(&b, " %q", d.Text)
		}
		if modifiers := fmt.Sprintf("%+v", d.Modifiers); modifiers != fmt.Sprintf("%+v", Modifiers{}) {
			fmt.Fprintf(&b, " %s", modifiers)
		}
		b.WriteString("\n")
	}
	if v.Err != nil {
		fmt.Fprintf(&b, "error %v\n", v.Err)
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func fileOf(archive *txtar.Archive, name string) []byte {
	for _, f := range archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// replaceFiles sets the files that are expected outcomes; a verdict is added where
// there is none.
func replaceFiles(archive *txtar.Archive, got map[string]string) {
	if fileOf(archive, "verdict") == nil {
		archive.Files = append(archive.Files, txtar.File{Name: "verdict"})
	}
	for i, f := range archive.Files {
		if text, ok := got[f.Name]; ok {
			archive.Files[i].Data = []byte(text)
		}
	}
}
