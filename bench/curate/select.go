package main

import (
	_ "embed"
	"regexp"
	"strings"
)

// leaveOut is what the rules would take and a reader would not: a word or phrase a
// line, # begins a comment.
//
//go:embed leave-out.txt
var leaveOutFile string

// Bounds of a term.
const (
	minWord  = 6 // letters of a term of one word
	maxWords = 4
)

var plain = regexp.MustCompile(`^[a-z][a-z' -]*[a-z]$`)

// selector takes terms, each once.
type selector struct {
	seen map[string]bool
}

// newSelector returns a selector that knows the terms there are already.
func newSelector(written []string) *selector {
	s := &selector{seen: map[string]bool{}}
	for _, term := range written {
		s.seen[form(term)] = true
	}
	for _, line := range strings.Split(leaveOutFile, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			s.seen[form(line)] = true
		}
	}
	return s
}

// form is how terms are compared.
func form(term string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(term), func(r rune) bool { return r == ' ' || r == '-' || r == '\'' }), " ")
}

// take returns those of the titles that make a term, in the order of the list.
func (s *selector) take(titles []string, makesTerm func(words []string) bool) []string {
	var terms []string
	for _, title := range titles {
		term := inSpeech(title)
		words := strings.Fields(term)
		if !plain.MatchString(term) || len(words) > maxWords || s.seen[form(term)] || !makesTerm(words) {
			continue
		}
		s.seen[form(term)] = true
		terms = append(terms, term)
	}
	return terms
}

// condition reports whether the words name a disease, a treatment or a test.
func condition(words []string) bool {
	medical := false
	for _, w := range words {
		if stop[w] {
			return false
		}
		medical = medical || medicalWord(w)
	}
	last := words[len(words)-1]
	if len(words) == 1 {
		return len(last) >= minWord && endsIn(last, endings, 3)
	}
	if len(last) < 3 || relations[last] {
		return false
	}
	if poisons[last] {
		return false // the substance itself is what counts
	}
	if medical || nouns[last] && !loose[last] {
		return true
	}
	if !loose[last] {
		return false
	}
	for _, w := range words[:len(words)-1] {
		if body[w] {
			return true
		}
	}
	return false
}

// poisons are what may follow the name of any substance.
var poisons = wordSet(`overdose poisoning toxicity`)

// examination reports whether the words name a test of a laboratory or a clinic.
func examination(words []string) bool {
	if len(words) < 2 {
		return false
	}
	for _, w := range words {
		if stop[w] {
			return false
		}
	}
	last := strings.Join(words[len(words)-2:], " ")
	switch last {
	case "blood test", "urine test", "antibody test", "skin test", "stain test", "stool test", "csf test", "antigen test", "genetic test", "hormone test":
		return len(words) > 2
	}
	switch words[len(words)-1] {
	case "biopsy", "culture", "smear", "endoscopy", "angiography", "scan", "titer", "electrophoresis", "aspiration", "serology", "immunofixation":
		return true
	}
	return false
}

// routes are ways of taking a drug, which follow its name in the lists.
var routes = wordSet(`injection oral topical ophthalmic nasal inhalation vaginal cream gel rectal transdermal patch otic buccal sublingual
	implant suspension urogenital viscous lotion spray system powder liposomal lipid complex solution ointment shampoo`)

// drugs returns the substances of drug titles: "Acetaminophen, Butalbital, and
// Caffeine" has three.
func substances(titles []string) []string {
	var names []string
	for _, title := range titles {
		title = inBrackets.ReplaceAllString(title, "")
		for _, piece := range regexp.MustCompile(`,\s*(?:and\s+)?|\s+and\s+`).Split(title, -1) {
			words := strings.Fields(piece)
			for len(words) > 1 && routes[strings.ToLower(words[len(words)-1])] {
				words = words[:len(words)-1]
			}
			names = append(names, strings.Join(words, " "))
		}
	}
	return names
}

// medicine reports whether the words name a drug of the list of drugs, which has herbs
// and foods, too.
func medicine(words []string) bool {
	if len(words) == 1 {
		return len(words[0]) >= minWord
	}
	made := salts[words[len(words)-1]] || words[0] == "insulin" || words[0] == "penicillin"
	for _, w := range words {
		if stop[w] {
			return false
		}
		made = made || drugWord(w)
	}
	return made && len(words) <= 3
}

// salts are last words of names that no food and no herb has.
var salts = wordSet(`hydrochloride acetate mesylate maleate tartrate besylate succinate fumarate vaccine alfa pegol vedotin`)

// chemical reports whether the words name a drug of the table of substances, which has
// everything that anybody was ever poisoned by.
func chemical(words []string) bool {
	return len(words) == 1 && len(words[0]) >= minWord && drugWord(words[0])
}
