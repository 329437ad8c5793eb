package pdf

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestCacheIsUsedOnlyWhereItIsSafe(t *testing.T) {
	if os.Geteuid() < 0 {
		t.Skip("this system has no owners of files")
	}
	for _, tt := range []struct {
		name string
		make func(dir string) (string, error)
		safe bool
	}{
		{"private", func(dir string) (string, error) { return dir, os.Chmod(dir, 0o700) }, true},
		{"readable", func(dir string) (string, error) { return dir, os.Chmod(dir, 0o755) }, true},
		{"writable by all", func(dir string) (string, error) { return dir, os.Chmod(dir, 0o777) }, false},
		{"writable by all and sticky", func(dir string) (string, error) { return dir, os.Chmod(dir, 0o777|os.ModeSticky) }, false},
		{"writable by the group", func(dir string) (string, error) { return dir, os.Chmod(dir, 0o770) }, false},
		{"below one writable by all", func(dir string) (string, error) {
			inner := filepath.Join(dir, "inner")
			return inner, errors.Join(os.Mkdir(inner, 0o700), os.Chmod(dir, 0o777))
		}, false},
		{"a file", func(dir string) (string, error) {
			name := filepath.Join(dir, "file")
			return name, os.WriteFile(name, nil, 0o600)
		}, false},
		{"a link to one writable by all", func(dir string) (string, error) {
			open, link := filepath.Join(dir, "open"), filepath.Join(dir, "link")
			return link, errors.Join(os.Mkdir(open, 0o700), os.Chmod(open, 0o777), os.Symlink(open, link))
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "d")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			dir, err := tt.make(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkCache(dir); (err == nil) != tt.safe {
				t.Errorf("checkCache = %v, want safe %v", err, tt.safe)
			}
		})
	}
}
