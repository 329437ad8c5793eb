package epub

import (
	"archive/zip"
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// archive packs files, given as name and content in turn.
func archive(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
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

// read reads a book; the files in it are only listed.
func read(content []byte) collect.Found {
	depth := 0
	open := func(f *collect.File) {
		if depth++; depth == 1 {
			Read(f)
		} else {
			f.Text("content " + string(f.Content))
		}
	}
	return collect.Run(context.Background(), collect.Limits{Unpacked: 8 << 20}, open, func(root *collect.File) { root.Nested("f", content) })
}

func texts(found collect.Found) map[string]string {
	all := map[string]string{}
	for _, p := range found.Parts {
		all[p.Path] = p.Text
	}
	return all
}

const packageFile = `<package><metadata><dc:title>Book</dc:title><meta name="series" content="Long"/></metadata>` +
	`<manifest><item id="b" href="two%20b.xhtml"/><item id="a" href="one.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>`

func page(text string) string {
	return `<?xml version="1.0"?><html><head><title>t</title></head><body><p>` + text + `</p></body></html>`
}

func TestChaptersInTheOrderOfTheBook(t *testing.T) {
	got := texts(read(archive(t, "mimetype", "application/epub+zip", "META-INF/container.xml", "<container/>", "OPS/extra.xhtml", page("extra"),
		"OPS/two b.xhtml", page("two"), "OPS/one.xhtml", page(`<img alt="picture" src="x"/><a href="http://x.example">one</a>`), "OPS/book.opf", packageFile,
		"OPS/toc.ncx", "<ncx><navLabel><text>First</text></navLabel></ncx>", "OPS/a.png", "\x89PNG")))
	if body := strings.Join(strings.Fields(strings.ReplaceAll(got["f"], "\nt\n", "\n")), " "); !strings.Contains(body, "one") ||
		strings.Index(body, "one") > strings.Index(body, "two") || strings.Index(body, "two") > strings.Index(body, "extra") {
		t.Errorf("text %q", got["f"])
	}
	for path, want := range map[string]string{
		"f#properties": "title: Book\nseries: Long\n", "f#contents": "First\n", "f/OPS_a.png": "content \x89PNG",
	} {
		if got[path] != want {
			t.Errorf("%s is %q, want %q", path, got[path], want)
		}
	}
	if !strings.Contains(got["f#alt"], "picture") || !strings.Contains(got["f#links"], "http://x.example") {
		t.Errorf("alt %q, links %q", got["f#alt"], got["f#links"])
	}
}

func TestEncryptedPagesAreDefectsAndGarbledFontsAreNot(t *testing.T) {
	reference := func(method, name string) string {
		return `<EncryptedData><EncryptionMethod Algorithm="` + method + `"/><CipherData><CipherReference URI="` + name + `"/></CipherData></EncryptedData>`
	}
	found := read(archive(t, "META-INF/encryption.xml", "<encryption>"+reference("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/one.xhtml")+
		reference("http://www.idpf.org/2008/embedding", "OPS/a.otf")+reference("http://www.idpf.org/2008/embedding", "OPS/b.xhtml")+"</encryption>",
		"OPS/one.xhtml", "\x01garbage", "OPS/a.otf", "garbled", "OPS/b.xhtml", "\x02", "OPS/book.opf", packageFile))
	var parts []string
	for _, d := range found.Defects {
		parts = append(parts, string(d.Kind)+" "+d.Part)
	}
	if want := []string{"encrypted f/OPS_one.xhtml", "encrypted f/OPS_b.xhtml"}; !slices.Equal(parts, want) {
		t.Errorf("defects %q, want %q", parts, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(packageFile, page("text"))
	f.Add("<package><spine><itemref/></spine>", "<html><b>")
	f.Add(`<package><manifest><item id="a" href="../../x"/></manifest><spine><itemref idref="a"/><itemref idref="a"/></spine></package>`, "<?xml")
	f.Fuzz(func(t *testing.T, book, chapter string) {
		for _, p := range read(archive(t, "OPS/book.opf", book, "OPS/one.xhtml", chapter)).Parts {
			if !strings.HasPrefix(p.Path, "f/") && !utf8.ValidString(p.Text) {
				t.Errorf("%s: %q", p.Path, p.Text)
			}
		}
	})
}
