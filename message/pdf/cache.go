package pdf

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"
)

// openCache opens the compilation cache, nil if there is none or it cannot be
// trusted.
func openCache(dir string) wazero.CompilationCache {
	if dir == "" || os.MkdirAll(dir, 0o700) != nil || checkCache(dir) != nil {
		return nil
	}
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return nil
	}
	return cache
}

// checkCache makes sure that nobody but the user of this process and root can put
// files into dir: it and every directory above it belong to one of them and are
// not writable by others, but for those above that are sticky, as /tmp is.
func checkCache(dir string) error {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Lstat(at)
		if err != nil {
			return err
		}
		owner, known := ownerOf(info)
		ours := known && (owner == os.Geteuid() || at != dir && owner == 0)
		shared := info.Mode().Perm()&0o022 != 0 && (at == dir || info.Mode()&os.ModeSticky == 0)
		if !info.IsDir() || !ours || shared {
			return fmt.Errorf("pdf: %s is not safe from other users", at)
		}
		if at == filepath.Dir(at) {
			return nil
		}
	}
}
