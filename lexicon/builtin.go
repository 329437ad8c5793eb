package lexicon

import (
	"embed"
	"io/fs"
	"path"
	"sync"
)

//go:embed builtin/*.toml builtin/example/*.toml
var builtinFiles embed.FS

var (
	builtin  = sync.OnceValue(func() []*Lexicon { return shipped("builtin") })
	examples = sync.OnceValue(func() []*Lexicon { return shipped("builtin/example") })
)

// shipped parses the lexicons of an embedded directory.
func shipped(dir string) []*Lexicon {
	names, err := fs.Glob(builtinFiles, dir+"/*.toml")
	if err != nil {
		panic(err)
	}
	var all []*Lexicon
	for _, name := range names {
		data, err := builtinFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		l, err := Parse("builtin:"+path.Base(name), data)
		if err != nil {
			panic(err)
		}
		all = append(all, l)
	}
	return all
}

// Builtin returns the shipped lexicons, parsed. It panics if one is broken, which
// the package's own tests rule out.
func Builtin() []*Lexicon { return append([]*Lexicon(nil), builtin()...) }

// Examples returns the lexicons that are shipped for those who ask for them: no shipped
// rule does. It panics as Builtin does.
func Examples() []*Lexicon { return append([]*Lexicon(nil), examples()...) }
