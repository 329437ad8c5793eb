package message

import (
	"strings"
	"testing"
)

// The defects that messages of the corpora do have, by file name. Every other
// message is read without one.
var corpusDefects = map[string]struct{ kind, reason string }{
	"malformed-base64-attach.raw": {"corrupt", "text after the end of base64"},
	"epilogue-sample.raw":         {"corrupt", "a delimiter with a character too many, so text after the end of base64"},
	"bad-header-wrap.raw":         {"corrupt", "a header line that is none ends the header for some programs, and base64 starts there"},
	"unk-encoding-part.raw":       {"corrupt", "the transfer encoding base9000"},
	"qp-utf8-header-no-break.raw": {"corrupt", "no empty line after the header, so two Content-Type fields"},
}

// awaited are the formats for which a reader may or may not be there yet; the
// tests of the readers themselves say whether they read.
var awaited = map[string]bool{
	"application/ms-tnef": true, "application/pdf": true, "application/zip": true,
}

func TestCorporaAreReadWithoutDefect(t *testing.T) {
	for _, corpus := range []struct{ name, extension string }{
		{"mail-enron", ".txt"}, {"mail-spamassassin", ".txt"}, {"mime-enmime", ".raw"},
	} {
		t.Run(corpus.name, func(t *testing.T) {
			for _, file := range corpusFiles(t, corpus.name, corpus.extension) {
				m := read(readFile(t, file))
				if len(m.Parts) == 0 && len(m.Attachments) == 0 {
					t.Errorf("%s: nothing was read", file)
				}
				for _, d := range m.Defects {
					if want := corpusDefects[file[strings.LastIndexByte(file, '/')+1:]]; string(d.Kind) != want.kind && !isAwaited(m, d) {
						t.Errorf("%s: %+v", file, d)
					}
				}
				checkComplete(t, m)
			}
		})
	}
}

// isAwaited reports whether a defect is of an attachment in an awaited format.
func isAwaited(m *Message, d Defect) bool {
	for _, a := range m.Attachments {
		if a.Path == d.Part {
			return awaited[a.Type] || strings.HasPrefix(a.Type, "application/")
		}
	}
	return false
}

// checkComplete checks that every attached file ended as text, opaque or defect,
// that paths are unique, and that offsets hold.
func checkComplete(t *testing.T, m *Message) {
	t.Helper()
	seen := make(map[string]bool)
	for _, p := range m.Parts {
		if seen[p.Path] {
			t.Errorf("two parts at %s", p.Path)
		}
		seen[p.Path] = true
		for _, mark := range p.Marks {
			if mark.Start < 0 || mark.Start > mark.End || mark.End > len(p.Text) {
				t.Errorf("%s: mark %+v in a text of %d bytes", p.Path, mark, len(p.Text))
			}
		}
		if strings.ToValidUTF8(p.Text, "") != p.Text {
			t.Errorf("%s: invalid UTF-8", p.Path)
		}
	}
	if hasDefect(m, DefectTooMany) || hasDefect(m, DefectTimeout) {
		return // from here on what is missing need not be listed
	}
	for _, a := range m.Attachments {
		if !a.Opaque && a.Size > 0 && !accountedFor(m, a.Path) {
			t.Errorf("attachment %s (%s) ended as nothing", a.Path, a.Type)
		}
	}
}

// accountedFor reports whether anything was read or is wrong at or below path.
func accountedFor(m *Message, path string) bool {
	below := func(other string) bool {
		rest, ok := strings.CutPrefix(other, path)
		return ok && rest != "#name" && (rest == "" || strings.ContainsAny(rest[:1], "/#~"))
	}
	for _, p := range m.Parts {
		if below(p.Path) {
			return true
		}
	}
	for _, d := range m.Defects {
		if below(d.Part) {
			return true
		}
	}
	for _, a := range m.Attachments {
		if a.Path != path && below(a.Path) {
			return true
		}
	}
	return false
}
