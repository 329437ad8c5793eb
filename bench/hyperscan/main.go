// Command hyperscan measures the phrase matcher against Hyperscan, which is in C, and
// all the engines of ../matcher. It needs cgo and libhyperscan-dev, and is a module of
// its own so that nothing else does.
package main

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/bench/matcher"
)

func main() {
	matcher.Main([]matcher.Engine{
		{
			Name: matcher.HyperscanLiterals, Question: matcher.Occurrences,
			Build: func(phrases []string) (matcher.Scanner, error) { return build(phrases, false) },
		},
		{
			Name: matcher.HyperscanWords, Question: matcher.SpacedWords, Limit: 5000,
			Build: func(phrases []string) (matcher.Scanner, error) {
				expressions := make([]string, len(phrases))
				for i, p := range phrases {
					expressions[i] = `\b` + strings.ReplaceAll(p, " ", `\s+`) + `\b`
				}
				return build(expressions, true)
			},
		},
	})
}
