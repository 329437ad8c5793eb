// Package extract measures the reading of messages: bytes a second and allocations a
// message over each corpus, beside go-message taking the same messages apart, and the
// memory of a process that reads all corpora with the PDF sandbox warm.
package extract

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // so that it decodes what we decode

	"github.com/zixpolicy/zixpolicy/bench/corpus"
	"github.com/zixpolicy/zixpolicy/message"
)

// Mail is one stored message.
type Mail struct {
	Name string
	Raw  []byte
}

// sources are the corpora, and which of their files are messages; "" makes a message
// of every file, as its attachment.
var sources = []struct{ name, extension string }{
	{"mail-enron", ".txt"},
	{"mail-spamassassin", ".txt"},
	{"mime-mail-parser", ".eml"},
	{"mime-enmime", ".raw"},
	{"att-textract", ""},
	{"att-tnef", ""},
	{"att-7z", ""},
	{"att-zip-encrypted", ""},
}

// Read returns the messages of a corpus, in the order of their names.
func Read(name, extension string) ([]Mail, error) {
	dir, err := corpus.Dir()
	if err != nil {
		return nil, err
	}
	var mails []Mail
	err = filepath.WalkDir(filepath.Join(dir, name), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !wanted(d.Name(), extension) {
			return err
		}
		raw, err := os.ReadFile(path)
		if extension == "" {
			raw = attached(d.Name(), raw)
		} else if rest, found := bytes.CutPrefix(raw, []byte("From ")); found {
			_, raw, _ = bytes.Cut(rest, []byte("\n"))
		}
		mails = append(mails, Mail{path, raw})
		return err
	})
	if err == nil && len(mails) == 0 {
		err = fmt.Errorf("extract: %s holds no messages", name)
	}
	slices.SortFunc(mails, func(a, b Mail) int { return strings.Compare(a.Name, b.Name) })
	return mails, err
}

func wanted(name, extension string) bool {
	switch name {
	case "README.md", "LICENSE", "categories.txt":
		return false
	}
	return strings.HasSuffix(name, extension)
}

// attached returns a message with one attachment, as mail programs write it.
func attached(name string, content []byte) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "Subject: a file\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=%q\r\n"+
		"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n", name)
	encoded := base64.StdEncoding.EncodeToString(content)
	for len(encoded) > 76 {
		out.WriteString(encoded[:76] + "\r\n")
		encoded = encoded[76:]
	}
	out.WriteString(encoded + "\r\n")
	return out.Bytes()
}

// size returns the bytes of all messages.
func size(mails []Mail) (n int64) {
	for _, m := range mails {
		n += int64(len(m.Raw))
	}
	return n
}

// takeApart reads a message with go-message alone: its structure, its fields and its
// bodies decoded. It returns the bytes of the bodies.
func takeApart(raw []byte) (n int) {
	entity, err := gomessage.Read(bytes.NewReader(raw))
	if entity == nil || refuses(err) {
		return 0
	}
	_ = entity.Walk(func(_ []int, e *gomessage.Entity, err error) error {
		if e == nil || refuses(err) {
			return nil
		}
		for fields := e.Header.Fields(); fields.Next(); {
			_, _ = fields.Text()
		}
		if media, _, _ := e.Header.ContentType(); !strings.HasPrefix(media, "multipart/") {
			body, _ := io.ReadAll(e.Body)
			n += len(body)
		}
		return nil
	})
	return n
}

func refuses(err error) bool {
	return err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err)
}

// textBytes returns how much text a message holds.
func textBytes(m *message.Message) (n int) {
	for i := range m.Parts {
		n += len(m.Parts[i].Text)
	}
	return n
}
