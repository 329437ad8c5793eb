package phrase

import (
	"strings"
	"testing"
)

func TestBasics(t *testing.T)     { basics.run(t) }
func TestBoundaries(t *testing.T) { boundaries.run(t) }
func TestUnicode(t *testing.T)    { unicodes.run(t) }
func TestOverlap(t *testing.T)    { overlap.run(t) }
func TestEvasion(t *testing.T)    { evasion.run(t) }
func TestRegression(t *testing.T) { regression.run(t) }

type list = []string

var basics = collection{
	{"one word", list{"diabetes"}, "has diabetes since", list{"diabetes"}},
	{"nothing", list{"diabetes"}, "in good health", nil},
	{"empty text", list{"diabetes"}, "", nil},
	{"no phrases", nil, "any text", nil},
	{"whole text", list{"patient id"}, "patient id", list{"patient id"}},
	{"any case", list{"Patient ID"}, "PATIENT id", list{"PATIENT id"}},
	{"several times", list{"flu"}, "flu, flu; FLU", list{"flu", "flu", "FLU"}},
	{"two words", list{"patient id"}, "the patient id is", list{"patient id"}},
	{"second word differs", list{"patient id"}, "the patient is", nil},
	{"four words", list{"type 2 diabetes mellitus"}, "with Type 2 Diabetes Mellitus, and", list{"Type 2 Diabetes Mellitus"}},
	{"last word missing", list{"type 2 diabetes mellitus"}, "with type 2 diabetes", nil},
	{"short words only", list{"ms", "t b"}, "MS or T B", list{"MS", "T B"}},
	{"one letter", list{"x"}, "x ray", list{"x"}},
	{"short first word", list{"x ray"}, "an x ray, a xray, the ray", list{"x ray"}},
	{"digits", list{"1099", "w2"}, "forms 1099 and W2", list{"1099", "W2"}},
	{"long word", list{"pneumonoultramicroscopicsilicovolcanoconiosis"},
		"pneumonoultramicroscopicsilicovolcanoconiosis PneumonoultramicroscopicsilicovolcanoconiosiS",
		list{"pneumonoultramicroscopicsilicovolcanoconiosis", "PneumonoultramicroscopicsilicovolcanoconiosiS"}},
	{"words alike in their first eight letters", list{"hypertension"}, "hypertensive hypertensions hypertension", list{"hypertension"}},
	{"words alike in all but the middle", list{"abcdefghijklmnopqrst"}, "abcdefghiXklmnopqrst abcdefghijklmnopqrst", list{"abcdefghijklmnopqrst"}},
	{"same phrase twice", list{"flu", "flu"}, "flu", list{"flu", "flu"}},
	{"star", list{"diagnos*"}, "diagnosis diagnose diagnos diagno", list{"diagnosis", "diagnose", "diagnos"}},
	{"star on a later word", list{"lab result*"}, "lab results, lab resulted, lab rest", list{"lab results", "lab resulted"}},
	{"star on the first of two words", list{"diagnos* code"}, "diagnosis code, diagnostic codes", list{"diagnosis code"}},
	{"star on every word", list{"diagnos* cod*"}, "diagnosis codes", list{"diagnosis codes"}},
	{"star after one letter", list{"z*"}, "z zoo a", list{"z", "zoo"}},
	{"question mark", list{"organi?ation"}, "organisation organization organiation organizzation", list{"organisation", "organization"}},
	{"question mark is a digit", list{"b1?"}, "b12 b1 b123", list{"b12"}},
	{"question mark first", list{"?at"}, "cat at bat that", list{"cat", "bat"}},
	{"question mark alone", list{"vitamin ?"}, "vitamin D, vitamin B12", list{"vitamin D"}},
	{"question mark and star", list{"organi?ation*"}, "organizations", list{"organizations"}},
	{"exact", list{"=AIDS"}, "AIDS aids Aids", list{"AIDS"}},
	{"exact of two words", list{"=MS patient"}, "MS patient ms patient MS Patient", list{"MS patient"}},
	{"exact with star", list{"=AIDS*"}, "AIDSvirus aidsvirus", list{"AIDSvirus"}},
	{"exact and not", list{"=AIDS", "aids"}, "AIDS aids", list{"AIDS", "AIDS", "aids"}},
}

var boundaries = collection{
	{"inside a word", list{"ass", "art"}, "classic party artery", nil},
	{"possessive", list{"patient", "o'neil"}, "the patient's, O'Neil", list{"patient", "O'Neil"}},
	{"underscore", list{"patient id"}, "patient_id", list{"patient_id"}},
	{"hyphen", list{"patient id", "patient-id"}, "patient-id", list{"patient-id", "patient-id"}},
	{"slash", list{"patient id"}, "patient/id", list{"patient/id"}},
	{"colon", list{"patient id"}, "patient: id", list{"patient: id"}},
	{"comma", list{"patient id"}, "patient, id", list{"patient, id"}},
	{"bar between cells", list{"patient id"}, "patient | id", list{"patient | id"}},
	{"run of the same mark", list{"patient id"}, "patient --- id", list{"patient --- id"}},
	{"tabs and spaces", list{"patient id"}, "patient \t  id", list{"patient \t  id"}},
	{"line break", list{"patient id"}, "patient\r\nid", list{"patient\r\nid"}},
	{"line break in quoted mail", list{"patient id"}, "> patient\n> > id", list{"patient\n> > id"}},
	{"broken line break", list{"patient id"}, "patient\r\r\nid", list{"patient\r\r\nid"}},
	{"form feed", list{"patient id"}, "patient\fid", list{"patient\fid"}},
	{"full stop inside", list{"patient id"}, "patient.id", list{"patient.id"}},
	{"sentence end", list{"patient id"}, "ask the patient. ID follows", nil},
	{"sentence end at a line break", list{"patient id"}, "ask the patient!\nID follows", nil},
	{"paragraph", list{"patient id"}, "patient\n\nid", nil},
	{"paragraph in quoted mail", list{"patient id"}, "patient\n>\n> id", nil},
	{"different marks", list{"patient id"}, "patient (\"id\")", nil},
	{"greater-than within a line is a mark", list{"patient id"}, "patient > id, patient >, id", list{"patient > id"}},
	{"full stop as written", list{"St. John"}, "St. John St John", list{"St. John", "St John"}},
	{"marks as written", list{"fever (mild), cough"}, "fever (mild), cough; fever mild cough", list{"fever (mild), cough", "fever mild cough"}},
	{"words joined", list{"patient id"}, "patientid", nil},
	{"digits beside letters", list{"type 2"}, "type2 type 2 type 22", list{"type 2"}},
	{"gap longer than a window", list{"patient id"}, "patient" + strings.Repeat(" ", 5000) + "id", list{"patient" + strings.Repeat(" ", 5000) + "id"}},
	{"word longer than a window", list{"id", "abc*"}, "id abc" + strings.Repeat("d", 3000) + " id", list{"id", "abc" + strings.Repeat("d", 3000), "id"}},
	{"word of a block", list{"x id"}, strings.Repeat("a", 64) + " x id", list{"x id"}},
}

var unicodes = collection{
	{"accents", list{"café"}, "CAFÉ cafe\u0301 cafe", list{"CAFÉ", "cafe\u0301"}},
	{"sharp s", list{"Straße"}, "STRASSE straße", list{"STRASSE", "straße"}},
	{"final sigma", list{"Σίσυφος"}, "ΣΊΣΥΦΟΣ", list{"ΣΊΣΥΦΟΣ"}},
	{"Cyrillic", list{"диабет*"}, "Диабетом", list{"Диабетом"}},
	{"exact in Cyrillic", list{"=СПИД"}, "СПИД спид", list{"СПИД"}},
	{"Han in a sentence", list{"糖尿病"}, "私は糖尿病です", list{"糖尿病"}},
	{"Han with a space", list{"糖尿病"}, "糖 尿病", list{"糖 尿病"}},
	{"one Han character", list{"癌"}, "肺癌患者", list{"癌"}},
	{"Kana", list{"インスリン"}, "インスリンポンプ", list{"インスリン"}},
	{"half-width Kana", list{"インスリン"}, "ｲﾝｽﾘﾝ", list{"ｲﾝｽﾘﾝ"}},
	{"Latin beside Han", list{"hiv感染"}, "患者HIV感染", list{"HIV感染"}},
	{"Thai", list{"เบาหวาน"}, "เป็นเบาหวานมา", list{"เบาหวาน"}},
	{"Thai vowel sign belongs to its letter", list{"ก"}, "กี ก", list{"ก"}},
	{"Hangul with a particle", list{"당뇨병*"}, "당뇨병은", list{"당뇨병은"}},
	{"Devanagari", list{"मधुमेह"}, "उसे मधुमेह है", list{"मधुमेह"}},
	{"no-break space", list{"patient id"}, "patient\u00A0id", list{"patient\u00A0id"}},
	{"en dash", list{"patient id"}, "patient\u2013id", list{"patient\u2013id"}},
	{"typographic apostrophe", list{"alzheimer's"}, "Alzheimer’s", list{"Alzheimer’s"}},
	{"symbol between words", list{"patient id"}, "patient € id", list{"patient € id"}},
	{"ideographic full stop", list{"患者病"}, "患者。病", nil},
	{"word beside a character of another script", list{"id"}, "éid idé id€", list{"id"}},
	{"question mark for a letter of two bytes", list{"caf?"}, "café", list{"café"}},
	{"accent in the ninth byte", list{"abcdefghé", "abcdefghè"}, "abcdefghè", list{"abcdefghè"}},
}

var overlap = collection{
	{"one inside another", list{"type 2 diabetes", "diabetes", "type 2"}, "type 2 diabetes", list{"type 2", "type 2 diabetes", "diabetes"}},
	{"chained", list{"a b", "b c", "a b c"}, "a b c", list{"a b", "a b c", "b c"}},
	{"repeated word", list{"no no"}, "no no no", list{"no no", "no no"}},
	{"same start", list{"lung", "lung cancer", "lung cancer screening"}, "lung cancer screening", list{"lung", "lung cancer", "lung cancer screening"}},
	{"same end", list{"cancer", "lung cancer"}, "lung cancer", list{"lung cancer", "cancer"}},
	{"plain and star", list{"lung", "lun*", "lu?g"}, "lung", list{"lung", "lung", "lung"}},
	{"later anchor, earlier start", list{"x ray film", "film"}, "x ray film", list{"x ray film", "film"}},
	{"short word before the anchor of one that began before", list{"of acute pain", "acute"}, "of acute pain", list{"of acute pain", "acute"}},
}

var evasion = collection{
	{"soft hyphen", list{"diabetes"}, "dia\u00ADbetes", list{"dia\u00ADbetes"}},
	{"zero-width space", list{"ssn"}, "s\u200Bs\u200Bn", list{"s\u200Bs\u200Bn"}},
	{"nul", list{"ssn"}, "s\x00sn", list{"s\x00sn"}},
	{"full width", list{"ssn"}, "ＳＳＮ", list{"ＳＳＮ"}},
	{"mathematical letters", list{"ssn"}, "𝐬𝐬𝐧", list{"𝐬𝐬𝐧"}},
	{"struck through", list{"die"}, "d\u0336i\u0336e\u0336", list{"d\u0336i\u0336e\u0336"}},
	{"direction override", list{"ssn"}, "\u202Essn\u202C", list{"ssn"}},
	{"invalid byte beside a word", list{"ssn"}, "\xFFssn\xFE", list{"ssn"}},
	{"truncated character before a word", list{"ssn"}, "\xE2\x80ssn", list{"ssn"}},
	{"control character that would be a digit in lower case", list{"b1"}, "b\x11 b1", list{"b1"}},
	{"look-alikes are different", list{"ssn"}, "ѕѕn", nil},
}

var regression = collection{
	{"anchor known alone, with a plain word before the star", list{"é a a?"}, "x é a ab", list{"é a ab"}},
	{"no gap between character and word", list{"=糖 abcdefghijkxmnopq"}, "ab 糖abcdefghijkxmnopq", list{"糖abcdefghijkxmnopq"}},
	{"compatibility jamo", list{"흐"}, "\u1112\u3161", list{"\u1112\u3161"}},
}
