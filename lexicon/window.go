package lexicon

import "unicode/utf8"

// pattern appends the hits of one pattern, which is tried in windows around its
// anchors.
func (sc *scratch) pattern(hits []Hit, p *pattern) []Hit {
	anchors := sc.anchored(p.list)
	done := 0
	for i := 0; i < len(anchors); {
		w := span{anchors[i].start - p.reach, anchors[i].end + p.reach}
		for i++; i < len(anchors) && anchors[i].start-p.reach <= w.end; i++ {
			w.end = max(w.end, anchors[i].end+p.reach)
		}
		w = sc.words(span{max(w.start, done), min(w.end, len(sc.text.Content))})
		hits = sc.try(hits, p, w)
		done = w.end
	}
	return hits
}

// words widens a window so that it does not cut words, unless they are endless.
func (sc *scratch) words(w span) span {
	text := sc.text.Content
	for n := 0; w.start > 0 && n < maxReach && (sc.inWord(w.start) || !utf8.RuneStart(text[w.start])); n++ {
		w.start--
	}
	for n := 0; w.end < len(text) && n < maxReach && (sc.inWord(w.end) || !utf8.RuneStart(text[w.end])); n++ {
		w.end++
	}
	return w
}

// inWord reports whether offset i stands between two characters of one word.
func (sc *scratch) inWord(i int) bool {
	text := sc.text.Content
	if i <= 0 || i >= len(text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	next, _ := utf8.DecodeRuneInString(text[i:])
	return wordRune(before) && wordRune(next)
}

// try appends the hits of a pattern in one window.
func (sc *scratch) try(hits []Hit, p *pattern, w span) []Hit {
	text := sc.text.Content
	for from := w.start; from < w.end; {
		found := p.re.FindStringIndex(text[from:w.end])
		if found == nil {
			break
		}
		at := span{from + found[0], from + found[1]}
		from = at.end
		if at.start == at.end {
			_, size := utf8.DecodeRuneInString(text[from:])
			from += size
			continue
		}
		if sc.inWord(at.start) || sc.inWord(at.end) {
			continue
		}
		if p.cased != nil && !p.cased.MatchString(sc.text.Cased(at.start, at.end)) {
			continue
		}
		hits = sc.hit(hits, p.entryRef, -1, at)
	}
	return hits
}
