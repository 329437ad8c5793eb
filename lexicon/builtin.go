package lexicon

import (
	"embed"
	"io/fs"
	"sync"
)

//go:embed builtin/*.toml
var builtinFiles embed.FS

var builtin = sync.OnceValue(func() []*Lexicon {
	names, err := fs.Glob(builtinFiles, "builtin/*.toml")
	if err != nil {
		panic(err)
	}
	var all []*Lexicon
	for _, name := range names {
		data, err := builtinFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		l, err := Parse("builtin:"+name[len("builtin/"):], data)
		if err != nil {
			panic(err)
		}
		all = append(all, l)
	}
	return all
})

// Builtin returns the shipped lexicons, parsed. It panics if one is broken, which
// the package's own tests rule out.
func Builtin() []*Lexicon { return append([]*Lexicon(nil), builtin()...) }
