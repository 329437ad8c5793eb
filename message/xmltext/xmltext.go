// Package xmltext reads XML of any vocabulary (clinical documents, SVG, feeds):
// the text of its elements, and apart from it the values of its attributes.
package xmltext

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/plaintext"
)

// Read reads the XML file f. What is not well-formed is read as plain text too,
// and is a defect.
func Read(f *collect.File) {
	source, known := charset.Decode(f.Content, f.Charset)
	if !known || f.Charset == "" {
		if label := declaredCharset(f.Content); label != "" {
			source, known = charset.Decode(f.Content, label)
		}
	}
	if !known {
		f.Defect(collect.DefectUnsupported, "unknown character set")
	}
	text, attributes, err := render(source, f.Err)
	f.Text(text)
	if attributes != "" {
		f.Section("attributes", attributes)
	}
	if err != nil && f.Err() == nil {
		f.Defect(collect.DefectCorrupt, "XML that is not well-formed")
		f.Section("source", plaintext.Lines(source))
	}
}

// Text returns the text of the elements of XML that stands inside another format,
// and the values of its attributes, as far as it is well-formed.
func Text(source string, expired func() error) (text, attributes string) {
	text, attributes, _ = render(strings.ToValidUTF8(source, "\ufffd"), expired)
	return text, attributes
}

// render returns the text of all elements and the values of all attributes, one
// element a line.
func render(source string, expired func() error) (text, attributes string, err error) {
	decoder := xml.NewDecoder(strings.NewReader(source))
	decoder.Strict = false
	decoder.Entity = xml.HTMLEntity
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	var out, attrs strings.Builder
	for n := 0; ; n++ {
		if n&255 == 255 && expired() != nil {
			return out.String(), attrs.String(), nil
		}
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return strings.TrimSpace(out.String()), attrs.String(), nil
		}
		if err != nil {
			return strings.TrimSpace(out.String()), attrs.String(), err
		}
		switch t := token.(type) {
		case xml.StartElement:
			separate(&out, t.Name.Local)
			addAttributes(&attrs, &t)
		case xml.EndElement:
			if !cell(t.Name.Local) {
				separate(&out, t.Name.Local)
			}
		case xml.CharData:
			addText(&out, string(t))
		case xml.Comment:
			separate(&out, "")
			addText(&out, string(t))
			separate(&out, "")
		}
	}
}

// separate sets apart what stands before and after a tag, unless it is one that
// only changes how text looks.
func separate(out *strings.Builder, name string) {
	switch name {
	case "b", "i", "u", "sub", "sup", "em", "strong", "span", "content", "tspan", "a", "font":
		return
	}
	if cell(name) {
		end(out, '\t')
		return
	}
	end(out, '\n')
}

// cell reports whether elements of that name are cells of a table row.
func cell(name string) bool { return name == "td" || name == "th" }

// end writes a separator unless one of lines stands there.
func end(out *strings.Builder, separator byte) {
	s := out.String()
	if s == "" || s[len(s)-1] == '\n' || s[len(s)-1] == separator {
		return
	}
	out.WriteByte(separator)
}

// addText adds character data with runs of white space made one space.
func addText(out *strings.Builder, text string) {
	s := out.String()
	atStart := s == "" || s[len(s)-1] == '\n' || s[len(s)-1] == '\t'
	space := text != "" && isSpace(text[0])
	for word := range strings.FieldsSeq(text) {
		if space && !atStart {
			out.WriteByte(' ')
		}
		out.WriteString(word)
		atStart, space = false, true
	}
	if text != "" && isSpace(text[len(text)-1]) && !atStart {
		out.WriteByte(' ')
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func addAttributes(out *strings.Builder, e *xml.StartElement) {
	wrote := false
	for _, a := range e.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || strings.HasPrefix(a.Value, "data:") || a.Value == "" {
			continue
		}
		if wrote {
			out.WriteByte(' ')
		}
		out.WriteString(a.Name.Local + "=" + a.Value)
		wrote = true
	}
	if wrote {
		out.WriteByte('\n')
	}
}

// declaredCharset returns the encoding that the XML declaration names, or "".
func declaredCharset(content []byte) string {
	head, _, _ := strings.Cut(string(content[:min(len(content), 200)]), "?>")
	_, value, ok := strings.Cut(head, "encoding=")
	if !ok || len(value) < 2 {
		return ""
	}
	label, _, _ := strings.Cut(value[1:], value[:1])
	return label
}
