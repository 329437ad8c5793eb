package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

const disguiseMarker = "# ---- severe words in disguise: made by go run ./bench/curate, do not edit below ----\n"

// severe are the words whose disguises are looked for. Those of the second list are also
// words of other languages, or too short to be told when letters are exchanged.
var (
	severe = strings.Fields(`fuck fucks fucked fucker fuckers fucking fuckin fuckhead fucktard fuckwad fuckwit motherfucker clusterfuck
		cunt cunts nigger niggers nigga niggas faggot faggots incest rapist jailbait nambla goatse pedobear tubgirl meatspin goregasm
		lemonparty bluewaffle pisspig zippocat strappado`)
	severeShort = strings.Fields(`rape raping shota kike`)
	// exchangeable are those in which letters are exchanged; a * takes their endings.
	exchangeable = strings.Fields(`fuck* motherfuck* clusterfuck* cunt* nigger* nigga niggas faggot* incest rapist jailbait nambla pedobear`)
)

// lookAlikes are what stands for a letter: digits, and letters of other scripts that
// look the same. Package fold has brought wide and mathematical letters home already.
var lookAlikes = map[rune]string{
	'a': "4аα", 'b': "8ь", 'c': "сϲ", 'e': "3еε", 'f': "ƒ", 'g': "9", 'h': "һ", 'i': "1іι", 'k': "кκ", 'm': "м", 'n': "пη", 'o': "0оο", 'p': "рρ",
	'r': "г", 's': "5ѕ", 't': "7т", 'u': "vυцùúûü", 'v': "ν", 'w': "ш", 'x': "х", 'y': "уγ",
}

// disguises makes the entries that stand below the profanity written by hand.
func disguises() []byte {
	var spaced, masked, alike []string
	for _, w := range slices.Concat(severe, severeShort) {
		spaced = append(spaced, strings.Join(strings.Split(w, ""), " "))
	}
	for _, w := range severe {
		masked = append(masked, masks(w)...)
	}
	for _, w := range exchangeable {
		alike = append(alike, exchanged(w)...)
	}
	for _, w := range severeShort {
		masked = append(masked, w[:1]+" "+w[2:])
	}
	masked = slices.DeleteFunc(masked, func(m string) bool { return len(m) < 3 })
	var b bytes.Buffer
	for _, e := range []struct {
		name   string
		masked bool
		terms  []string
	}{{"severe, spaced", false, spaced}, {"severe, masked", true, masked}, {"severe, look-alikes", false, alike}} {
		slices.Sort(e.terms)
		writeEntry(&b, e.name, []string{"weight = 6", fmt.Sprintf("masked = %t", e.masked)}, slices.Compact(e.terms))
	}
	return b.Bytes()
}

// masks are what is left of a word when marks hide letters inside it: one letter of the
// first four, or all but the first and the last of a short word.
func masks(w string) []string {
	var all []string
	for i := 1; i < min(len(w)-1, 4); i++ {
		all = append(all, w[:i]+" "+w[i+1:])
	}
	if len(w) > 4 {
		all = append(all, w[:1]+" "+w[3:])
	}
	if len(w) <= 6 {
		all = append(all, w[:1]+" "+w[len(w)-1:])
	}
	return all
}

// exchanged are the forms of a word with one letter, each of its kind, exchanged for a
// look-alike, and those with all of them exchanged.
func exchanged(w string) []string {
	var all []string
	every := []rune(w)
	for i, r := range w {
		if i > 0 && strings.ContainsRune(w[:i], r) {
			continue
		}
		for n, other := range lookAlikes[r] {
			form := strings.ReplaceAll(w, string(r), string(other))
			all = append(all, form)
			if n == 0 {
				for k := range every {
					if every[k] == r {
						every[k] = other
					}
				}
			}
		}
	}
	return append(all, string(every))
}
