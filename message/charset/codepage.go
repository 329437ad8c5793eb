package charset

import "strconv"

// Codepage returns the label of a Windows code page for [Decode], "" for the ones
// that say nothing (0, the code page of the writer's machine).
func Codepage(number int) string {
	switch number {
	case 0, 1, 2, 3:
		return ""
	case 1200:
		return "utf-16le"
	case 1201:
		return "utf-16be"
	case 65000:
		return "utf-7"
	case 65001:
		return "utf-8"
	case 10000:
		return "macintosh"
	case 10007:
		return "x-mac-cyrillic"
	case 20127:
		return "us-ascii"
	case 932, 10001:
		return "shift_jis"
	case 936, 10008:
		return "gbk"
	case 949, 1361, 10003:
		return "euc-kr"
	case 950, 10002:
		return "big5"
	case 37:
		return "ibm037"
	case 858:
		return "ibm00858"
	case 20866:
		return "koi8-r"
	case 21866:
		return "koi8-u"
	case 50220, 50221, 50222:
		return "iso-2022-jp"
	case 50225:
		return "iso-2022-kr"
	case 51932:
		return "euc-jp"
	case 51949:
		return "euc-kr"
	case 51936, 54936:
		return "gb18030"
	case 52936:
		return "hz-gb-2312"
	}
	switch {
	case number >= 28591 && number <= 28606:
		return "iso-8859-" + strconv.Itoa(number-28590)
	case number == 874 || number >= 1250 && number <= 1258:
		return "windows-" + strconv.Itoa(number)
	}
	return "cp" + strconv.Itoa(number)
}
