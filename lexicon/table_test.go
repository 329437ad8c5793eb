package lexicon

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// tableSet has detectors, a pattern near a cue, and a term near one.
func tableSet(t testing.TB) *Set {
	t.Helper()
	l, err := Parse("tables.toml", []byte(`
name = "tables"
[[entry]]
detector = "ssn"
[[entry]]
detector = "bank-account"
[[entry]]
detector = "swift"
[[entry]]
name = "badge"
pattern = '[A-Z]{2}[0-9]{4}'
near = ["badge"]
within = 20
[[entry]]
terms = ["positive"]
near = ["result"]
within = 10
[[test]]
text = "ssn 219-09-9998"
hits = ["ssn"]
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := Compile(l)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// found returns the hits in a text, as label=text.
func found(set *Set, text Text) []string {
	var all []string
	for _, h := range set.Scan(nil, []Text{text}) {
		all = append(all, set.Label(h)+"="+text.Content[h.Start:h.End])
	}
	return all
}

// table makes a text of a header and rows, the rows a table.
func table(header string, rows ...string) Text {
	content := header + "\n"
	start := len(content)
	content += strings.Join(rows, "\n") + "\n"
	return Text{Content: content, Tables: []Table{{Start: start, End: len(content), Columns: strings.Split(header, "\t")}}}
}

func TestColumnsSpeakForTheirCells(t *testing.T) {
	set := tableSet(t)
	for _, tt := range []struct {
		name string
		text Text
		want []string
	}{
		{"cell of the column", table("Name\tSSN", "Ann\t219099998"), []string{"ssn=219099998"}},
		{"not of another", table("SSN\tAmount", "219099998\t345678912", "\t345678912"), []string{"ssn=219099998"}},
		{"not before another", table("Amount\tSSN", "345678912\t219099998"), []string{"ssn=219099998"}},
		{"empty cells before it", table("Name\tDate\tSSN", "\t\t219099998"), []string{"ssn=219099998"}},
		{"contrary header", table("SSN\tInvoice", "219099998\t345-67-8912"), []string{"ssn=219099998"}},
		{"two kinds", table("SSN\tAccount no", "219099998\t12345678"), []string{"ssn=219099998", "bank-account=12345678"}},
		{"code without digits", table("Bank\tSWIFT", "x\tDEUTDEFFXXX"), nil},
		{"pattern near its cue", table("Badge\tRoom in the new building", "x\tCD5678", "AB1234\tEF9012"), []string{"badge=AB1234"}},
		{"term near its cue", table("Name\tResult of the long awaited test\tMood", "Ann\tpositive\tpositive"), []string{"positive=positive"}},
		{"folded text before", Text{Content: "\u00ad\u00e9\u200b\n219099998\n", Tables: []Table{{Start: 8, End: 18, Columns: []string{"SSN"}}}}, []string{"ssn=219099998"}},
		{"first line", Text{Content: "219099998", Tables: []Table{{End: 9, Columns: []string{"ssn"}}}}, []string{"ssn=219099998"}},
		{"no header", Text{Content: "219099998", Tables: []Table{{End: 9, Columns: []string{""}}}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := found(set, tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestColumnsSpeakHoweverFarDown(t *testing.T) {
	set := tableSet(t)
	rows := make([]string, 10_000)
	for i := range rows {
		rows[i] = fmt.Sprintf("%s\t%09d\t%09d", strings.Repeat("x", i%50), 219_090_000+i*7+1, 345_670_000+i*3+1)
	}
	text := table("Name\tSSN\tBalance", rows...)
	hits := set.Scan(nil, []Text{text})
	for _, h := range hits {
		if !strings.HasPrefix(text.Content[h.Start:h.End], "219") {
			t.Fatalf("hit in another column: %s", text.Content[h.Start:h.End])
		}
		if h.Why != `column "ssn"` {
			t.Fatalf("why: %s", h.Why)
		}
	}
	if len(hits) < 9_900 || len(hits) > 10_000 { // serial 0000 is impossible
		t.Errorf("%d hits", len(hits))
	}
}

func TestTablesDoNotOutliveTheirText(t *testing.T) {
	set := tableSet(t)
	with := table("Name\tSSN", "Ann\t219099998")
	without := Text{Content: with.Content[9:]}
	hits := set.Scan(nil, []Text{with, without})
	if len(hits) != 1 || hits[0].Text != 0 {
		t.Errorf("hits %+v", hits)
	}
}
