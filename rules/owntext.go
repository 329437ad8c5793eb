package rules

import (
	"fmt"
	"path/filepath"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/lexicon/passage"
)

// ownText reads [own_text] of a policy file. Its files stand beside the policy's.
func (l *loader) ownText(f *tomlfile.File, spec *ownTextSpec) {
	for i, text := range spec.Texts {
		l.passage(f, fmt.Sprintf("own_text.texts[%d]", i), text)
	}
	for i, name := range spec.Files {
		path := fmt.Sprintf("own_text.files[%d]", i)
		if !filepath.IsLocal(name) {
			l.errs = append(l.errs, f.Errorf(path, "%q does not lie beside the policy", name).
				WithRemedy("put the file into the policy directory, and name it from there"))
			continue
		}
		data, err := readFile(filepath.Join(filepath.Dir(f.Name), name))
		if err != nil {
			l.errs = append(l.errs, f.Errorf(path, "%v", err).
				WithRemedy("put the file into the policy directory: one text, as it stands in messages"))
			continue
		}
		l.passage(f, path, string(data))
	}
}

// passage adds one own text.
func (l *loader) passage(f *tomlfile.File, path, text string) {
	if n := passage.Words(text); n < passage.MinWords {
		l.errs = append(l.errs, f.Errorf(path, "the text has %d words, and would be taken out wherever they stand", n).
			WithRemedy("register the whole passage: %d words at least", passage.MinWords))
		return
	}
	l.own = append(l.own, text)
}

// compileOwnText returns nil where there is none.
func compileOwnText(texts []string) (*passage.Set, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	s, err := passage.Compile(texts)
	if err != nil {
		return nil, fmt.Errorf("rules: own_text: %w", err)
	}
	return s, nil
}

// withoutOwn returns a text with blanks in the place of what is the organisation's own,
// so that everything else stays where it is.
func (p *Policy) withoutOwn(text string) string {
	if p.own == nil {
		return text
	}
	spans := p.own.Find(text)
	if len(spans) == 0 {
		return text
	}
	b := []byte(text)
	for _, span := range spans {
		for i := span.Start; i < span.End; i++ {
			b[i] = ' '
		}
	}
	return string(b)
}
