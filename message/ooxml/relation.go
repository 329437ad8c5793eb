package ooxml

import (
	"path"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/xmlscan"
)

// relations reads what a part refers to: link targets, and the sheets of a workbook.
func (d *document) relations(s *xmlscan.Scanner) {
	for {
		switch s.Next() {
		case xmlscan.EOF:
			return
		case xmlscan.Start:
			if string(s.Name()) != "Relationship" {
				continue
			}
			target := s.Attr("Target")
			switch kind := path.Base(s.Attr("Type")); {
			case strings.EqualFold(s.Attr("TargetMode"), "External"):
				d.external[target] = true
			case kind == "worksheet" || kind == "chartsheet" || kind == "dialogsheet" || kind == "xlMacrosheet":
				d.book.target(s.Attr("Id"), path.Base(target))
			}
		}
	}
}

// links returns the targets of links, one a line.
func (d *document) links() string {
	var targets []string
	for target := range d.external {
		targets = append(targets, strings.ToValidUTF8(target, "\uFFFD"))
	}
	slices.Sort(targets)
	return strings.Join(targets, "\n")
}
