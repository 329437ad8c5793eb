package rtf

import (
	"github.com/zixpolicy/zixpolicy/message/charset"
)

// destination is what the text in a group is.
type destination uint8

const (
	textDestination    destination = iota
	fontDestination                // the table of fonts
	machineDestination             // for programs only
	dataDestination                // a picture or an object, in hexadecimal digits
	strayDestination               // what no program shows
)

// sections are the destinations that are texts, with the sections they go into.
var sections = map[string]string{
	"header": "header", "headerl": "header", "headerr": "header", "headerf": "header",
	"footer": "footer", "footerl": "footer", "footerr": "footer", "footerf": "footer",
	"footnote": "footnotes", "annotation": "comments", "atnauthor": "comments", "atnid": "comments",
	"fldinst": "fields", "datafield": "fields", "bkmkstart": "names", "revtbl": "names",
	"sn": "shapes", "sv": "shapes", "objalias": "shapes", "objname": "shapes",
	"formfield": "fields", "ffname": "fields", "ffdeftext": "fields", "ffhelptext": "fields", "ffstattext": "fields", "ffl": "fields",
}

// properties are the destinations that are properties of the document.
var properties = map[string]bool{
	"title": true, "subject": true, "author": true, "manager": true, "company": true, "operator": true, "category": true,
	"keywords": true, "comment": true, "doccomm": true, "hlinkbase": true, "propname": true, "staticval": true, "linkval": true,
}

// unseen are the sections that are not shown to a reader.
var unseen = map[string]bool{"fields": true, "names": true, "shapes": true, "unknown": true, "objects": true}

// machines are the destinations that carry no text.
var machines = map[string]bool{
	"colortbl": true, "stylesheet": true, "listtable": true, "listoverridetable": true, "rsidtbl": true, "generator": true,
	"themedata": true, "colorschememapping": true, "latentstyles": true, "datastore": true, "blipuid": true, "xmlnstbl": true,
	"mmathPr": true, "pgptbl": true, "filetbl": true, "fchars": true, "lchars": true, "pnseclvl": true, "pntxta": true,
	"pntxtb": true, "bkmkend": true, "atrfstart": true, "atrfend": true, "atndate": true, "atnref": true, "atntime": true,
	"bliptag": true, "picprop": true, "wgrffmtfilter": true, "panose": true, "falt": true, "fname": true, "password": true,
	"passwordhash": true, "listpicture": true, "levelnumbers": true, "leveltext": true, "creatim": true, "revtim": true,
	"printim": true, "buptim": true, "listname": true, "expandedcolortbl": true, "cocoartf": true, "objtime": true,
	"aftnsep": true, "ftnsep": true, "aftnsepc": true, "ftnsepc": true, "aftncn": true, "ftncn": true,
}

// transparent are ignorable destinations whose text belongs to what they stand in.
var transparent = map[string]bool{
	"shppict": true, "shpinst": true, "shptxt": true, "do": true, "dptxbxtext": true, "shp": true, "sp": true, "ud": true,
	"nesttableprops": true, "background": true, "shpgrp": true, "pn": true, "pgdsc": true, "pgdsctbl": true, "oldcprops": true,
	"mmath": true, "moMath": true, "moMathPara": true, "mr": true, "me": true, "userprops": true, "objemb": true, "docvar": true,
}

// enter makes the group a destination, if that is what a control word does.
func (r *reader) enter(t token) bool {
	name := t.name
	if section, ok := sections[name]; ok {
		r.become(textDestination, section)
		return true
	}
	switch {
	case properties[name]:
		r.become(textDestination, "properties")
		r.state.label = name
	case name == "fonttbl":
		r.become(fontDestination, r.state.section)
	case name == "pict", name == "objdata":
		r.become(dataDestination, r.state.section)
		r.opaque = opaque{object: name == "objdata", room: r.file.TextLeft()}
	case name == "objclass":
		r.become(textDestination, "objects")
	case machines[name]:
		r.become(machineDestination, r.state.section)
	case r.state.star && !transparent[name] && r.state.destination == textDestination:
		r.become(strayDestination, "unknown")
	default:
		return r.state.star
	}
	return true
}

// become makes the group a destination.
func (r *reader) become(d destination, section string) {
	r.state.destination, r.state.section, r.state.star, r.state.label = d, section, false, ""
	if d == textDestination {
		r.state.hidden, r.state.deleted, r.state.added = false, false, false
	}
}

// leave ends what a group was a destination of.
func (r *reader) leave(s state) {
	switch s.destination {
	case dataDestination:
		r.opaque.hand(r.file)
		r.opaque = opaque{}
	case textDestination, strayDestination:
		if w := r.section(s.section); w.Pending() {
			w.End()
		}
	case fontDestination, machineDestination:
	}
}

// fontWord reads a control word in the table of fonts.
func (r *reader) fontWord(t token) {
	switch t.name {
	case "f":
		r.font = t.number
	case "fcharset":
		if len(r.fonts) < 1<<16 {
			r.fonts[r.font] = font{codepage: charset.Codepage(charsetPages[t.number]), symbols: t.number == 2}
		}
	case "cpg":
		if len(r.fonts) < 1<<16 {
			r.fonts[r.font] = font{codepage: charset.Codepage(t.number)}
		}
	}
}

// charsetPages are the code pages of the character sets of fonts.
var charsetPages = map[int]int{
	0: 1252, 77: 10000, 78: 10001, 79: 10003, 80: 10008, 81: 10002, 83: 10005, 84: 10004, 85: 10006, 86: 10081, 87: 10021,
	88: 10029, 89: 10007, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
	178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
}
