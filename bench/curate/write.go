package main

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/zixpolicy/zixpolicy/lexicon"
)

// marker begins the part of the lexicon that is made.
const marker = "# ---- from public vocabularies: made by go run ./bench/curate, do not edit below ----\n"

const credit = `#
# Conditions, tests and drugs: names of the topics of MedQuAD (Asma Ben Abacha, Dina
# Demner-Fushman; github.com/abachaa/MedQuAD, CC BY 4.0), changed: selected and brought
# into the order of speech. Diseases and substances: ICD-10-CM and its Table of Drugs and
# Chemicals (CDC/NCHS, public domain), changed likewise.
`

// maxCode is the length of a code of ICD-10-CM up to which titles are diseases as people
// call them; longer ones add the joint or the side.
const maxCode = 4

// healthTerms makes the entries of health terms that stand below what was written by
// hand, and repeat none of it.
func healthTerms(v *vocabularies, written []byte) ([]byte, error) {
	l, err := lexicon.Parse("health-terms.toml", written)
	if err != nil {
		return nil, err
	}
	var known []string
	for _, e := range l.Entries {
		known = append(known, e.Terms...)
	}
	s := newSelector(known)
	var titles []string
	for _, c := range v.icd {
		if c.id[0] < 'V' && len(c.id) <= maxCode { // the rest are accidents, and reasons for a visit
			titles = append(titles, c.title)
		}
	}
	var b bytes.Buffer
	b.WriteString(credit)
	for _, list := range []struct {
		name     string
		variants bool
		terms    []string
	}{
		{"tests of the vocabularies", true, s.take(v.conditions, examination)},
		{"conditions of the vocabularies", true, s.take(slices.Concat(v.conditions, titles), condition)},
		{"drugs of the vocabularies", false, slices.Concat(
			s.take(substances(v.drugs), medicine), s.take(v.substances, chemical))},
	} {
		writeEntry(&b, list.name, []string{"weight = 2", fmt.Sprintf("variants = %t", list.variants)}, list.terms)
	}
	return b.Bytes(), nil
}

// width is how long lines of terms get.
const width = 150

// writeEntry writes one entry: its name, its other keys as they are, its terms in order.
func writeEntry(b *bytes.Buffer, name string, keys, terms []string) {
	sort.Strings(terms)
	fmt.Fprintf(b, "\n[[entry]]\nname = %q\n%s\nterms = [", name, strings.Join(keys, "\n"))
	column := width
	for _, term := range terms {
		if column+len(term)+4 > width {
			b.WriteString("\n ")
			column = 1
		}
		n, _ := fmt.Fprintf(b, " %q,", term)
		column += n
	}
	b.WriteString("\n]\n")
}

// icd10List writes the codes of ICD-10-CM, one category a line: the category, then
// what follows it in its codes.
func icd10List(codes []code) []byte {
	by := map[string][]string{}
	var categories []string
	codes = append(slices.Clone(codes), code{id: "U07"}, code{id: "U070"}, code{id: "U071"}, code{id: "U09"}, code{id: "U099"}) // since 2020
	for _, c := range codes {
		id := strings.ToUpper(c.id)
		category := id[:3]
		if by[category] == nil {
			categories = append(categories, category)
			by[category] = []string{""}
		}
		if len(id) > 3 {
			by[category] = append(by[category], id[3:])
		}
	}
	sort.Strings(categories)
	var b bytes.Buffer
	for _, category := range categories {
		rest := by[category]
		sort.Strings(rest)
		b.WriteString(category + strings.Join(slices.Compact(rest), " ") + "\n")
	}
	return b.Bytes()
}
