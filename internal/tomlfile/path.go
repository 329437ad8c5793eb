package tomlfile

import (
	"strconv"
	"strings"
)

// joinPath appends a key to a path as File.Errorf takes it.
func joinPath(path, key string) string {
	if !bareKey(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// nextStep takes the first step off a path: a key (i is -1) or an index.
func nextStep(path string) (key string, i int, rest string, ok bool) {
	if path[0] == '[' {
		number, rest, found := strings.Cut(path[1:], "]")
		i, err := strconv.Atoi(number)
		return "", i, rest, found && err == nil && i >= 0
	}
	path = strings.TrimPrefix(path, ".")
	if strings.HasPrefix(path, `"`) {
		quoted, err := strconv.QuotedPrefix(path)
		if err != nil {
			return "", 0, "", false
		}
		key, err = strconv.Unquote(quoted)
		return key, -1, path[len(quoted):], err == nil
	}
	n := span(path, ".[")
	return path[:n], -1, path[n:], n > 0
}

// bareKey reports whether a key needs no quotes in TOML.
func bareKey(key string) bool {
	for _, c := range key {
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return key != ""
}
