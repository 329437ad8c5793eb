package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message"
)

// developmentMail returns the files of the development mail outside the repository.
func developmentMail(t testing.TB) (files []string) {
	root := filepath.Join("..", "..", "..", "shared", "corpus")
	for _, pattern := range []string{"mail-enron/[0-9]/*.txt", "mail-spamassassin/easy-ham-2/*"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, names...)
	}
	if len(files) == 0 {
		t.Skip("the development mail is not beside the repository")
	}
	return files
}

// candidateWithTerm returns a policy directory that holds messages with one term.
func candidateWithTerm(t testing.TB, term string) string {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"lexicon.toml": "name = \"added\"\n[[entry]]\nterms = [\"" + term + "\"]\n",
		"rule.toml":    "[[rule]]\nname = \"added\"\nwhen = 'lexicon(\"added\")'\naction = \"hold\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestReplayReportsExactlyTheMessagesWithTheAddedTerm compares with a search for the
// word by a regular expression in what message.Read finds.
func TestReplayReportsExactlyTheMessagesWithTheAddedTerm(t *testing.T) {
	files := developmentMail(t)
	word := regexp.MustCompile(`(?i)\bcalifornia\b`)
	var want []string
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m := message.Read(t.Context(), message.Envelope{}, raw, message.DefaultLimits())
		if slices.ContainsFunc(m.Parts, func(p message.Part) bool { return word.MatchString(p.Text) }) {
			want = append(want, name)
		}
	}
	if len(want) < 10 || len(want) > len(files)/2 {
		t.Fatalf("%d of %d messages have the word: it decides nothing", len(want), len(files))
	}
	config := filepath.Join(t.TempDir(), "zixpolicy.toml")
	if err := os.WriteFile(config, []byte("internal_domains = [\"inside.example\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	args := append([]string{"replay", "--json", "--recipient", "bob@ext.example", "--config", config,
		"--candidate", candidateWithTerm(t, "california")}, files...)
	if status := run(context.Background(), args, strings.NewReader(""), &stdout, &stderr); status != exitFound || stderr.Len() > 0 {
		t.Fatalf("exit %d\n%s", status, &stderr)
	}
	var result comparison
	if err := json.Unmarshal(stdout.Bytes(), &result); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range result.Changes {
		if c.Candidate.Action != "hold" || c.Candidate.Rule != "added" || len(c.Gained) == 0 || len(c.Lost) != 0 {
			t.Errorf("%s: %+v", c.Message, c)
		}
		got = append(got, c.Message)
	}
	if result.Messages != len(files) || result.Unread != 0 || !slices.Equal(got, want) {
		t.Errorf("%d messages, %d unread, changed:\n%s\nwant:\n%s",
			result.Messages, result.Unread, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestReplayPageEscapesWhatItQuotes(t *testing.T) {
	c := newComparison()
	hostile := side{Action: "encrypt", Rule: `"><script>`, Matched: []string{`<img src=x>`}}
	c.add(replayed{
		live: outcome{action: "encrypt", rule: `"><script>`}, candidate: outcome{action: "deliver"},
		change: &change{Message: "<b>\x1b.eml", Effect: effectMilder, Live: hostile, Candidate: side{Action: "deliver"}},
	})
	var page strings.Builder
	if err := c.writeHTML(&page, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"<script", "<img", "<b>\x1b"} {
		if strings.Contains(page.String(), never) {
			t.Errorf("the page has %q", never)
		}
	}
	for _, always := range []string{"1 of 1 message would", "23 November 2026, 10:00 UTC", `class="alarm"`, "&lt;b&gt;"} {
		if !strings.Contains(page.String(), always) {
			t.Errorf("the page has no %q", always)
		}
	}
}

func TestReplayPageSaysWhatItLeavesOut(t *testing.T) {
	c := newComparison()
	for range changesOnPage + 3 {
		c.add(replayed{live: outcome{action: "deliver"}, candidate: outcome{action: "encrypt"},
			change: &change{Message: "m", Effect: effectStricter, Live: side{Action: "deliver"}, Candidate: side{Action: "encrypt"}}})
	}
	var page strings.Builder
	if err := c.writeHTML(&page, time.Now()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), "<strong>3 messages more</strong> would change") {
		t.Error("the page does not say that 3 are left out")
	}
}

func TestChartIsBrokenOnlyWhereABarIsLongerThanDrawn(t *testing.T) {
	c := newChart([]*beforeNow{{"deliver", 1599, 1564}, {"encrypt", 32, 1}, {"hold", 0, 64}, {"reject", 0, 0}})
	if len(c.Rows) != 3 || !c.Broken || c.Height != 3*chartRowHeight {
		t.Fatalf("%+v", c)
	}
	var lengths []int
	for _, r := range c.Rows {
		lengths = append(lengths, r.Bars[0].Length, r.Bars[1].Length)
	}
	if want := []int{400, 400, 200, 6, 0, 400}; !slices.Equal(lengths, want) {
		t.Errorf("bars are %v long, want %v", lengths, want)
	}
	if c := newChart([]*beforeNow{{"deliver", 7, 7}}); c.Broken || c.Rows[0].Bars[1].Length != chartBarLength {
		t.Errorf("all delivered: %+v", c)
	}
}

func TestProgress(t *testing.T) {
	for _, test := range []struct {
		name     string
		terminal bool
		total    int64
		step     time.Duration
		want     string
	}{
		{"a bar on a terminal", true, 100, time.Second,
			"\r\x1b[K 50 %  [███████████████···············]  note, 1s left\r\x1b[K100 %  [██████████████████████████████]  note\r\x1b[K"},
		{"not more often than it can be read", true, 100, time.Millisecond, "\r\x1b[K"},
		{"lines elsewhere", false, 100, 6 * time.Second, " 50 %  note, 6s left\n100 %  note\n"},
		{"lines every few seconds", false, 100, time.Second, ""},
		{"of unknown length", false, 0, 6 * time.Second, "note\nnote\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			now := time.Unix(0, 0)
			p := newProgress(&out, test.total)
			p.terminal, p.now, p.started, p.drawn = test.terminal, func() time.Time { return now }, now, now
			for range 2 {
				now = now.Add(test.step)
				p.add(50, func() string { return "note" })
			}
			p.end()
			if out.String() != test.want {
				t.Errorf("got  %q\nwant %q", out.String(), test.want)
			}
		})
	}
}
