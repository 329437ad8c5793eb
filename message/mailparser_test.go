package message

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/message/htmltext"
	"github.com/zixpolicy/zixpolicy/message/plaintext"
)

// expected is a message as the mail-parser project reads it.
type expected struct {
	Attachments []int          `json:"attachments"`
	Parts       []expectedPart `json:"parts"`
}

type expectedPart struct {
	Headers []struct {
		Name  json.RawMessage            `json:"name"`
		Value map[string]json.RawMessage `json:"-"`
		Raw   json.RawMessage            `json:"value"`
	} `json:"headers"`
	Body json.RawMessage `json:"body"`
}

// body returns the kind of the part ("Text", "Html", "Binary", …) and its value.
func (p *expectedPart) body(t *testing.T) (kind string, value json.RawMessage) {
	t.Helper()
	var tagged map[string]json.RawMessage
	if err := json.Unmarshal(p.Body, &tagged); err != nil {
		t.Fatalf("body of an expected part: %v", err)
	}
	for kind, value = range tagged {
	}
	return kind, value
}

// param returns a parameter of a Content-… header of the part, or "".
func (p *expectedPart) param(header, name string) string {
	for _, h := range p.Headers {
		var field string
		if json.Unmarshal(h.Name, &field) != nil || field != header {
			continue
		}
		var value struct {
			ContentType struct {
				Attributes []struct{ Name, Value string } `json:"attributes"`
			}
		}
		_ = json.Unmarshal(h.Raw, &value) // another kind of value has no parameters
		for _, a := range value.ContentType.Attributes {
			if a.Name == name {
				return a.Value
			}
		}
	}
	return ""
}

// The messages that we read differently from mail-parser, and why ours is right.
var mailParserDifferences = map[string]string{
	"legacy/026.eml":     "a part in x-uuencode is decoded, where mail-parser leaves it encoded",
	"thirdparty/005.eml": "a delimiter in the middle of a line is none (RFC 2046): the text has 7 bytes more",
}

func TestReadsAsMailParserDoes(t *testing.T) {
	files := corpusFiles(t, "mime-mail-parser", ".eml")
	if len(files) != 107 {
		t.Errorf("%d messages, want 107", len(files))
	}
	differing := 0
	for _, file := range files {
		name := file[strings.Index(file, "mime-mail-parser/")+len("mime-mail-parser/"):]
		t.Run(name, func(t *testing.T) {
			var want expected
			if err := json.Unmarshal(readFile(t, strings.TrimSuffix(file, ".eml")+".json"), &want); err != nil {
				t.Fatal(err)
			}
			missing := lacking(t, read(readFile(t, file)), &want)
			if len(missing) > 0 {
				differing++
			}
			switch reason, known := mailParserDifferences[name]; {
			case known && len(missing) == 0:
				t.Errorf("listed as different (%s), but is not", reason)
			case !known && len(missing) > 0:
				t.Errorf("not found:\n%s", strings.Join(missing, "\n"))
			}
		})
	}
	if differing > 2 {
		t.Errorf("%d of %d messages differ, at most 2 may", differing, len(files))
	}
}

// lacking returns what of the expected texts and attachment names m does not have.
func lacking(t *testing.T, m *Message, want *expected) []string {
	t.Helper()
	var texts, names []string
	for _, p := range m.Parts {
		texts = append(texts, canonical(p.Text))
		if p.Kind == KindName {
			names = append(names, p.Text)
		}
	}
	var missing []string
	for i := range want.Parts {
		p := &want.Parts[i]
		kind, value := p.body(t)
		switch kind {
		case "Text", "Html":
			var text string
			if err := json.Unmarshal(value, &text); err != nil {
				t.Fatal(err)
			}
			if text = expectedText(p, kind, text); text != "" && !contains(texts, text) {
				missing = append(missing, kind+" "+text)
			}
		case "Message":
			var nested expected
			if err := json.Unmarshal(value, &nested); err != nil {
				t.Fatal(err)
			}
			missing = append(missing, lacking(t, m, &nested)...)
		}
	}
	for _, i := range want.Attachments {
		p := &want.Parts[i]
		for _, name := range []string{p.param("content_disposition", "filename"), p.param("content_type", "name")} {
			if name = strings.TrimSpace(name); name != "" && !contains(names, name) {
				missing = append(missing, "name "+name)
			}
		}
	}
	return missing
}

// expectedText returns the text a person sees of a part that mail-parser only
// decodes.
func expectedText(p *expectedPart, kind, text string) string {
	if kind == "Html" {
		return canonical(htmltext.Render(text).Text)
	}
	text = plaintext.Lines(text)
	if strings.EqualFold(p.param("content_type", "format"), "flowed") {
		text = plaintext.Unflow(text, strings.EqualFold(p.param("content_type", "delsp"), "yes"))
	}
	return canonical(text)
}

// contains reports whether one of the texts is the wanted one. U+FFFD in it is
// what mail-parser did not decode (undeclared 8-bit text), and stands for whatever
// we read there.
func contains(texts []string, want string) bool {
	if !strings.Contains(want, "\uFFFD") {
		return slices.Contains(texts, want)
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "\uFFFD", `[^\x00-\x7f]+`)
	matches := regexp.MustCompile(`^(?s:` + pattern + `)$`).MatchString
	return slices.ContainsFunc(texts, matches)
}

// canonical makes texts comparable that differ in line ends at the end only.
func canonical(text string) string { return strings.TrimRight(plaintext.Lines(text), "\n") }
