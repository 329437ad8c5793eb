package rules

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/message"
)

// workbook is a sheet with a column of nine bare digits under a header.
func workbook(t *testing.T, header string, rows int) []byte {
	t.Helper()
	var sheet strings.Builder
	fmt.Fprintf(&sheet, `<worksheet><sheetData><row><c t="inlineStr"><is><t>Name</t></is></c><c t="inlineStr"><is><t>%s</t></is></c><c t="inlineStr"><is><t>Balance</t></is></c></row>`, header)
	for i := range rows {
		fmt.Fprintf(&sheet, `<row><c t="inlineStr"><is><t>Person of some name %d</t></is></c><c><v>%d</v></c><c><v>%d</v></c></row>`, i, 219_091_001+i, 345_671_001+i)
	}
	sheet.WriteString(`</sheetData></worksheet>`)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range [][2]string{{"[Content_Types].xml", "<Types/>"}, {"xl/worksheets/sheet1.xml", sheet.String()}} {
		f, err := w.Create(part[0])
		if err == nil {
			_, err = f.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestColumnHeadersAreCues holds from the attached file to the hits: the header
// speaks for every row of its column, and for no other column.
func TestColumnHeadersAreCues(t *testing.T) {
	policy := load(t)
	const rows = 200
	for _, tt := range []struct {
		header string
		want   int
	}{{"SSN", rows}, {"socialSecurityNumber", rows}, {"Height", 0}} {
		m := read("Subject: report\nContent-Type: application/octet-stream; name=a.xlsx\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n"+
			base64.StdEncoding.EncodeToString(workbook(t, tt.header, rows)), "bob@ext.example")
		if len(m.Defects) > 0 {
			t.Fatalf("defects %v", m.Defects)
		}
		ssn := policy.lexicons.Index("ssn")
		var found []string
		for _, h := range policy.Evaluate(m).Hits {
			if h.Lexicon == ssn {
				found = append(found, textAt(m, h.Text, h.Start, h.End))
			}
		}
		if len(found) != tt.want || slices.ContainsFunc(found, func(s string) bool { return !strings.HasPrefix(s, "219") }) {
			t.Errorf("under %q: %d hits, want %d: %.3q", tt.header, len(found), tt.want, found)
		}
	}
}

func textAt(m *message.Message, part, start, end int) string { return m.Parts[part].Text[start:end] }
