package ce

import "strings"

// Text is what is said to people, before it is put into their language: messages, each an id with its values. Package
// wording turns it into sentences. As a string it is the form for storage and means nothing to people.
type Text string

// Message is one sentence: the id of a template, and what is put into it, in order. Days are in the form of Date.
type Message struct {
	ID     string
	Values []string
}

const (
	betweenMessages = "\n"
	betweenValues   = "\t"
)

var plain = strings.NewReplacer(betweenMessages, " ", betweenValues, " ")

// NewText makes a text of messages.
func NewText(messages ...Message) Text {
	length := 0
	for _, m := range messages {
		length += len(betweenMessages) + len(m.ID)
		for _, value := range m.Values {
			length += len(betweenValues) + len(value)
		}
	}
	var text strings.Builder
	text.Grow(length)
	for i, m := range messages {
		if i > 0 {
			text.WriteString(betweenMessages)
		}
		text.WriteString(m.ID)
		for _, value := range m.Values {
			text.WriteString(betweenValues)
			if strings.ContainsAny(value, betweenMessages+betweenValues) {
				value = plain.Replace(value)
			}
			text.WriteString(value)
		}
	}
	return Text(text.String())
}

// Messages returns the messages of the text.
func (t Text) Messages() []Message {
	if t == "" {
		return nil
	}
	var list []Message
	for line := range strings.SplitSeq(string(t), betweenMessages) {
		parts := strings.Split(line, betweenValues)
		list = append(list, Message{ID: parts[0], Values: parts[1:]})
	}
	return list
}
