// Package phrase finds all occurrences of many phrases in a text, as whole words and in
// any letter case.
//
// A phrase is words as a person writes them: "patient id", "type 2 diabetes". A word is
// a run of letters, marks and numbers; whatever else stands between is a gap. In
// scripts written without spaces (Han, Hiragana, Katakana, Bopomofo, Thai, Lao, Khmer,
// Myanmar) every character with its marks is a word of its own, so that 糖尿病 is found
// in any sentence and an empty gap is a gap. Phrases and texts are compared in the form
// that package fold makes.
//
// In a phrase, a word may end in *, which takes the rest of the word (diagnos* finds
// diagnose, diagnosis, diagnos), and ? stands for exactly one letter or digit
// (organi?ation). Other punctuation in a phrase only separates words.
//
// # What may stand between two words
//
// Gaps are ordered by how far they part two words:
//
//	plain       nothing (between characters of scripts without spaces); any run of
//	            white space; one line break with white space around it and the > of
//	            quoted mail after it; one punctuation mark or symbol, or a run of the
//	            same one, with or without white space around it:
//	            patient id, patient-id, patient_id, patient/id, patient: id, o'neil,
//	            "patient\n> id", patient -- id, patient | id
//	stop        as plain, but the mark is . ! or ? with white space after it, which
//	            ends a sentence: St. John
//	marks       two or more different marks: fever (mild), cough
//	paragraph   two or more line breaks
//
// A gap in a text is accepted if it is plain, or no wider than the gap at that place in
// the phrase. So "patient id" is not found in "ask the patient. ID follows", and "St.
// John" and "fever (mild), cough" are found as written.
package phrase

import (
	"fmt"
	"sync"
)

// Phrase is one phrase to find.
type Phrase struct {
	Text  string // words, with * and ? as in the package comment
	Exact bool   // letters must have the case that Text has: AIDS, MS
}

// Match is one occurrence of a phrase.
type Match struct {
	Phrase int // its index in what Compile was given
	Start  int // byte offset in Text.Content of the first byte; Text.Original maps it
	End    int // byte offset after the last byte
}

// Error says why a phrase cannot be found in any text.
type Error struct {
	Index  int // of the phrase, in what Compile was given
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("phrase %d: %s", e.Index, e.Reason) }

// Matcher finds the phrases that it was compiled from. It never changes and is safe for
// concurrent use.
type Matcher struct {
	filter   filter
	trie     trie
	patterns []pattern // of the phrases that the trie alone does not decide on
	windows  sync.Pool // of *window
}
