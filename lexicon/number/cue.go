package number

import "strings"

// Kinds is a set of kinds, one bit each; the top bit is the contrary.
type Kinds uint32

const contraryBit Kinds = 1 << 31

func (k Kind) bit() Kinds { return 1 << k }

// With returns the set with k added.
func (s Kinds) With(k Kind) Kinds { return s | k.bit() }

// Cue is a phrase that says what a number near it is. Its text is written as a term
// of a lexicon is.
type Cue struct {
	Phrase string
	kinds  Kinds
}

// CueAt is one cue that stands in the text.
type CueAt struct {
	Start, End int // byte offsets in the folded text
	Cue        int // index in Cues

	// Until is where the cell of a table ends whose column's header is the cue, so that
	// it speaks for numbers that begin before that; it stands, empty, where the cell
	// begins. 0 for a cue in the text.
	Until int
}

// contrary are the phrases that say that a number is none of ours.
var contrary = []string{
	"invoice", "invoices", "order", "orders", "tracking", "case", "ticket", "ref", "refs", "reference", "isbn", "issn", "ean", "upc", "sku", "gtin",
	"asin", "build", "serial", "confirmation", "purchase order", "part no", "part number", "item",
	"model", "version", "revision", "commit", "bug", "issue", "shipment", "waybill", "awb",
	"message id", "timestamp", "zip", "zip code", "postcode", "fax", "phone", "telephone",
	"tel", "mobile", "cell", "pager", "po", "rfc", "pmid", "doi", "docket", "article", "catalog no",
	"job", "error", "event id", "session", "port", "pid", "uid", "conference id", "meeting id",
	"passcode", "dial in", "isan", "imei", "imsi", "iccid", "vin", "lot", "batch",
}

// Cues returns the phrases of all kinds, contrary ones among them, without
// duplicates and in a fixed order. Callers must not change it.
func Cues() []Cue { return cues }

var cues = func() []Cue {
	var cues []Cue
	index := map[string]int{}
	add := func(phrase string, bit Kinds) {
		i, ok := index[phrase]
		if !ok {
			i = len(cues)
			index[phrase] = i
			cues = append(cues, Cue{Phrase: phrase})
		}
		cues[i].kinds |= bit
	}
	for k := range kinds {
		for _, phrase := range kinds[k].cues {
			add(phrase, Kind(k).bit())
		}
	}
	for _, phrase := range contrary {
		add(phrase, contraryBit)
	}
	return cues
}()

// cueWords are the cues of one word, by their index in Cues.
var cueWords = func() map[string]int {
	words := map[string]int{}
	for i, c := range cues {
		if !strings.ContainsFunc(c.Phrase, func(r rune) bool { return r < 'a' || 'z' < r }) && len(c.Phrase) <= maxGlued {
			words[c.Phrase] = i
		}
	}
	return words
}()
