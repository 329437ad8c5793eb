package rules

import (
	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// textOf returns a part of a message as the lexicons see it.
func textOf(part *message.Part) lexicon.Text {
	text := lexicon.Text{Content: part.Text}
	for _, table := range part.Tables {
		text.Tables = append(text.Tables, lexicon.Table(table))
	}
	return text
}
