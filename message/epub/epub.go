// Package epub reads electronic books (EPUB 2 and 3): their chapters in the order of
// the book, its metadata and table of contents. Pictures and all else are handed on.
package epub

import (
	"net/url"
	"path"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/htmltext"
	"github.com/zixpolicy/zixpolicy/message/xmlscan"
	"github.com/zixpolicy/zixpolicy/message/zip"
)

// Read reads the book f.
func Read(f *collect.File) {
	b := &book{file: f, pack: zip.Open(f), entries: map[string][]int{}, read: map[int]bool{}, locked: map[string]bool{}}
	b.survey()
	b.chapters()
	b.finish()
	b.pack.Rest()
}

// book is the state of reading one book.
type book struct {
	file    *collect.File
	pack    *zip.Pack
	entries map[string][]int // by name
	read    map[int]bool
	locked  map[string]bool // names of what is encrypted

	spine     []string // names of the chapters, in order
	pages     []string // names of all pages
	metadata  strings.Builder
	contents  strings.Builder
	text      strings.Builder
	marks     []collect.Mark
	alt       strings.Builder
	links     strings.Builder
	truncated bool
}

// survey reads what the book says of itself.
func (b *book) survey() {
	var packages []int
	for i := range b.pack.Len() {
		name := b.pack.Name(i)
		b.entries[name] = append(b.entries[name], i)
		if b.file.Err() != nil {
			return
		}
		switch root := b.root(i); root {
		case "package":
			packages = append(packages, i)
		case "container":
			b.scan(i, func(*xmlscan.Scanner) {})
		case "encryption":
			b.scan(i, b.encryption)
		case "ncx":
			b.scan(i, func(s *xmlscan.Scanner) { lines(s, &b.contents) })
		case "html":
			b.pages = append(b.pages, name)
		default:
			if name == "mimetype" && len(b.pack.Peek(i, 201)) <= 200 {
				b.pack.Open(i)
			}
		}
	}
	for _, i := range packages {
		folder := path.Dir(b.pack.Name(i))
		b.scan(i, func(s *xmlscan.Scanner) { b.packageFile(s, folder) })
	}
	for name := range b.locked {
		for _, i := range b.entries[name] {
			b.pack.Open(i)
			b.read[i] = true
		}
	}
}

// root returns the root element of an entry, "" if it is no XML.
func (b *book) root(i int) string {
	head := b.pack.Peek(i, 4096)
	if len(head) == 0 || strings.IndexByte("<\xef\xff\xfe \t\r\n", head[0]) < 0 {
		return ""
	}
	return strings.ToLower(xmlscan.Root(head))
}

// scan reads an entry with read, and records what was wrong with it.
func (b *book) scan(i int, read func(*xmlscan.Scanner)) {
	e := b.pack.Open(i)
	if e == nil {
		return
	}
	b.read[i] = true
	s := xmlscan.New(e)
	read(s)
	for s.Next() != xmlscan.EOF {
		continue
	}
	err := s.Err()
	e.Close(err)
	if err == nil && s.Broken() {
		b.file.DefectIn(collect.SafeName(e.Name), collect.DefectCorrupt, "XML that is not well-formed")
	}
}

// packageFile reads metadata, the list of files and the order of chapters.
func (b *book) packageFile(s *xmlscan.Scanner, folder string) {
	items := map[string]string{}
	inside, label := false, ""
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		switch kind {
		case xmlscan.Start:
			label = string(s.Name())
			switch label {
			case "metadata":
				inside = true
			case "meta":
				if content := s.Attr("content"); content != "" {
					b.metadata.WriteString(s.Attr("name") + ": " + content + "\n")
				}
			case "item":
				items[s.Attr("id")] = resolve(folder, s.Attr("href"))
			case "itemref":
				b.spine = append(b.spine, items[s.Attr("idref")])
			}
		case xmlscan.Text:
			if text := strings.TrimSpace(string(s.Text())); text != "" && inside {
				b.metadata.WriteString(label + ": " + strings.Join(strings.Fields(text), " ") + "\n")
			}
		case xmlscan.End:
			if string(s.Name()) == "metadata" {
				inside = false
			}
		}
	}
}

// resolve returns the name of the entry that a reference in a folder means.
func resolve(folder, reference string) string {
	if plain, err := url.PathUnescape(reference); err == nil {
		reference = plain
	}
	return strings.TrimPrefix(path.Join(folder, reference), "/")
}

// encryption finds out which entries are encrypted. Fonts that are only garbled, by
// the two methods there are for that, are no defect.
func (b *book) encryption(s *xmlscan.Scanner) {
	algorithm := ""
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		if kind != xmlscan.Start {
			continue
		}
		switch string(s.Name()) {
		case "EncryptionMethod":
			algorithm = s.Attr("Algorithm")
		case "CipherReference":
			name := resolve("", s.Attr("URI"))
			font := strings.Contains(algorithm, "embedding") || strings.Contains(algorithm, "pdf/enc#RC")
			if !font || !fontName(name) {
				b.file.DefectIn(collect.SafeName(name), collect.DefectEncrypted, "an encrypted part of a book")
			}
			b.locked[name] = true
		}
	}
}

func fontName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".ttf", ".otf", ".woff", ".woff2":
		return true
	}
	return false
}

// lines writes the text of all elements, one a line.
func lines(s *xmlscan.Scanner, out *strings.Builder) {
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		if kind != xmlscan.Text {
			continue
		}
		if text := strings.Join(strings.Fields(string(s.Text())), " "); text != "" {
			out.WriteString(text + "\n")
		}
	}
}

// chapters reads all pages, those of the book's order first.
func (b *book) chapters() {
	for _, names := range [...][]string{b.spine, b.pages} {
		for _, name := range names {
			for _, i := range b.entries[name] {
				if b.file.Err() != nil {
					return
				}
				if !b.read[i] {
					b.read[i] = true
					b.chapter(i)
				}
			}
		}
	}
}

// chapter reads one page.
func (b *book) chapter(i int) {
	e := b.pack.Open(i)
	if e == nil {
		return
	}
	content, err := b.file.Expand(e.Packed, e)
	e.Close(err)
	source, _ := charset.Decode(content, xmlscan.Encoding(content))
	if declaration, rest, ok := strings.Cut(source, "?>"); ok && strings.HasPrefix(strings.TrimLeft(declaration, "\ufeff \r\n"), "<?xml") {
		source = rest // HTML would take it for a comment
	}
	page := htmltext.Render(source)
	start := b.text.Len()
	if int64(start+len(page.Text)) > b.file.TextLeft() {
		b.truncated = true
		return
	}
	b.text.WriteString(page.Text + "\n")
	for _, m := range page.Marks {
		m.Start += start
		m.End += start
		b.marks = append(b.marks, m)
	}
	b.alt.WriteString(page.Alt)
	b.links.WriteString(page.Links)
}

// finish hands all texts to the collector.
func (b *book) finish() {
	if b.truncated {
		b.file.Defect(collect.DefectTooLarge, "more text in a book than may be read")
	}
	b.file.Text(b.text.String(), b.marks...)
	for _, section := range []struct {
		name, text string
		hidden     bool
	}{{"properties", b.metadata.String(), false}, {"contents", b.contents.String(), false}, {"alt", b.alt.String(), false}, {"links", b.links.String(), true}} {
		text := strings.ToValidUTF8(section.text, "\uFFFD")
		switch {
		case text == "":
		case section.hidden:
			b.file.Section(section.name, text, collect.Mark{Kind: collect.MarkHidden, End: len(text)})
		default:
			b.file.Section(section.name, text)
		}
	}
}
