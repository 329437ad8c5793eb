package charset

import "golang.org/x/text/encoding/korean"

// decodeISO2022KR decodes ISO-2022-KR (RFC 1557): between SO and SI stands
// EUC-KR without its high bits; one escape sequence announces it.
func decodeISO2022KR(content []byte) string {
	const announcement = "\x1b$)C"
	const shiftOut, shiftIn = 0x0e, 0x0f
	euc := make([]byte, 0, len(content))
	var high byte
	for i := 0; i < len(content); i++ {
		switch b := content[i]; {
		case b == shiftOut:
			high = 0x80
		case b == shiftIn:
			high = 0
		case b == 0x1b && len(content)-i >= len(announcement) && string(content[i:i+len(announcement)]) == announcement:
			i += len(announcement) - 1
		case b <= ' ':
			euc = append(euc, b)
			if b == '\n' {
				high = 0 // each line starts in ASCII
			}
		default:
			euc = append(euc, b|high)
		}
	}
	return decodeWith(korean.EUCKR, euc)
}
