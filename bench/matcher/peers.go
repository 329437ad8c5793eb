package matcher

import (
	"fmt"
	"regexp"
	"unsafe"

	bobusumisu "github.com/BobuSumisu/aho-corasick"
	cloudflare "github.com/cloudflare/ahocorasick"
	coregx "github.com/coregx/ahocorasick"
	re2 "github.com/wasilibs/go-re2/experimental"
)

// peers are the engines without cgo, the baseline first.
var peers = []Engine{
	{Name: "cloudflare/ahocorasick", Question: Presence, Lowered: true, Limit: 5000, Build: buildCloudflare},
	{Name: "BobuSumisu/aho-corasick", Question: Occurrences, Lowered: true, Build: buildBobuSumisu},
	{Name: "coregx/ahocorasick", Question: Occurrences, Lowered: true, Build: buildCoregx},
	{Name: "wasilibs/go-re2 Set", Question: Presence, Lowered: true, Limit: 5000, Build: buildRE2},
}

// scan is a Scanner that has nothing to close.
type scan func(text string) int

func (s scan) Scan(text string) int { return s(text) }
func (scan) Close()                 {}

// bytesOf returns the bytes of s without a copy, for engines that take only bytes.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

func buildCloudflare(phrases []string) (Scanner, error) {
	m := cloudflare.NewStringMatcher(phrases)
	return scan(func(text string) int { return len(m.Match(bytesOf(text))) }), nil
}

func buildBobuSumisu(phrases []string) (Scanner, error) {
	trie := bobusumisu.NewTrieBuilder().AddStrings(phrases).Build()
	return scan(func(text string) int {
		n := 0
		trie.Walk(bytesOf(text), func(_, _, _ int64) bool {
			n++
			return true
		})
		return n
	}), nil
}

func buildCoregx(phrases []string) (Scanner, error) {
	automaton, err := coregx.NewBuilder().AddStrings(phrases).Build()
	if err != nil {
		return nil, fmt.Errorf("coregx/ahocorasick: %w", err)
	}
	return scan(func(text string) int { return len(automaton.FindAllOverlapping(bytesOf(text))) }), nil
}

func buildRE2(phrases []string) (Scanner, error) {
	quoted := make([]string, len(phrases))
	for i, p := range phrases {
		quoted[i] = regexp.QuoteMeta(p)
	}
	set, err := re2.CompileSetWithOptions(quoted, re2.CompileOptions{})
	if err != nil {
		return nil, fmt.Errorf("go-re2: %w", err)
	}
	return scan(func(text string) int { return len(set.FindAllString(text, len(quoted))) }), nil
}
