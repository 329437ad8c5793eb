package tomlfile

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/BurntSushi/toml"
)

// FuzzIndex holds the index against the parser: in a valid document every value
// the parser finds has its place, and what stands there decodes to that value;
// and the index has no key that the parser does not find.
func FuzzIndex(f *testing.F) {
	seeds, _ := filepath.Glob("testdata/*/*.toml")
	if len(seeds) == 0 {
		f.Fatal("no seeds in testdata/*/*.toml")
	}
	for _, seed := range seeds {
		data, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, src string) {
		file := newFile("fuzz.toml", src)
		root, deep := index(file.src)
		if deep >= 0 {
			return
		}
		file.root = root
		var tree map[string]any
		if err := toml.Unmarshal([]byte(file.src), &tree); err != nil {
			_ = file.syntaxError(err).Error()
			return
		}
		compare(t, file, "", root, tree)
	})
}

func compare(t *testing.T, f *File, path string, n *node, v any) {
	if found, ok := f.find(path); !ok || found != n {
		t.Fatalf("path %s is not found", path)
	}
	switch v := v.(type) {
	case map[string]any:
		if len(n.keys) != len(v) {
			t.Fatalf("%s: keys %v, want %v", path, maps.Keys(n.keys), maps.Keys(v))
		}
		for key, value := range v {
			if n.keys[key] == nil {
				t.Fatalf("%s: no key %q", path, key)
			}
			compare(t, f, joinPath(path, key), n.keys[key], value)
		}
	case []any, []map[string]any:
		list := reflect.ValueOf(v)
		if len(n.elems) != list.Len() {
			t.Fatalf("%s: %d elements, want %d", path, len(n.elems), list.Len())
		}
		for i := range list.Len() {
			compare(t, f, fmt.Sprintf("%s[%d]", path, i), n.elems[i], list.Index(i).Interface())
		}
	default:
		compareScalar(t, f, path, n, v)
	}
}

func compareScalar(t *testing.T, f *File, path string, n *node, v any) {
	text := f.src[n.start:n.end]
	var alone map[string]any
	if err := toml.Unmarshal([]byte("v = "+text), &alone); err != nil {
		t.Fatalf("%s: %q does not decode: %v", path, text, err)
	}
	if fmt.Sprint(alone["v"]) != fmt.Sprint(v) {
		t.Fatalf("%s: %q decodes to %v, want %v", path, text, alone["v"], v)
	}
	if s, ok := v.(string); ok {
		for offset := range len(s) {
			if at := n.inside(f.src, offset); at != n.start && f.src[at-offset:at] != s[:offset] {
				t.Fatalf("%s: byte %d of %q is not at %d", path, offset, s, at)
			}
		}
	}
}

// TestFuzzSeedsIncludeValidDocuments keeps FuzzIndex from comparing nothing.
func TestFuzzSeedsIncludeValidDocuments(t *testing.T) {
	valid, _ := filepath.Glob("testdata/valid/*.toml")
	if len(valid) == 0 {
		t.Fatal("no testdata/valid/*.toml")
	}
	for _, name := range valid {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var v map[string]any
		if _, err := Decode(name, data, &v); err != nil || len(v) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
