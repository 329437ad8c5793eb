package number

import (
	_ "embed"
	"strings"
	"sync"
)

// icd10 is a diagnosis code of ICD-10-CM: a letter, a digit, a letter or digit, then up
// to four more after an optional dot. A code counts if it is in the list of CDC/NCHS
// (public domain), or refines a code of the list by one character or by the seventh
// that says which encounter it is: the list changes each October. With its dot and
// capitals it is told from other numbers; without ("E10" is also a road, "A4" paper) it
// needs a cue. So does V, which versions begin with (V10.1).
var icd10 = kind{
	name: "icd10",
	cues: []string{
		"icd", "icd 10", "icd-10", "icd10", "icd-10-cm", "icd-10 code", "diagnosis", "diagnoses", "diagnosis code", "diagnosis codes", "dx", "dx code",
		"diagnostic code", "admitting dx", "principal diagnosis", "billing code",
	},
	before: 60, after: 30,
	mixed:   lengths(3, 7),
	propose: readICD10,
}

// maxICD10 is how many characters a code has, without its dot.
const maxICD10 = 7

func readICD10(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	first := r.text[w.start]
	if class[first] != 1 || w.len() > 3 && !digit(r.text[w.start+1]) {
		return candidate{}, false
	}
	var code [maxICD10]byte
	n := upper(code[:], r.text[w.start:w.end])
	c := candidate{start: int(w.start), end: int(w.end), proof: weak, why: "a code of ICD-10-CM"}
	if w.len() == 3 && r.at(c.end) == '.' && alnum(r.at(c.end+1)) {
		rest := r.text[c.end+1:]
		size := 0
		for size < len(rest) && alnum(rest[size]) {
			size++
		}
		if size > maxICD10-n {
			return candidate{}, false
		}
		n += upper(code[n:], rest[:size])
		c.end += 1 + size
		if first <= 'Z' && first != 'V' {
			c.proof = shaped
		}
	}
	return c, listedICD10(string(code[:n]))
}

// upper copies a word in capitals and returns its length.
func upper(dst []byte, word string) int {
	for i := range len(word) {
		b := word[i]
		if 'a' <= b && b <= 'z' {
			b -= 'a' - 'A'
		}
		dst[i] = b
	}
	return len(word)
}

//go:embed icd10.txt
var icd10File string

// icd10Codes are the codes of the list: one string for each category, of what follows
// it in its codes, sorted and set apart by spaces.
var icd10Codes = sync.OnceValue(func() map[string]string {
	codes := map[string]string{}
	for line := range strings.Lines(icd10File) {
		line = strings.TrimSuffix(line, "\n")
		codes[line[:3]] = line[3:] + " "
	}
	return codes
})

// listedICD10 reports whether a code is in the list, or refines one that is.
func listedICD10(code string) bool {
	if len(code) < 3 {
		return false
	}
	rest, ok := icd10Codes()[code[:3]]
	if !ok {
		return false
	}
	listed := func(tail string) bool { return tail == "" || strings.Contains(rest, " "+tail+" ") }
	tail := code[3:]
	if len(tail) == 4 { // the seventh says which encounter; X fills what is before it
		tail = strings.TrimRight(tail[:3], "X")
	}
	return listed(tail) || len(tail) > 0 && listed(tail[:len(tail)-1])
}
