package passage

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const disclaimer = `This message may contain protected health information, including diagnoses.
If you are not the intended recipient, call 207-555-1234.`

func TestFind(t *testing.T) {
	s, err := Compile([]string{disclaimer, "Jane Roe\nMaine Cancer Clinic", "Maine Cancer Clinic of Portland"})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		text string
		want []string // what is found
	}{
		"as registered":  {"x " + disclaimer + " y", []string{disclaimer[:len(disclaimer)-1]}},
		"wrapped":        {strings.ReplaceAll(disclaimer, " ", "\n"), []string{strings.ReplaceAll(disclaimer[:len(disclaimer)-1], " ", "\n")}},
		"quoted":         {"> This message may contain protected\n> > health information, including\n>diagnoses. If you are not the intended recipient, call 207-555-1234.", []string{"This message may contain protected\n> > health information, including\n>diagnoses. If you are not the intended recipient, call 207-555-1234"}},
		"capitals, dots": {"JANE ROE * maine-cancer  clinic.", []string{"JANE ROE * maine-cancer  clinic"}},
		"Unicode":        {"\u00ad\uff2aane Roe\u00a0– Maine Cancer\u200b Clinic", []string{"\uff2aane Roe\u00a0– Maine Cancer\u200b Clinic"}},
		"overlap":        {"Jane Roe, Maine Cancer Clinic of Portland", []string{"Jane Roe, Maine Cancer Clinic of Portland"}},
		"twice":          {"Jane Roe Maine Cancer Clinic / Jane Roe Maine Cancer Clinic", []string{"Jane Roe Maine Cancer Clinic", "Jane Roe Maine Cancer Clinic"}},
		"begun again":    {"Jane Roe Jane Roe Maine Cancer Clinic", []string{"Jane Roe Maine Cancer Clinic"}},
		"a word missing": {"Jane Roe, Maine Clinic", nil},
		"a word more":    {"Jane Roe, Maine Breast Cancer Clinic", nil},
		"part of a word": {"Jane Roe, Maine Cancer Clinics", nil},
		"nothing":        {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, span := range s.Find(tt.text) {
				got = append(got, tt.text[span.Start:span.End])
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestScriptsWithoutSpaces(t *testing.T) {
	s, err := Compile([]string{"本邮件可能包含机密信息"})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Find("你好。本邮件可能\n> 包含机密信息。再见"); len(got) != 1 {
		t.Errorf("found %v", got)
	}
}

func TestShortPassagesAreRefused(t *testing.T) {
	if _, err := Compile([]string{"a b c", "kind regards"}); err == nil {
		t.Error("a passage of two words is accepted")
	}
}

// TestFindIsLinear gives it passages that begin alike, again and again.
func TestFindIsLinear(t *testing.T) {
	s, err := Compile([]string{strings.Repeat("a ", 1000) + "b", strings.Repeat("a ", 999) + "c"})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("a ", 1<<20)
	start := time.Now()
	if got := s.Find(text); got != nil {
		t.Errorf("found %v", got)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("2 MiB took %v", took)
	}
}
