package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

var update = flag.Bool("update", false, "write the counts found to testdata/scan.json")

const scanCounts = "testdata/scan.json"

// scanCount is what scanning one corpus must find.
type scanCount struct {
	Messages int            `json:"messages"`
	Defects  int            `json:"defects"`
	Hits     map[string]int `json:"hits"`    // by lexicon
	Actions  map[string]int `json:"actions"` // messages by action
}

// mail is one stored message.
type mail struct {
	name string
	raw  []byte
}

// BenchmarkScan judges every message of a corpus with the shipped policy: what the
// milter does between the end of a message and its answer. One iteration is one pass
// over the corpus.
func BenchmarkScan(b *testing.B) {
	for _, name := range []string{"mail-enron", "mail-spamassassin"} {
		b.Run(name, func(b *testing.B) {
			mails := readMail(b, name)
			policy := shippedPolicy(b)
			size := int64(0)
			for _, m := range mails {
				size += int64(len(m.raw))
			}
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, m := range mails {
					judge(policy, m)
				}
			}
			b.ReportMetric(float64(len(mails)*b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// TestScanCounts holds what BenchmarkScan finds. A change of lexicons or readers that
// changes the counts is made visible in review by `go test ./bench -update`.
func TestScanCounts(t *testing.T) {
	found := map[string]*scanCount{}
	for _, name := range []string{"mail-enron", "mail-spamassassin"} {
		found[name] = countScan(shippedPolicy(t), readMail(t, name))
	}
	if *update {
		writeCounts(t, found)
	}
	data, err := os.ReadFile(scanCounts)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]*scanCount{}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for name, got := range found {
		w := want[name]
		if w == nil || got.Messages != w.Messages || got.Defects != w.Defects ||
			!maps.Equal(got.Hits, w.Hits) || !maps.Equal(got.Actions, w.Actions) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, w)
		}
	}
}

func countScan(policy *rules.Policy, mails []mail) *scanCount {
	c := &scanCount{Messages: len(mails), Hits: map[string]int{}, Actions: map[string]int{}}
	lexicons := policy.Lexicons().Lexicons()
	for _, m := range mails {
		read, verdict := judge(policy, m)
		c.Defects += len(read.Defects)
		c.Actions[verdict.Action.String()]++
		for _, hit := range verdict.Hits {
			c.Hits[lexicons[hit.Lexicon].Name]++
		}
	}
	return c
}

func judge(policy *rules.Policy, m mail) (*message.Message, *rules.Verdict) {
	env := message.Envelope{Sender: "alice@maine.example", Recipients: []string{"bob@ext.example"}}
	read := message.Read(context.Background(), env, m.raw, message.DefaultLimits())
	return read, policy.Evaluate(read)
}

func shippedPolicy(tb testing.TB) *rules.Policy {
	tb.Helper()
	internal, err := message.NewDomains("maine.example")
	if err != nil {
		tb.Fatal(err)
	}
	policy, err := rules.Load(rules.Options{Internal: internal})
	if err != nil {
		tb.Fatal(err)
	}
	return policy
}

// readMail reads a mail corpus, without the mbox line some files begin with.
func readMail(tb testing.TB, name string) []mail {
	tb.Helper()
	dir, err := corpus.Dir()
	if err != nil {
		tb.Skip(err)
	}
	var mails []mail
	err = filepath.WalkDir(filepath.Join(dir, name), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".txt" || d.Name() == "categories.txt" {
			return err
		}
		raw, err := os.ReadFile(path)
		if rest, found := bytes.CutPrefix(raw, []byte("From ")); found {
			_, raw, _ = bytes.Cut(rest, []byte("\n"))
		}
		mails = append(mails, mail{path, raw})
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	if len(mails) == 0 {
		tb.Fatalf("%s: no mail", name)
	}
	slices.SortFunc(mails, func(a, b mail) int { return bytes.Compare([]byte(a.name), []byte(b.name)) })
	return mails
}

func writeCounts(tb testing.TB, counts map[string]*scanCount) {
	tb.Helper()
	data, err := json.MarshalIndent(counts, "", "\t")
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(scanCounts), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(scanCounts, append(data, '\n'), 0o644); err != nil {
		tb.Fatal(err)
	}
}
