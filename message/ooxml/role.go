package ooxml

import "strings"

// role is what a part is read as. Roles are in the order of reading.
type role uint8

const (
	roleRelations  role = iota // what the package's parts are to each other, link targets
	roleSilent                 // carries no text
	roleStyles                 // of a workbook: how numbers look
	roleBook                   // of a workbook: names and states of its sheets
	roleStrings                // of a workbook: its texts
	roleMain                   // the text of a document
	roleSheet                  // a sheet of a workbook
	roleSlide                  // a slide
	roleNotes                  // a page of notes to a slide
	roleHeader                 // the header of pages
	roleFooter                 // the footer of pages
	roleFootnotes              //
	roleEndnotes               //
	roleComments               //
	roleDrawing                // text boxes and diagrams in a part of their own
	roleChart                  //
	roleMaster                 // masters and layouts of slides
	roleGlossary               // building blocks
	roleProperties             // of the document
	roleRecords                // XML whose attributes are text
	roleMachine                // XML with hardly any text
	roleBinary                 // known and no XML
	roleOther                  // anything else, to be handed on
)

// section returns the name of the section that a role's text stands in, "" for the
// document's own text.
func (r role) section() string {
	switch r {
	case roleSlide:
		return "slide"
	case roleNotes:
		return "notes"
	case roleHeader:
		return "header"
	case roleFooter:
		return "footer"
	case roleFootnotes:
		return "footnotes"
	case roleEndnotes:
		return "endnotes"
	case roleComments:
		return "comments"
	case roleDrawing:
		return "drawings"
	case roleChart:
		return "charts"
	case roleMaster:
		return "layouts"
	case roleGlossary:
		return "glossary"
	case roleProperties:
		return "properties"
	case roleRecords:
		return "records"
	case roleMachine:
		return "settings"
	}
	return ""
}

// roleOf returns the role of a part with that root element and name.
func roleOf(root, name string) role {
	switch root {
	case "Types":
		return roleSilent
	case "Relationships":
		return roleRelations
	case "styleSheet":
		return roleStyles
	case "workbook":
		return roleBook
	case "sst":
		return roleStrings
	case "document":
		return roleMain
	case "worksheet", "dialogsheet", "chartsheet", "macrosheet":
		return roleSheet
	case "sld":
		return roleSlide
	case "notes":
		return roleNotes
	case "hdr":
		return roleHeader
	case "ftr":
		return roleFooter
	case "footnotes":
		return roleFootnotes
	case "endnotes":
		return roleEndnotes
	case "comments", "cmLst", "ThreadedComments":
		return roleComments
	case "wsDr", "dataModel", "drawing", "userShapes", "xml":
		return roleDrawing
	case "chartSpace":
		return roleChart
	case "sldMaster", "sldLayout", "notesMaster", "handoutMaster":
		return roleMaster
	case "glossaryDocument":
		return roleGlossary
	case "coreProperties", "Properties":
		return roleProperties
	}
	return lesserRole(root, name)
}

// lesserRole is roleOf for parts that are no text of the document.
func lesserRole(root, name string) role {
	switch root {
	case "pivotCacheDefinition", "pivotCacheRecords", "pivotTableDefinition", "connections", "queryTable", "table",
		"externalLink", "cmAuthorLst", "authorLst", "personList", "people", "tagLst", "commentsEx", "commentsExtensible", "commentsIds",
		"slicers", "slicerCacheDefinition", "timelines", "timelineCacheDefinition", "metadata", "ctrlProp", "formControlPr",
		"VisioDocument", "PageContents", "MasterContents", "Pages", "Masters", "Windows", "Solutions",
		"FixedPage", "FixedDocument", "FixedDocumentSequence":
		return roleRecords
	case "styles", "theme", "themeOverride", "settings", "webSettings", "fonts", "numbering", "calcChain", "tblStyleLst",
		"presentation", "presentationPr", "viewPr", "clrMap", "datastoreItem", "chartStyle", "colorStyle", "layoutDef",
		"styleDef", "colorsDef", "wne", "vbaSuppData", "revisions", "headers", "users", "volTypes", "MapInfo", "richValueRels",
		"rvStructures", "rvTypesInfo", "rvData", "taskpanes", "webextension", "ocx", "recipients":
		return roleMachine
	}
	if strings.Contains(name, "printerSettings/") || strings.HasSuffix(name, ".odttf") || strings.HasSuffix(name, ".fntdata") {
		return roleBinary
	}
	return roleOther
}
