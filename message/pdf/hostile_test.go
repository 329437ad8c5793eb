package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// deflate compresses content n times over.
func deflate(content []byte, times int) string {
	for range times {
		var out bytes.Buffer
		w := zlib.NewWriter(&out)
		_, _ = w.Write(content)
		_ = w.Close()
		content = out.Bytes()
	}
	return string(content)
}

// endless is content that keeps PDFium busy for minutes: forms that call forms.
func endless() []byte {
	var more []string
	const levels = 12
	for i := range levels {
		resources, content := "", show(5, 10, "x")
		if i < levels-1 {
			resources = fmt.Sprintf("/Resources << /XObject << /X %d 0 R >> >>", 7+i)
			content = strings.Repeat("/X Do\n", 10)
		} else {
			resources = "/Resources << /Font << /F 5 0 R >> >>"
		}
		more = append(more, stream("/Type /XObject /Subtype /Form /BBox [0 0 300 40] "+resources, content))
	}
	return spec{content: strings.Repeat("/X Do\n", 10), resources: "/XObject << /X 6 0 R >>", more: more}.bytes()
}

func TestHostileFilesAreBounded(t *testing.T) {
	good := spec{content: show(50, 700, "mrn 00412287")}.bytes()
	manyObjects := make([]string, 100_000)
	for i := range manyObjects {
		manyObjects[i] = "<< /A [1 2 3] >>"
	}
	// What a bomb runs out of first depends on the machine.
	exhausting := []collect.DefectKind{collect.DefectTooLarge, collect.DefectBomb, collect.DefectTimeout}
	tests := []struct {
		name  string
		file  []byte
		want  []collect.DefectKind // one of them; none: it is read whole
		finds string               // in the text, if it can be found
	}{
		{"cut in the middle", good[:len(good)/2], []collect.DefectKind{collect.DefectCorrupt}, ""},
		{"cut after the content", good[:bytes.Index(good, []byte("xref"))], []collect.DefectKind{collect.DefectCorrupt}, "mrn 00412287"},
		{"a cross-reference table that lies", bytes.Replace(good, []byte("\n00000000"), []byte("\n00999999"), -1), nil, "mrn 00412287"},
		{"nothing but a header", []byte("%PDF-1.7\n"), []collect.DefectKind{collect.DefectCorrupt}, ""},
		{"no PDF at all", bytes.Repeat([]byte("mrn 00412287 "), 100), []collect.DefectKind{collect.DefectCorrupt}, ""},
		{"junk before the header", append(bytes.Repeat([]byte("junk "), 100), good...), nil, "mrn 00412287"},
		{"a page tree that contains itself", file("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 4 >>"), []collect.DefectKind{collect.DefectCorrupt}, ""},
		{"a page count that lies", file("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 2000000000 >>"), []collect.DefectKind{collect.DefectCorrupt, collect.DefectTooMany}, ""},
		{"an outline that is a ring", spec{catalog: "/Outlines 6 0 R", content: show(50, 700, "mrn 00412287"), more: []string{
			"<< /First 7 0 R /Last 7 0 R >>", "<< /Title (one) /Parent 6 0 R /Next 7 0 R /First 7 0 R >>",
		}}.bytes(), nil, "mrn 00412287"},
		{"100,000 objects", spec{content: show(50, 700, "mrn 00412287"), more: manyObjects}.bytes(), nil, "mrn 00412287"},
		{"a form that draws itself", spec{content: "/X Do " + show(50, 700, "mrn 00412287"), resources: "/XObject << /X 6 0 R >>", more: []string{
			stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>", "/X Do /X Do"),
		}}.bytes(), exhausting, ""},
		{"a million brackets", spec{content: strings.Repeat("[", 1_000_000) + show(50, 700, "x")}.bytes(), nil, ""},
		{"brackets in an object", spec{content: show(50, 700, "mrn 00412287"), more: []string{strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000)}}.bytes(), nil, "mrn 00412287"},
		{"a content stream of 400 MiB", spec{}.with(stream("/Filter [/FlateDecode /FlateDecode]", deflate(make([]byte, 400<<20), 2))), exhausting, ""},
		{"a picture of a million dots a side", spec{content: "q 600 0 0 800 0 0 cm /I Do Q", resources: "/XObject << /I 6 0 R >>", more: []string{
			stream("/Type /XObject /Subtype /Image /Width 1000000 /Height 1000000 /ColorSpace /DeviceGray /BitsPerComponent 8", "x"),
		}}.bytes(), nil, ""},
		{"an attached bomb", spec{catalog: "/Names << /EmbeddedFiles << /Names [(x) 6 0 R] >> >>", more: []string{
			"<< /Type /Filespec /F (b.txt) /UF (b.txt) /EF << /F 7 0 R >> >>", stream("/Type /EmbeddedFile /Filter /FlateDecode", deflate(make([]byte, 100<<20), 1)),
		}}.bytes(), exhausting, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			limits := collect.Limits{Time: 10 * time.Second}
			start := time.Now()
			found := readWith(t, tt.file, limits, func(*collect.File, []byte) (string, bool) { return "", true })
			t.Logf("%d bytes in %v: %+v", len(tt.file), time.Since(start), found.Defects)
			if took := time.Since(start); took > limits.Time+5*time.Second {
				t.Errorf("took %v", took)
			}
			ok := len(tt.want) == 0 && len(found.Defects) == 0
			for _, kind := range tt.want {
				ok = ok || hasDefect(found, kind)
			}
			if !ok {
				t.Errorf("defects %+v, want %v", found.Defects, tt.want)
			}
			if got := part(found, "a.pdf") + part(found, "a.pdf#salvaged"); !strings.Contains(got, tt.finds) {
				t.Errorf("text %.100q, want %q in it", got, tt.finds)
			}
		})
	}
	if found := read(t, good); !strings.Contains(part(found, "a.pdf"), "mrn 00412287") {
		t.Error("after all of these, a good file is not read any more")
	}
}

// with returns the file with another content stream.
func (s spec) with(content string) []byte {
	return file(fmt.Sprintf(catalog, s.catalog), tree, fmt.Sprintf(leaf, "", ""), content, font)
}

func TestALoopIsStoppedByTheDeadline(t *testing.T) {
	if err := sandbox.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	limits := collect.Limits{Time: 500 * time.Millisecond}
	for range 2 * cap(sandbox.slots) { // so that instances which ran on would hold every slot
		found := readWith(t, endless(), limits, nil)
		if !hasDefect(found, collect.DefectTimeout) {
			t.Fatalf("defects %+v, want a timeout", found.Defects)
		}
	}
	found := read(t, spec{content: show(50, 700, "mrn 00412287")}.bytes())
	noDefects(t, found)
	if !strings.Contains(part(found, "a.pdf"), "mrn 00412287") {
		t.Error("a good file is not read after files that were stopped")
	}
}

func TestAFileThatFindsNoInstanceTimesOut(t *testing.T) {
	if err := sandbox.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	for range cap(sandbox.slots) {
		sandbox.slots <- struct{}{}
	}
	found := readWith(t, spec{content: show(50, 700, "x")}.bytes(), collect.Limits{Time: 50 * time.Millisecond}, nil)
	for range cap(sandbox.slots) {
		<-sandbox.slots
	}
	if !hasDefect(found, collect.DefectTimeout) {
		t.Errorf("defects %+v, want a timeout", found.Defects)
	}
}

func TestEncryptedFiles(t *testing.T) {
	// Encrypted with a user password that is not empty: /O and /U are any.
	encrypt := "/Encrypt 6 0 R /ID [<00> <00>]"
	dictionary := "<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + strings.Repeat("41", 32) + "> /U <" + strings.Repeat("42", 32) + "> >>"
	found := read(t, spec{content: show(50, 700, "x"), trailer: encrypt, more: []string{dictionary}}.bytes())
	if !hasDefect(found, collect.DefectEncrypted) {
		t.Errorf("defects %+v, want encrypted", found.Defects)
	}
	certificate := "<< /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s4 /V 1 >>"
	found = read(t, spec{content: show(50, 700, "x"), trailer: encrypt, more: []string{certificate}}.bytes())
	if !hasDefect(found, collect.DefectEncrypted) {
		t.Errorf("defects %+v, want encrypted", found.Defects)
	}
}

func TestPagesBeyondTheLimitAreADefect(t *testing.T) {
	kids := strings.Repeat("4 0 R ", 30)
	content := file("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids ["+kids+"] /Count 30 >>", font,
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R /Resources << /Font << /F 3 0 R >> >> >>", stream("", show(50, 700, "page")))
	found := readWith(t, content, collect.Limits{Parts: 20}, nil)
	if got := strings.Count(part(found, "a.pdf"), "page"); got != 20 || !hasDefect(found, collect.DefectTooMany) {
		t.Errorf("%d pages read, defects %+v", got, found.Defects)
	}
}

func TestWhatCannotBeOpenedIsSalvaged(t *testing.T) {
	broken := "%PDF-1.7\n" + stream("/Filter /FlateDecode", deflate([]byte(show(50, 700, "mrn 00412287")+show(50, 680, "a (b) c")), 1))
	found := read(t, []byte(broken))
	if !hasDefect(found, collect.DefectCorrupt) {
		t.Errorf("defects %+v", found.Defects)
	}
	if got := part(found, "a.pdf#salvaged"); !strings.Contains(got, "mrn 00412287") || !strings.Contains(got, "a (b) c") {
		t.Errorf("salvaged %q", got)
	}
}

func TestManyFilesAtOnce(t *testing.T) {
	content := spec{content: show(50, 700, "mrn 00412287")}.bytes()
	results := make(chan string)
	const files = 40
	for range files {
		go func() { results <- part(read(t, content), "a.pdf") }()
	}
	for range files {
		if got := <-results; !strings.Contains(got, "mrn 00412287") {
			t.Errorf("text %q", got)
		}
	}
}
