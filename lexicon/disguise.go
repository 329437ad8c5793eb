package lexicon

import (
	"strings"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon/phrase"
)

// Bounds of a term that counts in disguise, in letters: a shorter one would be seen
// where nobody has hidden it.
const (
	minDisguised = 4
	maxDisguised = 20
)

// maxToken is how many bytes a word in disguise can have.
const maxToken = 3 * maxDisguised

// hidden is a term that counts in disguise.
type hidden struct {
	use
	word string // in lower case
	open bool   // the term ends in *
}

// disguisable returns the word of a term, without its *, in lower case. It reports
// whether the term is one word of Latin letters.
func disguisable(term string) (word string, ok bool) {
	word = strings.ToLower(strings.TrimSuffix(term, "*"))
	for i := range len(word) {
		if word[i] < 'a' || 'z' < word[i] {
			return "", false
		}
	}
	return word, minDisguised <= len(word) && len(word) <= maxDisguised
}

// disguise makes the disguises of a term stand for u.
func (c *compiler) disguise(term string, u use) {
	word, ok := disguisable(term)
	if !ok {
		return // Parse has refused it
	}
	c.add(phrase.Phrase{Text: strings.Join(strings.Split(word, ""), " ")}, u)
	first := &c.set.disguise[word[0]-'a']
	*first = append(*first, hidden{use: u, word: word, open: strings.HasSuffix(term, "*")})
	c.set.disguised = true
}

// What a byte is in a word that may be in disguise.
const (
	inPlain  = 1 + iota // an ASCII letter
	inMark              // a mark that hides a letter, or looks like one
	inDigit             // a digit, which may look like a letter
	inBeyond            // a byte of a letter beyond ASCII
)

var disguiseClass = func() (c [256]uint8) {
	for b := range 256 {
		switch {
		case 'a' <= b|0x20 && b|0x20 <= 'z' && b < 0x80:
			c[b] = inPlain
		case strings.IndexByte("*#@$!", byte(b)) >= 0:
			c[b] = inMark
		case '0' <= b && b <= '9':
			c[b] = inDigit
		case b >= utf8.RuneSelf:
			c[b] = inBeyond
		}
	}
	return c
}()

// disguises appends the hits of terms that stand behind marks, or with letters exchanged
// for others that look alike. It looks at words with such a character only.
func (sc *scratch) disguises(hits []Hit) []Hit {
	text := sc.text.Content
	for i := 0; i < len(text); i++ {
		if disguiseClass[text[i]] < inMark || !besideLetter(text, i) {
			continue
		}
		start := i
		for start > 0 && disguiseClass[text[start-1]] != 0 {
			start--
		}
		letters := 0
		for i = start; i < len(text) && disguiseClass[text[i]] != 0; i++ {
			if disguiseClass[text[i]] == inPlain {
				letters++
			}
		}
		if letters >= 2 && i-start <= maxToken {
			hits = sc.unmask(hits, start, i)
		}
	}
	return hits
}

// besideLetter reports whether the character at i has a letter on one side: a number, a
// bullet or a line of stars has none.
func besideLetter(text string, i int) bool {
	beside := func(c uint8) bool { return c == inPlain || c == inBeyond }
	return i > 0 && beside(disguiseClass[text[i-1]]) || i+1 < len(text) && beside(disguiseClass[text[i+1]])
}

// unmask appends the hits of the word from start to end.
func (sc *scratch) unmask(hits []Hit, start, end int) []Hit {
	text := sc.text.Content
	for start < end && strings.IndexByte("*#!$", text[start]) >= 0 {
		start++ // $ begins the names of variables
	}
	for start < end && disguiseClass[text[end-1]] == inMark {
		end--
	}
	if start == end {
		return hits
	}
	token := text[start:end]
	if i := strings.IndexByte(token, '@'); i > 0 && end+1 < len(text) && text[end] == '.' && disguiseClass[text[end+1]] == inPlain {
		return hits // a mail address
	}
	r, _ := utf8.DecodeRuneInString(token)
	for _, letter := range standsFor(r) {
		for _, h := range sc.set.disguise[letter-'a'] {
			if reads(token, h.word, h.open, false) {
				hits = sc.hit(hits, h.entryRef, int(h.n), span{start, end})
			}
		}
	}
	return hits
}

// reads reports whether a token can be read as the word, odd as it may look. What reads
// as it is written has been found already; odd says whether anything was not.
func reads(token, word string, open, odd bool) bool {
	if token == "" {
		return word == "" && odd
	}
	if word == "" {
		return open && odd
	}
	r, size := utf8.DecodeRuneInString(token)
	if r < utf8.RuneSelf && disguiseClass[r] == inPlain {
		return byte(r)|0x20 == word[0] && reads(token[1:], word[1:], open, odd)
	}
	if strings.IndexByte(standsFor(r), word[0]) >= 0 && reads(token[size:], word[1:], open, true) {
		return true
	}
	marks := 0
	for marks < len(token) && disguiseClass[token[marks]] == inMark {
		marks++
	}
	if marks == 0 {
		return false
	}
	slack := 0 // of three marks and more nobody counts
	if marks > 2 {
		slack = 1
	}
	for hides := marks - slack; hides <= marks+slack && hides < len(word); hides++ {
		if reads(token[marks:], word[hides:], open, true) {
			return true
		}
	}
	return false
}

// standsFor returns the letters that a character is or looks like.
func standsFor(r rune) string {
	if r < utf8.RuneSelf {
		switch {
		case disguiseClass[r] == inPlain:
			lower := int(r|0x20) - 'a'
			return alphabet[lower : lower+1]
		case r == '@', r == '4':
			return "a"
		case r == '$', r == '5':
			return "s"
		case r == '!', r == '1':
			return "il"
		case r == '0':
			return "o"
		case r == '3':
			return "e"
		case r == '7':
			return "t"
		case r == '8':
			return "b"
		case r == '9':
			return "g"
		}
		return ""
	}
	for i, alike := range lookAlikes {
		if strings.ContainsRune(alike, r) {
			return alphabet[i : i+1]
		}
	}
	return ""
}

const alphabet = "abcdefghijklmnopqrstuvwxyz"

// lookAlikes are the letters of other scripts that look like each Latin letter, in lower
// case. Package fold has brought wide and mathematical letters home already. Letters with
// accents are not among them: they make words of other languages.
var lookAlikes = [26]string{
	"аαɑ", "ьβ", "сϲ", "ԁ", "еε", "ƒ", "ɡ", "һ", "іιı", "ј", "кκ", "ӏ", "мm", "пηո", "оοօ", "рρ", "ԛ", "гɾ", "ѕ", "тτ", "υцս", "νѵ", "ѡω", "хχ", "уγ", "ᴢ",
}
