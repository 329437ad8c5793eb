package zixpolicy_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/zixpolicy/zixpolicy"

// arrows lists which of our own packages each package may import: the picture in
// docs/architecture.md. "message/*" stands for every package in that folder. A
// package that is not listed may import nothing of ours.
var arrows = map[string][]string{
	"internal/tomlfile": {},
	"lexicon/fold":      {},
	"lexicon/phrase":    {"lexicon/fold"},
	"lexicon/passage":   {"lexicon/fold"},
	"lexicon/number":    {"lexicon/fold"},
	"lexicon":           {"lexicon/fold", "lexicon/number", "lexicon/phrase", "internal/tomlfile"},
	"message/charset":   {},
	"message/collect":   {},
	"message/format":    {},
	"message/plaintext": {"message/charset", "message/collect"},
	// The readers of formats: none of them knows another but the ones of plain text and XML.
	"message/*": {"message/charset", "message/collect", "message/format", "message/plaintext", "message/xmltext"},
	// Documents that are zip archives of XML, and tables of all kinds.
	"message/xmlscan":      {"message/charset"},
	"message/grid":         {"message/collect"},
	"message/numberformat": {},
	"message/delimited":    {"message/charset", "message/collect", "message/format", "message/grid", "message/plaintext"},
	"message/jsontext":     {"message/charset", "message/collect", "message/grid"},
	"message/prose":        {"message/collect", "message/grid"},
	"message/opendocument": {"message/collect", "message/grid", "message/prose", "message/xmlscan", "message/zip"},
	"message/epub":         {"message/charset", "message/collect", "message/htmltext", "message/xmlscan", "message/zip"},
	"message/rtf":          {"message/charset", "message/collect", "message/prose"},
	"message/ooxml":        {"message/collect", "message/grid", "message/numberformat", "message/prose", "message/xmlscan", "message/zip"},
	// Microsoft's compound files, and what Outlook keeps in them and in TNEF.
	"message/cfb":     {},
	"message/mapi":    {"message/charset", "message/collect"},
	"message/tnef":    {"message/collect", "message/charset", "message/mapi"},
	"message/outlook": {"message/collect", "message/cfb", "message/mapi"},
	"message/doctext": {"message/collect", "message/charset", "message/cfb"},
	"message/xlstext": {"message/collect", "message/charset", "message/cfb", "message/grid", "message/numberformat"},
	"message/ppttext": {"message/collect", "message/charset", "message/cfb"},
	"message/compound": {
		"message/collect", "message/charset", "message/cfb", "message/outlook",
		"message/doctext", "message/xlstext", "message/ppttext",
	},
	"message":           {"message/*"},
	"rules":             {"lexicon", "lexicon/passage", "message", "internal/tomlfile"},
	"milter":            {"rules", "message", "lexicon", "milter/notice"},
	"milter/notice":     {},
	"encryptor":         {"message"},
	"encryptor/gateway": {"encryptor", "message"},
	"packaging/postfix": {},
	"cmd/zixpolicy":     {"*"},
	"cmd/zixpolicy/demo": {
		"milter", "rules", "lexicon", "message", "encryptor", "encryptor/gateway",
	},
	"bench":         {"*"},
	"bench/corpus":  {},
	"bench/curate":  {"bench/corpus", "lexicon"},
	"bench/extract": {"bench/corpus", "message"},
	"bench/quality": {"bench/corpus", "lexicon", "lexicon/number", "message", "rules"},
	"e2e":           {"*"},
}

// heavy lists third-party modules that only the named packages may import, so that
// a parser or a protocol stays in the room that owns it.
var heavy = map[string][]string{
	"github.com/d--j/go-milter":         {"milter", "cmd/zixpolicy/demo"},
	"github.com/emersion/go-message":    {"message", "message/charset", "cmd/zixpolicy/demo", "bench/extract"},
	"github.com/klippa-app/go-pdfium":   {"message/pdf"},
	"github.com/tetratelabs/wazero":     {"message/pdf"},
	"github.com/emersion/go-smtp":       {"encryptor", "encryptor/gateway", "cmd/zixpolicy/demo", "e2e"},
	"github.com/nwaples/rardecode":      {"message/rar"},
	"github.com/ulikunitz/xz":           {"message/compressed", "message/sevenzip", "message/zip"},
	"github.com/klauspost/compress":     {"message/compressed", "message/sevenzip", "message/zip"},
	"github.com/andybalholm/brotli":     {"message/sevenzip"},
	"github.com/BurntSushi/toml":        {"internal/tomlfile"},
	"github.com/expr-lang/expr":         {"rules"},
	"github.com/cloudflare/ahocorasick": {"bench"},
}

// forbidden words say nothing about what a package is for.
var forbidden = []string{"util", "utils", "common", "engine", "manager", "types", "helper", "helpers"}

// TestImportsFollowTheArchitecture parses every file in-process: a test that asked the go
// command would pass from the test cache after a violation.
func TestImportsFollowTheArchitecture(t *testing.T) {
	packages := 0
	eachGoDir(t, func(dir string, files []string) {
		packages++
		if slices.Contains(forbidden, path.Base(dir)) {
			t.Errorf("%s: a package name that says nothing", dir)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, imported := range importsOf(t, file) {
				checkImport(t, dir, file, imported)
			}
		}
	})
	if packages < len(arrows)/2 {
		t.Fatalf("saw %d packages: the walk is broken", packages)
	}
}

func checkImport(t *testing.T, dir, file, imported string) {
	t.Helper()
	if own, ok := strings.CutPrefix(imported, module+"/"); ok {
		if !mayImport(dir, own) {
			t.Errorf("%s imports %s: no such arrow in docs/architecture.md", file, own)
		}
		return
	}
	for prefix, owners := range heavy {
		if strings.HasPrefix(imported, prefix) && !slices.Contains(owners, dir) {
			t.Errorf("%s imports %s: only %v may", file, imported, owners)
		}
	}
}

// mayImport reports whether the picture has an arrow from one of our packages to another.
func mayImport(from, to string) bool {
	allowed, listed := arrows[from]
	if !listed {
		allowed = arrows[path.Dir(from)+"/*"]
	}
	return slices.ContainsFunc(allowed, func(pattern string) bool {
		return pattern == "*" || pattern == to || pattern == path.Dir(to)+"/*"
	})
}

// TestEachPackageHasOneDoc holds that a package says once what it is for.
func TestEachPackageHasOneDoc(t *testing.T) {
	eachGoDir(t, func(dir string, files []string) {
		docs, sources := 0, 0
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			sources++
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			if f.Doc != nil {
				docs++
			}
		}
		if sources > 0 && docs != 1 {
			t.Errorf("%s: %d package comments, want exactly 1", dir, docs)
		}
	})
}

// eachGoDir calls visit for each directory of this module with Go files. Directories
// with a go.mod of their own are other modules.
func eachGoDir(t *testing.T, visit func(dir string, files []string)) {
	t.Helper()
	dirs := map[string][]string{}
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); p != "." && (strings.HasPrefix(name, ".") || name == "testdata" || isModule(p)) {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(p, ".go") {
			dir := filepath.ToSlash(filepath.Dir(p))
			dirs[dir] = append(dirs[dir], p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, files := range dirs {
		if dir != "." {
			visit(dir, files)
		}
	}
}

func isModule(dir string) bool {
	found, _ := filepath.Glob(filepath.Join(dir, "go.mod"))
	return len(found) > 0
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var imports []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		imports = append(imports, p)
	}
	return imports
}
