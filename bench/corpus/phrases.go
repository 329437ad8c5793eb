package corpus

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// maxWords is how many words a phrase of the lists has at most.
const maxWords = 4

// Phrases returns n different phrases of one to four words, drawn evenly from drugs,
// conditions, disease titles, profanity and words beside identifiers. They are in lower
// case with single spaces between runs of letters and digits, so that every engine can
// be given the same. The first n of a longer list are the shorter list.
func Phrases(n int) ([]string, error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, name := range []string{
		"drugs-icd10cm-table-of-drugs-2019.txt", "drugs-medquad-focus.txt", "conditions-medquad-focus.txt",
		"profanity-ldnoobw-en.txt", "profanity-ldnoobw-de.txt", "profanity-ldnoobw-es.txt",
		"profanity-ldnoobw-fr.txt", "profanity-ldnoobw-it.txt",
	} {
		b, err := os.ReadFile(filepath.Join(dir, "vocab", name))
		if err != nil {
			return nil, fmt.Errorf("corpus: %w", err)
		}
		all = append(all, strings.Split(string(b), "\n")...)
	}
	titles, err := icdTitles(filepath.Join(dir, "vocab", "icd10cm-categories.csv"))
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	cues, err := identifierCues(filepath.Join(dir, "vocab", "identifier-context-presidio.json"))
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	variants, err := profanityVariants(filepath.Join(dir, "vocab", "profanity-dsojevic-en.json"))
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	phrases := distinct(slices.Concat(all, titles, cues, variants))
	if len(phrases) < n {
		return nil, fmt.Errorf("corpus: %d phrases wanted, the vocabularies have %d", n, len(phrases))
	}
	return phrases[:n], nil
}

// distinct brings lines into the form of the lists, drops what is too long, too short
// or there already, and shuffles them in the same way each time.
func distinct(lines []string) []string {
	seen := make(map[string]bool)
	var phrases []string
	for _, line := range lines {
		words := strings.FieldsFunc(strings.ToLower(line), func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
		})
		p := strings.Join(words, " ")
		if len(words) > maxWords || len(p) < 3 || seen[p] || !isASCII(line) {
			continue
		}
		seen[p] = true
		phrases = append(phrases, p)
	}
	sort.Strings(phrases)
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(phrases), func(i, j int) { phrases[i], phrases[j] = phrases[j], phrases[i] })
	return phrases
}

// isASCII reports whether s has no other characters.
func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}

// icdTitles reads the titles of diseases, and their parts between commas.
func icdTitles(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var titles []string
	for _, row := range rows {
		title := row[len(row)-1]
		titles = append(append(titles, title), strings.Split(title, ",")...)
	}
	return titles, nil
}

// identifierCues reads the words that stand beside identifiers.
func identifierCues(name string) ([]string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var groups map[string][]string
	if err := json.Unmarshal(b, &groups); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var cues []string
	for _, g := range groups {
		cues = append(cues, g...)
	}
	return cues, nil
}

// profanityVariants reads the ways of writing each profanity.
func profanityVariants(name string) ([]string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var entries []struct{ Match string }
	if err := json.Unmarshal(b, &entries); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var variants []string
	for _, e := range entries {
		variants = append(variants, strings.Split(e.Match, "|")...)
	}
	return variants, nil
}
