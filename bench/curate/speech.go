package main

import (
	"regexp"
	"strings"
)

var (
	inBrackets = regexp.MustCompile(`\s*[(\[][^)\]]*[)\]]?`)
	numbering  = regexp.MustCompile(`(?i)\s+(type\s+)?(\d+[a-z]?|[ivx]+|[a-e]|type)$`)
	vague      = regexp.MustCompile(`(?i)^(other specified|other|unspecified|certain|specified|multiple|various|acquired absence of)\s+|[,;]?\s+(unspecified|nec|nos|not elsewhere classified|so stated)$`)
)

// inSpeech brings a title of a vocabulary into the order of speech, in lower case:
// "Keratosis, seborrheic" is "seborrheic keratosis", "Concussion - child - discharge"
// is "concussion", "Other acute sinusitis, unspecified" is "acute sinusitis".
func inSpeech(title string) string {
	s := inBrackets.ReplaceAllString(strings.TrimSpace(title), "")
	for _, cut := range []string{" - ", " -- ", ": ", ";", "?"} {
		s, _, _ = strings.Cut(s, cut)
	}
	for range 3 {
		s = strings.TrimSpace(vague.ReplaceAllString(s, ""))
		s = numbering.ReplaceAllString(s, "")
	}
	parts := strings.Split(s, ", ")
	if len(parts) == 2 && len(strings.Fields(parts[1])) <= 2 && !relation(parts[1]) && !isSite(parts[1]) {
		s = parts[1] + " " + parts[0]
	} else {
		s = parts[0]
	}
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	return singular(strings.Trim(s, " .,'-"))
}

// singular takes the plural from the last word of a title, where that is one of
// medicine's nouns: the lexicon finds both.
func singular(s string) string {
	cut := strings.LastIndexByte(s, ' ') + 1
	last := s[cut:]
	for _, plural := range [][2]string{{"ies", "y"}, {"omas", "oma"}, {"s", ""}} {
		if one, ok := strings.CutSuffix(last, plural[0]); ok && (nouns[one+plural[1]] || plural[0] == "omas") {
			return s[:cut] + one + plural[1]
		}
	}
	return s
}

// isSite reports whether a phrase names a part of the body, and so only says where what
// stands before it is.
func isSite(s string) bool {
	words := strings.Fields(strings.ToLower(s))
	return body[words[len(words)-1]] || sites[words[len(words)-1]]
}

var sites = wordSet(`joints humerus femur tibia fibula radius ulna clavicle scapula vertebrae ankle forearm fingers toes arms legs hands feet
	lids eyelids carpus tarsus region bones`)

// relation reports whether a phrase only says how the one before it is meant.
func relation(s string) bool {
	for _, w := range strings.Fields(strings.ToLower(s)) {
		if relations[w] {
			return true
		}
	}
	return false
}

var relations = wordSet(`with without in of by due as and or to from for initial subsequent sequela right left
	bilateral unilateral unspecified other autosomal x-linked familial type congenital hereditary group stage site sites`)

// wordSet is the set of the words of a list.
func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
