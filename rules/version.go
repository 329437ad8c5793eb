package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"github.com/zixpolicy/zixpolicy/lexicon"
)

// Version identifies what the policy was compiled from: the shipped policy and
// lexicons and the site's files, by their names and bytes. Two policies of one version
// judge alike under the same configuration.
func (p *Policy) Version() string { return p.version }

// versionOf returns the first 16 digits of a SHA-256 over all sources.
func versionOf(files []Source) string {
	h := sha256.New()
	add := func(name string, data []byte) {
		fmt.Fprintf(h, "%d %s %d\n", len(name), name, len(data))
		h.Write(data)
	}
	add(shippedName, shippedPolicy)
	for _, l := range lexicon.Builtin() {
		add("builtin:"+l.Name, []byte(l.Version))
	}
	for _, f := range files {
		add(filepath.Base(f.Name), f.Data)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
