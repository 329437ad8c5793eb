package lexicon

import (
	"slices"
	"strings"
)

// inflect returns the other forms of an English term that variants = true finds:
//
//   - the last word in the other number: "lab test" and "lab tests", "biopsy" and
//     "biopsies", "diagnosis" and "diagnoses", "MRI" and "MRIs";
//   - a term of one word also as a verb: "refer", "refers", "referred", "referring".
//
// It works by rule, so some forms are no English ("hypertensioning"). They cost
// nothing, because no text has them.
func inflect(term string) []string {
	cut := strings.LastIndexFunc(term, func(r rune) bool { return !wordRune(r) }) + 1
	head, last := term[:cut], term[cut:]
	if len(last) < 3 || !ascii(last) {
		return nil
	}
	if strings.ToUpper(last) == last {
		return []string{term + "s"}
	}
	forms := append(plural(last), singular(last)...)
	if head == "" {
		forms = append(forms, verb(last)...)
	}
	out := make([]string, 0, len(forms))
	for _, f := range forms {
		if f != last && !slices.Contains(out, head+f) {
			out = append(out, head+f)
		}
	}
	return out
}

// irregular are nouns whose plural no rule gives.
var irregular = [][2]string{
	{"child", "children"}, {"man", "men"}, {"woman", "women"}, {"person", "people"}, {"foot", "feet"}, {"tooth", "teeth"},
	{"mouse", "mice"}, {"life", "lives"}, {"knife", "knives"}, {"wife", "wives"}, {"half", "halves"}, {"leaf", "leaves"}, {"calf", "calves"},
	{"bacterium", "bacteria"}, {"diverticulum", "diverticula"}, {"ovum", "ova"}, {"atrium", "atria"}, {"serum", "sera"},
	{"fungus", "fungi"}, {"bacillus", "bacilli"}, {"thrombus", "thrombi"}, {"embolus", "emboli"}, {"nucleus", "nuclei"}, {"bronchus", "bronchi"},
	{"vertebra", "vertebrae"}, {"bursa", "bursae"}, {"index", "indices"}, {"appendix", "appendices"}, {"criterion", "criteria"},
}

// plural returns the plural of a noun. Where usage varies, it returns both.
func plural(w string) []string {
	for _, pair := range irregular {
		if tail, ok := strings.CutSuffix(w, pair[0]); ok && (tail == "" || pair[0] == "man" || pair[0] == "child") {
			return []string{tail + pair[1]}
		}
	}
	n := len(w)
	switch {
	case strings.HasSuffix(w, "sis"), strings.HasSuffix(w, "xis"):
		return []string{w[:n-2] + "es"}
	case strings.HasSuffix(w, "oma"):
		return []string{w + "s", w + "ta"}
	case hasAnySuffix(w, "s", "x", "z", "ch", "sh"):
		return []string{w + "es"}
	case w[n-1] == 'y' && !vowel(w[n-2]):
		return []string{w[:n-1] + "ies"}
	}
	return []string{w + "s"}
}

// singular returns what the noun can be the plural of.
func singular(w string) []string {
	for _, pair := range irregular {
		if tail, ok := strings.CutSuffix(w, pair[1]); ok && (tail == "" || pair[0] == "man" || pair[0] == "child") {
			return []string{tail + pair[0]}
		}
	}
	n := len(w)
	switch {
	case n < 4 || w[n-1] != 's' || hasAnySuffix(w, "ss", "us", "is"):
		return nil
	case strings.HasSuffix(w, "ies") && n > 4:
		return []string{w[:n-3] + "y"}
	case hasAnySuffix(w, "oses", "yses", "ases"):
		return []string{w[:n-2] + "is", w[:n-1], w[:n-2]}
	case hasAnySuffix(w, "sses", "ches", "shes", "xes", "zes", "uses"):
		return []string{w[:n-2], w[:n-1]}
	}
	return []string{w[:n-1]}
}

// verb returns the past and the participle of a regular verb.
func verb(w string) []string {
	n := len(w)
	switch last := w[n-1]; {
	case last == 's':
		return nil
	case last == 'e':
		return []string{w + "d", w[:n-1] + "ing"}
	case last == 'y' && !vowel(w[n-2]):
		return []string{w[:n-1] + "ied", w + "ing"}
	case !vowel(last) && !strings.ContainsRune("wxy", rune(last)) && vowel(w[n-2]) && !vowel(w[n-3]):
		double := w + string(last)
		return []string{w + "ed", w + "ing", double + "ed", double + "ing"}
	}
	return []string{w + "ed", w + "ing"}
}

func vowel(b byte) bool { return strings.IndexByte("aeiouAEIOU", b) >= 0 }

func hasAnySuffix(s string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(s, suffix) })
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
