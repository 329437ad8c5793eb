package tomlfile

import "strings"

// Nearest returns the candidate that name most likely was meant to be, or "" where
// none is near enough to be worth suggesting. Case and the choice between "-" and
// "_" do not count. Among equally near candidates the first wins.
func Nearest(name string, candidates []string) string {
	a := plain(name)
	if len(a) > 64 { // no key or name of ours is that long
		return ""
	}
	best, limit := "", len(a)/3 // one mistake in two to five letters, two in six
	if len(a) == 2 {
		limit = 1
	}
	for _, c := range candidates {
		b := plain(c)
		if c == name || len(b) > 64 {
			continue
		}
		if d := distance(a, b); d <= limit {
			best, limit = c, d-1
		}
	}
	return best
}

func plain(s string) []rune {
	return []rune(strings.ReplaceAll(strings.ToLower(s), "-", "_"))
}

// distance is the Damerau–Levenshtein distance in its optimal string alignment
// form: insertions, deletions, substitutions, swaps of neighbours, each 1.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
