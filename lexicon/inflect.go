package lexicon

// inflect returns the other forms of an English term.
func inflect(term string) []string { return nil }
