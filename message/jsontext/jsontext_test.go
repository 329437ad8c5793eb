package jsontext

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

func read(source string, limits collect.Limits) collect.Found {
	return collect.Run(context.Background(), limits, Read, func(root *collect.File) { root.Nested("f", []byte(source)) })
}

// labelled writes each line of the main text with the header it has.
func labelled(f collect.Found) []string {
	var all []string
	for _, p := range f.Parts {
		if p.Path != "f" {
			continue
		}
		offset := 0
		for line := range strings.Lines(p.Text) {
			key := ""
			for _, t := range p.Tables {
				if offset >= t.Start && offset < t.End {
					key = t.Columns[0] + "="
				}
			}
			all = append(all, key+strings.TrimSuffix(line, "\n"))
			offset += len(line)
		}
	}
	return all
}

func TestValuesUnderTheirKeys(t *testing.T) {
	for _, tt := range []struct{ name, source, want string }{
		{"members", `{"ssn": 123456789, "name":"Ann"}`, "ssn=123456789|name=Ann"},
		{"lists", `{"ssns": ["a", ["b"], {"x": 1}, "c"]}`, "ssns=a|ssns=b|x=1|ssns=c"},
		{"after a nested object", `{"a": {"b": 1}, "c": null}`, "b=1|c=null"},
		{"names of programs", `{"socialSecurityNumber": 1, "tax_id": 2}`, "social Security Number=1|tax id=2"},
		{"escapes", `{"a":"\u0031\u00323 \ud83d\ude00 \u00zz \ud83d\n\/\""}`, "a=123 😀 \uFFFD00zz \uFFFD|a=/\""},
		{"a document a line", "{\"a\":1}\n{\"a\":2}\n", "a=1|a=2"},
		{"no keys", `[1, "two", true]`, "1|two|true"},
		{"cut off", `{"a": {"b": "c`, "b=c"},
		{"too many ends", `}}{"a":1}]]`, "a=1"},
		{"not JSON", "{hello: world, 'x': // y\n}", "hello=world|'x'=// y"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(labelled(read(tt.source, collect.Limits{})), "|"); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestKeysAreText(t *testing.T) {
	found := read(`{"123-45-6789": {"x": 1}, "`+strings.Repeat("k", 300)+`": 2}`, collect.Limits{})
	var all string
	for _, p := range found.Parts {
		all += p.Text + "\n"
	}
	if !strings.Contains(all, "123-45-6789") || !strings.Contains(all, strings.Repeat("k", 300)) {
		t.Errorf("keys are missing in %q", all)
	}
}

func TestMoreThanTheLimitIsADefect(t *testing.T) {
	found := read(`["`+strings.Repeat("x", 1000)+`","y","z"]`, collect.Limits{Text: 100})
	if len(found.Defects) == 0 || found.Defects[0].Kind != collect.DefectTooLarge {
		t.Errorf("defects %v", found.Defects)
	}
}

func TestManyKeysAreBounded(t *testing.T) {
	var source strings.Builder
	for i := range maxTables + 100 {
		fmt.Fprintf(&source, `{"k%d":%d}`, i%2, i)
	}
	found := read(source.String(), collect.Limits{})
	for _, p := range found.Parts {
		if p.Path == "f" && (len(p.Tables) != maxTables || !strings.HasSuffix(p.Text, fmt.Sprintf("\nk1: %d\n", maxTables+99))) {
			t.Errorf("%d tables, text ends %q", len(p.Tables), p.Text[len(p.Text)-40:])
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":"\ud83d\ude00"}],"c":null}`, `[[[[`, `{"a":"`, "}]{:,", `{"a":{"b":{"c":1}}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, p := range read(source, collect.Limits{}).Parts {
			if !utf8.ValidString(p.Text) || strings.Contains(p.Text, "\r") {
				t.Errorf("%s: %q", p.Path, p.Text)
			}
			end := 0
			for _, table := range p.Tables {
				if table.Start < end || table.End <= table.Start || table.End > len(p.Text) {
					t.Fatalf("table %+v in %d bytes after %d", table, len(p.Text), end)
				}
				end = table.End
			}
		}
	})
}
