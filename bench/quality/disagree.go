package main

// disagreement is a vector on whose label we differ.
type disagreement struct {
	expected int // values that we say it has
	reason   string
}

const (
	noCue   = "nine bare digits could be anything; ours asks for a cue"
	maestro = "Maestro's ranges are too common among other numbers to count without a cue"
	jcb     = "35 outside JCB's 3528 to 3589"
)

// disagreements are all vectors on whose labels we differ, by their text or value.
var disagreements = map[string]disagreement{
	"078-051121 07805-1121":           {0, "separators differ, as in ZIP+4"},
	"078051121":                       {0, noCue},
	"911-701234 91170-1234":           {0, "separators differ"},
	"911701234":                       {0, noCue},
	"122000000000003":                 {0, "UATP is no brand of ours"},
	"my credit card: 122000000000003": {0, "UATP is no brand of ours"},
	"5019717010103742":                {0, maestro},
	"6759649826438453":                {0, maestro},
	"6765780016990268":                {0, maestro},
	"1111111112":                      {1, "it passes the check, and nothing forbids it"},
	"4716989580001715211":             {0, "Visa of 19 digits: wrong 7 times of 7 in real mail without a cue"},
	"8171999927660000":                {0, "81 is no prefix of a brand of ours"},
	"8171999900000000021":             {0, "81 is no prefix of a brand of ours"},
	"FR7630006000011234567890189😅":    {1, "theirs asks about the whole string; an IBAN may stand before an emoji"},
	"3598899323053410":                {0, jcb},
	"3521213764418045":                {0, jcb},
	"3519833257665853":                {0, jcb},
	"060426070011":                    {0, "no brand begins with 0"},
}
