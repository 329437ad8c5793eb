package corpus

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// cleanMail returns the bodies of business mail.
func cleanMail(dir string) (string, error) {
	var b strings.Builder
	err := eachFile(filepath.Join(dir, "mail-enron"), ".txt", func(_ string, content []byte) error {
		if _, body, ok := strings.Cut(strings.ReplaceAll(string(content), "\r\n", "\n"), "\n\n"); ok && isASCII(body) {
			b.WriteString(body)
		}
		return nil
	})
	return b.String(), err
}

// healthNotes returns notes of visits to a doctor, and answers to questions on health,
// in turn.
func healthNotes(dir string) (string, error) {
	var notes, answers []string
	for _, name := range []string{"train.csv", "valid.csv"} {
		f, err := os.Open(filepath.Join(dir, "phi-aci-bench", name))
		if err != nil {
			return "", err
		}
		rows, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		for _, row := range rows[1:] {
			notes = append(notes, row[len(row)-1])
		}
	}
	err := eachFile(filepath.Join(dir, "neg-medquad"), ".xml", func(_ string, content []byte) error {
		var document struct {
			Answers []string `xml:"QAPairs>QAPair>Answer"`
		}
		if err := xml.Unmarshal(content, &document); err != nil {
			return err
		}
		answers = append(answers, document.Answers...)
		return nil
	})
	var b strings.Builder
	for i := range max(len(notes), len(answers)) {
		for _, s := range [][]string{notes, answers} {
			if i < len(s) && isASCII(s[i]) {
				b.WriteString(s[i] + "\n\n")
			}
		}
	}
	return b.String(), err
}

// htmlMail returns the text of HTML mail.
func htmlMail(dir string) (string, error) {
	var b strings.Builder
	err := eachFile(filepath.Join(dir, "mail-spamassassin"), "", func(_ string, content []byte) error {
		if strings.HasPrefix(string(content), "From ") {
			_, rest, _ := strings.Cut(string(content), "\n")
			content = []byte(rest)
		}
		m, err := mail.ReadMessage(strings.NewReader(string(content)))
		if err != nil {
			return nil // not every file of spam is a message
		}
		for _, p := range htmlParts(m.Header.Get, m.Body) {
			b.WriteString(htmlText(p))
		}
		return nil
	})
	return b.String(), err
}

// htmlParts returns the HTML in a body, which may have parts of its own.
func htmlParts(header func(string) string, body io.Reader) []string {
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		return nil
	}
	if strings.HasPrefix(kind, "multipart/") {
		var found []string
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err != nil {
				return found
			}
			found = append(found, htmlParts(p.Header.Get, p)...)
		}
	}
	if kind != "text/html" {
		return nil
	}
	switch strings.ToLower(header("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		return nil
	}
	b, _ := io.ReadAll(body)
	return []string{latin1(b)}
}

// htmlText returns what a reader sees of HTML, with a line break for each tag that makes
// one.
func htmlText(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	hidden := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if !hidden {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			token := z.Token()
			switch token.Data {
			case "style", "script":
				hidden = token.Type == html.StartTagToken
			case "p", "br", "div", "tr", "td", "table", "li", "h1", "h2":
				b.WriteByte('\n')
			}
		}
	}
}

// manyScripts returns decoded bodies of mail in many scripts, notes set with typographic
// punctuation, and profanity of five languages.
func manyScripts(dir string) (string, error) {
	var b strings.Builder
	notes, err := healthNotes(dir)
	if err != nil {
		return "", err
	}
	notes = strings.NewReplacer("'", "’", ` "`, " “", `"`, "”", " - ", " – ", "...", "…").Replace(notes)
	err = eachFile(filepath.Join(dir, "mime-mail-parser"), ".json", func(_ string, content []byte) error {
		var message struct {
			Parts []struct{ Body json.RawMessage }
		}
		if err := json.Unmarshal(content, &message); err != nil {
			return err
		}
		for _, p := range message.Parts {
			var body struct{ Text, Html string }
			if json.Unmarshal(p.Body, &body) != nil {
				continue // a body of parts
			}
			if text := body.Text + htmlText(body.Html); !isASCII(text) {
				n := min(len(notes), len(text))
				b.WriteString(text + "\n\n" + notes[:n] + "\n\n")
				notes = notes[n:]
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	err = eachFile(filepath.Join(dir, "vocab"), ".txt", func(name string, content []byte) error {
		if strings.Contains(name, "profanity") {
			b.Write(content)
		}
		return nil
	})
	return strings.ToValidUTF8(b.String(), "\uFFFD"), err
}

// latin1 decodes b as what mail calls ISO 8859-1, unless it is UTF-8.
func latin1(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// eachFile calls do with the content of each file below dir whose name ends in suffix,
// in the order of their names.
func eachFile(dir, suffix string, do func(name string, content []byte) error) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, suffix) {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := do(path, content); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}
