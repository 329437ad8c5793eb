package number_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/lexicon/number"
)

// detectors compiles a lexicon of every detector, so that vectors go the whole way: a
// cue that the phrase matcher cannot find fails here.
func detectors(t testing.TB) *lexicon.Set {
	t.Helper()
	var b strings.Builder
	b.WriteString("name = \"all\"\n")
	for _, name := range number.Names() {
		fmt.Fprintf(&b, "[[entry]]\ndetector = %q\n", name)
	}
	l, err := lexicon.Parse("all.toml", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	s, err := lexicon.Compile(l)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// find lists the numbers in a text as "kind=number".
func find(s *lexicon.Set, text string) []string {
	found := []string{}
	for _, h := range s.Scan(nil, []lexicon.Text{{Content: text}}) {
		found = append(found, s.Detector(h)+"="+text[h.Start:h.End])
	}
	return found
}

// vector is a text and the numbers in it, as "kind=number".
type vector struct {
	text string
	want []string
}

func TestVectors(t *testing.T) {
	s := detectors(t)
	for name, vectors := range map[string][]vector{
		"card": cardVectors, "ssn": ssnVectors, "medicare": medicareVectors, "tax": taxVectors, "bank": bankVectors,
		"security": securityVectors, "health": healthVectors, "person": personVectors, "meaning": meaningVectors,
		"evasion": evasionVectors, "negative": negativeVectors, "glued": gluedVectors,
		"diagnosis": diagnosisVectors,
	} {
		t.Run(name, func(t *testing.T) {
			for _, v := range vectors {
				if got := find(s, v.text); !slices.Equal(got, append([]string{}, v.want...)) {
					t.Errorf("%q: found %q, want %q", v.text, got, v.want)
				}
			}
		})
	}
}

// TestColumn reads a spreadsheet in which only the heading says what the numbers are.
func TestColumn(t *testing.T) {
	var b strings.Builder
	b.WriteString("Name,SSN,City\n")
	for i := range 200 {
		fmt.Fprintf(&b, "Miller %c,5362287%02d,Portland\n", 'A'+i%26, 10+i%80)
	}
	if got := find(detectors(t), b.String()); len(got) != 200 {
		t.Errorf("found %d of 200", len(got))
	}
}

var cardVectors = []vector{
	{"4012888888881881 4012-8888-8888-1881 4012 8888 8888 1881", []string{"card=4012888888881881", "card=4012-8888-8888-1881", "card=4012 8888 8888 1881"}},
	{"Visa of 13: 4222222222222", []string{"card=4222222222222"}},
	{"4012888888881882 fails Luhn", nil},
	{"5555555555554444, 2221000000000009, 2720999999999996", []string{"card=5555555555554444", "card=2221000000000009", "card=2720999999999996"}},
	{"2220999999999999 2721000000000004 are below and above the range", nil},
	{"amex 3714 496353 98431, 371449635398431", []string{"card=3714 496353 98431", "card=371449635398431"}},
	{"diners 30569309025904 and 3056 930902 5904", []string{"card=30569309025904", "card=3056 930902 5904"}},
	{"6011000400000000 3528000700000000 6240008631401148", []string{"card=6011000400000000", "card=3528000700000000", "card=6240008631401148"}},
	{"Maestro 6759649826438453", []string{"card=6759649826438453"}},
	{"nothing says that 6759649826438453 is one", nil},
	{"id 4000000000000000006", nil},                                         // Visa of 19 without a cue
	{"visa card 4000000000000000006", []string{"card=4000000000000000006"}}, // and with one
	{"4012 8888 8888 1881 05/27 123", []string{"card=4012 8888 8888 1881"}},
	{"4012 8888 8888 1881 123", []string{"card=4012 8888 8888 1881"}},
	{"4012 8888 8888 1881 0527", []string{"card=4012 8888 8888 1881"}},
	{"x=4012888888881881;", []string{"card=4012888888881881"}},
	{"card 4012888888881881.", []string{"card=4012888888881881"}},
}

var ssnVectors = []vector{
	{"078-05-1123 078.05.1123 078 05 1123", []string{"ssn=078-05-1123", "ssn=078.05.1123", "ssn=078 05 1123"}},
	{"12 078 05 1123 and 078 05 1123 44 in rows of numbers", nil},
	{"abc 078 05 1123 abc", []string{"ssn=078 05 1123"}},
	{"772-10-1234 899-10-1234 734-22-1234", []string{"ssn=772-10-1234", "ssn=899-10-1234", "ssn=734-22-1234"}},
	{"000-12-3456 666-12-3456 900-12-3456 999-12-3456 123-00-4567 123-45-0000", nil},
	{"078-05-1120 219-09-9999 123-45-6789 987-65-4320", nil},
	{"078-051123 07805-1123 078-05.1123 693-09.4444", nil},
	{"078051123", nil},
	{"SSN 078051123", []string{"ssn=078051123"}},
	{"SS# 078051123, social security no. 078051124", []string{"ssn=078051123", "ssn=078051124"}},
	{"078051123 (SSN)", []string{"ssn=078051123"}},
	{"0780511201 5078-05-1123 078-05-11234 1-078-05-1123 078-05-1123-4", nil},
	{"1.078-05-1123 078-05-1123.5", nil},
	{"Invoice 078-05-1123, order no. 078-05-1123, tracking number: 078-05-1123", nil},
	{"in any case my number is 078-05-1123", []string{"ssn=078-05-1123"}},
	{"Name SSN\nBob 078051123\nAnn 078051124", []string{"ssn=078051123", "ssn=078051124"}},
}

var medicareVectors = []vector{
	{"Patient 1EG4-TE5-MK73 and 2AG9-XC4-NN22", []string{"mbi=1EG4-TE5-MK73", "mbi=2AG9-XC4-NN22"}},
	{"1EG4TE5MK73 1eg4-te5-mk73", []string{"mbi=1EG4TE5MK73", "mbi=1eg4-te5-mk73"}},
	{"1SG4-TE5-MK73 1EG4-LE5-MK73 1EG4-TE5-OK73 1EG4-TE5-MI73 1BG4-TE5-MK73 1EG4-ZE5-MK73 AEG4-TE5-MK73 12G4-TE5-MK73 1EG4TE5MK7 1EG4TE5MK734", nil},
	{"1EG-4TE5-MK73", nil},
	{"dQ 1eG4tE5Mk73", nil},
	{"HICN 536-22-8764A, hic 536228764B1", []string{"hicn=536-22-8764A", "hicn=536228764B1"}},
	{"536-22-8764-A 536-22-8764-C1", []string{"hicn=536-22-8764-A", "hicn=536-22-8764-C1"}},
	{"Railroad Medicare WD-123456, medicare MA 536228764", []string{"hicn=WD-123456", "hicn=MA 536228764"}},
	{"model WD-123456, 000-22-8764A, 536-22-8764Z", nil},
}

var taxVectors = []vector{
	{"911-70-1234 911-53-1234 911-64-1234", []string{"itin=911-70-1234", "itin=911-53-1234", "itin=911-64-1234"}},
	{"my tax id 911-89-1234", nil},
	{"ITIN 911701234", []string{"itin=911701234"}},
	{"911701234", nil},
	{"EIN 12-3456788, federal tax id 123456788", []string{"ein=12-3456788", "ssn=123456788"}},
	{"EIN 07-1234567", nil},
	{"12-3456788", nil},
}

var bankVectors = []vector{
	{"routing number 121000358, ABA 3222-7162-7", []string{"aba=121000358", "aba=3222-7162-7"}},
	{"routing 421042111, aba 1234-0000-0", nil},
	{"121000358", nil},
	{"Account number: 945456787654, acct 1234567", []string{"bank-account=945456787654", "bank-account=1234567"}},
	{"savings account 12-345-678", []string{"bank-account=12-345-678"}},
	{"IBAN GB82 WEST 1234 5698 7654 32 EUR", []string{"iban=GB82 WEST 1234 5698 7654 32"}},
	{"DE89370400440532013000 and DE89370400440532013001", []string{"iban=DE89370400440532013000"}},
	{"SWIFT: DEUTDEFF, BIC code COBADEFFXXX", []string{"swift=DEUTDEFF", "swift=COBADEFFXXX"}},
	{"swift as the coursing river, BIC pens", nil},
}

var securityVectors = []vector{
	{"US0378331005 US0378331006", []string{"isin=US0378331005"}},
	{"CUSIP 037833100", []string{"cusip=037833100"}},
	{"CUSIP 037833101", nil},
}

var healthVectors = []vector{
	{"NPI: 1234567893 and NPI 1245319599", []string{"npi=1234567893", "npi=1245319599"}},
	{"provider identifier 1234-567-893", []string{"npi=1234-567-893"}},
	{"NPI 1234567890, 0234567893, 3234567893", nil},
	{"GL0285191 EU4488929 K92993548", []string{"dea=GL0285191", "dea=EU4488929", "dea=K92993548"}},
	{"The DEA number is  BG8207031", nil},
	{"0002-7597-01 and 50242-040-62", []string{"ndc=0002-7597-01", "ndc=50242-040-62"}},
	{"MRN: 00412287, medical record no. A1234567", []string{"mrn=00412287", "mrn=A1234567"}},
	{"Patient ID 4471-22", []string{"mrn=4471-22"}},
	{"MRN 00412287 seen on 20240105 with 12345", []string{"mrn=00412287"}},
	{"the chart shows 2024 results", nil},
	{"Member ID: XYZ123456789, group number 0076543", []string{"insurance-id=XYZ123456789", "insurance-id=0076543"}},
	{"DOB: 01/05/1980, born January 5, 1980, date of birth 5 Jan 1980, birthdate 1980-01-05", []string{"dob=01/05/1980", "dob=January 5, 1980", "dob=5 Jan 1980", "dob=1980-01-05"}},
	{"dob 13/32/1980, dob 01/05/1870", nil},
	{"on 01/05/1980 we met", nil},
}

var personVectors = []vector{
	{"(207) 555-1234, 207-555-1234, +1 207.555.1234", []string{"phone-us=(207) 555-1234", "phone-us=207-555-1234", "phone-us=+1 207.555.1234"}},
	{"call 2075551234", []string{"phone-us=2075551234"}},
	{"107-555-1234 211-555-1234 207-111-1234", nil},
	{"jo.doe+x@mail.example.org, <a@b>", []string{"email=jo.doe+x@mail.example.org"}},
	{"host 192.0.2.17 and 2001:db8::1", []string{"ip=192.0.2.17", "ip=2001:db8::1"}},
	{"192.0.2.300, version 1.2.3.4", nil},
	{"passport no. 912803456, passport A12803456", []string{"passport-us=912803456", "passport-us=A12803456"}},
	{"driver's license D1234567", []string{"drivers-license=D1234567"}},
	{"DL# D123-456-78-901-0", []string{"drivers-license=D123-456-78-901-0"}},
}

// meaningVectors hold one number each that several kinds could claim.
var meaningVectors = []vector{
	{"SSN 536228764, routing number 121000358", []string{"ssn=536228764", "aba=121000358"}},
	{"We have your SSN. The routing number is 121000358.", []string{"aba=121000358"}},
	{"We have your SSN. The routing number is 536228764.", nil}, // fails the check of a routing number
	{"We have your SSN. Tracking number 536228764.", nil},
	{"your order: SSN 536228764", []string{"ssn=536228764"}},
	{"account number 4012888888881881", []string{"card=4012888888881881"}},
	{"MRN: 536-22-8764", []string{"ssn=536-22-8764"}},
	{"order 4012888888881881", nil},
	{"order for card 4012888888881881", []string{"card=4012888888881881"}},
}

var evasionVectors = []vector{
	{"536\u200b-22\u00ad-8764", []string{"ssn=536\u200b-22\u00ad-8764"}},
	{"５３６‐２２‐８７６４", []string{"ssn=５３６‐２２‐８７６４"}},
	{"536–22–8764 and 536\u00a022\u00a08764", []string{"ssn=536–22–8764", "ssn=536\u00a022\u00a08764"}},
	{"4012 8888\n8888 1881", []string{"card=4012 8888\n8888 1881"}},
	{"536-22-\r\n8764", []string{"ssn=536-22-\r\n8764"}},
	{"> 4012 8888\n> 8888 1881, 536-22-\n> 8764", []string{"card=4012 8888\n> 8888 1881", "ssn=536-22-\n> 8764"}},
	{"卡号4012888888881881。", []string{"card=4012888888881881"}},
}

// gluedVectors hang on a word without a gap.
var gluedVectors = []vector{
	{"SSN536228764 ssn078-05-1123 MRN00412287 Acct12345678", []string{"ssn=536228764", "ssn=078-05-1123", "mrn=00412287", "bank-account=12345678"}},
	{"order4012888888881881 PO536228764 ABC12345678", nil},
	{"card4012888888881881", []string{"card=4012888888881881"}},
	{"536-22-8764.pdf, see 536-22-8765.The next", []string{"ssn=536-22-8764", "ssn=536-22-8765"}},
}

// negativeVectors look like numbers of persons and are none.
var negativeVectors = []vector{
	{"0.5309136012499991% 0.4012888888881881 1.5", nil},
	{"550e8400-e29b-41d4-a716-446655440000", nil},
	{"da39a3ee5e6b4b0d3255bfef95601890afd80709", nil},
	{"1500000000000 1500000000000000000 1700000000123", nil},
	{"https://example.com/item/4012888888881881?q=536228764", nil},
	{"<4012888888881881.12@mail.example.org>", []string{"email=4012888888881881.12@mail.example.org"}},
	{"ISBN 978-3-16-148410-0, EAN 4006381333931", nil},
	{"2001 2002 2003 2004 2005 2006 4012 8888 8888 1881 2007", nil},
	{"$536228764 and £4012888888881881", nil},
	{"99501-1234 04101-5678 zip 041015678", nil},
	{"0000 0000 0000 0000, 4444444444444444", nil},
	{"----=_NextPart_000_0012_01C2A4B0.4012888888881881", nil},
	{"margin:-0.4012888888881881em", nil},
}

var diagnosisVectors = []vector{
	{"E11.9, I25.10 and M54.5.", []string{"icd10=E11.9", "icd10=I25.10", "icd10=M54.5"}},
	{"S72.001A is an initial encounter, T14.8XXA another", []string{"icd10=S72.001A", "icd10=T14.8XXA"}},
	{"M54.50 and F32.A refine older codes", []string{"icd10=M54.50", "icd10=F32.A"}},
	{"Dx: I10", []string{"icd10=I10"}},
	{"ICD-10 code E1165; diagnosis code e11.9", []string{"icd10=E1165", "icd10=e11.9"}},
	{"take the E10 to Q12, print on A4, room B20", nil},
	{"version V10.1, v2.0.1, e11.9, A10.1, Z99.99", nil}, // lower case; no such category; no such code
	{"E11.9/shop, E11.99999, E11.9.1", nil},
	{"order A01.0 and part no B01.1", nil},
}
