package message

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	gomessage "github.com/emersion/go-message"
)

// readOtherwise lists the messages of which go-message makes text what is none.
var readOtherwise = map[string]string{
	"004.eml":          "multipart/digest: its parts are messages, go-message shows their header as text",
	"007.eml":          "multipart/digest, likewise",
	"001.eml":          "a delimiter of the outer multipart ends the inner one, which go-message reads over",
	"chardet-fail.raw": "a GIF that is declared text/plain",
}

// TestReadsWhatGoMessageReads holds Read against a second, stricter reader of mail:
// every line of plain text that go-message finds in a corpus must be found here too.
func TestReadsWhatGoMessageReads(t *testing.T) {
	lines := 0
	for corpus, extension := range map[string]string{
		"mail-enron": ".txt", "mail-spamassassin": ".txt", "mime-mail-parser": ".eml", "mime-enmime": ".raw",
	} {
		for _, name := range corpusFiles(t, corpus, extension) {
			n, missed := compareTexts(readFile(t, name))
			lines += n
			if _, explained := readOtherwise[filepath.Base(name)]; explained && len(missed) > 0 {
				continue
			}
			for _, line := range missed {
				t.Errorf("%s: we do not read %q", name, line)
			}
		}
	}
	if lines < 20_000 {
		t.Errorf("compared %d lines only: the walk is broken", lines)
	}
}

// compareTexts returns how many lines go-message reads, and those that we do not.
func compareTexts(raw []byte) (lines int, missed []string) {
	ours := ""
	for _, text := range plainTexts(raw) {
		if ours == "" {
			ours = ourText(raw)
		}
		for line := range strings.Lines(text) {
			lines++
			if line = squeeze(line); !strings.Contains(ours, line) {
				missed = append(missed, line)
			}
		}
	}
	return lines, missed
}

// plainTexts returns the texts of the plain parts, as far as go-message gets.
func plainTexts(raw []byte) []string {
	entity, err := gomessage.Read(bytes.NewReader(raw))
	if err != nil {
		return nil
	}
	var texts []string
	_ = entity.Walk(func(_ []int, part *gomessage.Entity, err error) error {
		if err != nil {
			return err
		}
		if mediaType, _, _ := part.Header.ContentType(); mediaType != "text/plain" {
			return nil
		}
		text, err := io.ReadAll(part.Body)
		if err == nil {
			texts = append(texts, string(text))
		}
		return err
	})
	return texts
}

func ourText(raw []byte) string {
	var all strings.Builder
	for _, part := range read(raw).Parts {
		all.WriteString(squeeze(part.Text))
	}
	return all.String()
}

// squeeze drops what the two may differ in: white space, controls, and the marks of
// what a character set cannot express.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar || r > unicode.MaxASCII {
			return -1
		}
		return r
	}, s)
}
