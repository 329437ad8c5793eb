package main

import (
	"os"
	"path/filepath"

	"github.com/zixpolicy/zixpolicy/message"
)

// newReader returns what reads messages as the configuration says. The caller
// closes it.
func (c *config) newReader() (*message.Reader, error) {
	return message.NewReader(message.ReaderOptions{OCR: c.OCR, CacheDir: cacheDir(os.Getenv)})
}

// cacheDir returns where what is compiled may be kept: the service's own cache
// directory (CacheDirectory= of its systemd unit), else the user's. Empty: nowhere.
func cacheDir(getenv func(string) string) string {
	if dirs := filepath.SplitList(getenv("CACHE_DIRECTORY")); len(dirs) > 0 {
		return dirs[0]
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	if home, err := os.Stat(filepath.Dir(dir)); err != nil || !home.IsDir() {
		return "" // it is not for us to make a home
	}
	return filepath.Join(dir, "zixpolicy")
}
