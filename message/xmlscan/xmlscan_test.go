package xmlscan

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// tokens writes a document's tokens one a line, joined texts as one.
func tokens(s *Scanner) []string {
	var all []string
	text := ""
	flush := func() {
		if text != "" {
			all = append(all, "text "+text)
		}
		text = ""
	}
	for {
		kind := s.Next()
		if kind != Text {
			flush()
		}
		switch kind {
		case EOF:
			return all
		case Start:
			line := "start " + string(s.Name())
			for name, value := range s.Attrs() {
				line += " " + name + "=" + value
			}
			all = append(all, line)
		case End:
			all = append(all, "end "+string(s.Name()))
		case Text:
			text += string(s.Text())
		case Aside:
			all = append(all, "aside "+string(s.Text()))
		}
	}
}

var documents = []struct {
	name, source string
	want         []string
	broken       bool
}{
	{"elements", `<a:b x="1" r:y='2&amp;3'>t<c/>u</a:b>`, []string{"start b x=1 y=2&3", "text t", "start c", "end c", "text u", "end b"}, false},
	{"entities", `<a>&lt;&#65;&#x42;&amp;&nosuch;&</a>`, []string{"start a", "text <AB&&nosuch;&", "end a"}, false},
	{"sections", `<a>x<![CDATA[<b>&amp;]]>y<!-- no --></a>`, []string{"start a", "text x<b>&amp;y", "aside  no ", "end a"}, false},
	{"declaration", `<?xml version="1.0"?><!DOCTYPE a><a xmlns:q="u" xmlns="v"/>`, []string{`aside xml version="1.0"`, "aside <!DOCTYPE a>", "start a", "end a"}, false},
	{"entities of its own", `<!DOCTYPE a [<!ENTITY s "1">]><a>&s;</a>`, []string{`aside <!DOCTYPE a [<!ENTITY s "1">]>`, "start a", "text &s;", "end a"}, true},
	{"greater in a value", `<a x="1>2">t</a>`, []string{"start a x=1>2", "text t", "end a"}, false},
	{"less that opens nothing", `<a>1 < 2</a>`, []string{"start a", "text 1 < 2", "end a"}, true},
	{"a tag that is cut by another", `<a <b>t</b></a>`, []string{"start a", "start b", "text t", "end b", "end a"}, true},
	{"a tag without end", `<a>t<b x="`, []string{"start a", `text t<b x="`}, true},
	{"elements left open", `<a><b>t</b>`, []string{"start a", "start b", "text t", "end b"}, true},
	{"an end too many", `<a></a></a>`, []string{"start a", "end a", "end a"}, true},
	{"a comment without end", `<a>t<!-- u`, []string{"start a", "text t", "aside  u"}, true},
	{"nothing", ``, nil, true},
	{"no XML", `hello`, []string{"text hello"}, true},
	{"latin-1", "<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>", []string{"aside xml version='1.0' encoding='iso-8859-1'", "start a", "text é", "end a"}, false},
	{"utf-16", "\xff\xfe<\x00a\x00>\x00\xe9\x00<\x00/\x00a\x00>\x00", []string{"start a", "text é", "end a"}, false},
	{"utf-8 with a mark", "\xef\xbb\xbf<a/>", []string{"start a", "end a"}, false},
}

func TestTokens(t *testing.T) {
	for _, tt := range documents {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tt.source), iotest.OneByteReader(strings.NewReader(tt.source))} {
				s := New(r)
				if got := joinAsides(tokens(s)); !slices.Equal(got, tt.want) {
					t.Errorf("got  %q\nwant %q", got, tt.want)
				}
				if s.Broken() != tt.broken {
					t.Errorf("broken is %v", s.Broken())
				}
			}
		})
	}
}

// joinAsides joins pieces of one aside.
func joinAsides(all []string) []string {
	var out []string
	for _, token := range all {
		if more, ok := strings.CutPrefix(token, "aside "); ok && len(out) > 0 && strings.HasPrefix(out[len(out)-1], "aside ") && !strings.HasPrefix(more, "<!DOC") {
			out[len(out)-1] += more
			continue
		}
		out = append(out, token)
	}
	return out
}

func TestAttributesWithAndWithoutPrefix(t *testing.T) {
	s := New(strings.NewReader(`<p:sldId r:id="rId2" id="256" w:val="x"/>`))
	s.Next()
	if s.Attr("id") != "256" || s.Prefixed("id") != "rId2" || s.Attr("val") != "x" || s.Attr("none") != "" {
		t.Errorf("id %q, r:id %q, val %q", s.Attr("id"), s.Prefixed("id"), s.Attr("val"))
	}
}

func TestReadingErrorIsKept(t *testing.T) {
	s := New(io.MultiReader(strings.NewReader("<a>t"), iotest.ErrReader(io.ErrUnexpectedEOF)))
	tokens(s)
	if s.Err() != io.ErrUnexpectedEOF || !s.Broken() {
		t.Errorf("err %v, broken %v", s.Err(), s.Broken())
	}
}

// FuzzTokens holds that what encoding/xml accepts is read alike, and that nothing
// makes the scanner panic or go on for ever.
func FuzzTokens(f *testing.F) {
	for _, d := range documents {
		f.Add(d.source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		s := New(iotest.OneByteReader(strings.NewReader(source)))
		got := tokens(s)
		if len(got) > 2*len(source)+2 {
			t.Fatalf("%d tokens of %d bytes", len(got), len(source))
		}
		want, ok := reference(source)
		if !ok || s.Broken() {
			return
		}
		var text string
		for _, token := range got {
			if piece, ok := strings.CutPrefix(token, "text "); ok {
				text += piece
			}
		}
		if text != want {
			t.Errorf("text %q, encoding/xml reads %q", text, want)
		}
	})
}

// reference returns the text of a document as encoding/xml reads it, false where it
// does not or where it means something else by design.
func reference(source string) (string, bool) {
	if strings.ContainsAny(source, "\r") || strings.Contains(source, "<?xml") || strings.Contains(source, "&nbsp;") || strings.Contains(strings.ReplaceAll(strings.ReplaceAll(source, "<!--", ""), "<![CDATA[", ""), "<!") || strings.HasPrefix(source, "\xef\xbb\xbf") {
		return "", false
	}
	d := xml.NewDecoder(strings.NewReader(source))
	var text string
	for {
		token, err := d.Token()
		if err == io.EOF {
			return text, true
		}
		if err != nil {
			return "", false
		}
		if data, ok := token.(xml.CharData); ok {
			text += string(data)
		}
	}
}
