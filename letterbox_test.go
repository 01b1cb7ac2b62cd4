package main

import (
	"context"
	"strings"
	"sync"

	"accrue/identity"
	"accrue/storage"
	"accrue/tracker"
)

// letterbox is where the letters of a server under test arrive, written while they are posted.
type letterbox struct {
	mu      sync.Mutex
	arrived []identity.Letter
	invited []tracker.InvitationLetter
	full    bool // it takes no more letters
}

// Invite implements tracker.Letters.
func (b *letterbox) Invite(write func(context.Context) (tracker.InvitationLetter, error)) bool {
	if b.full {
		return false
	}
	letter, err := write(context.Background())
	if err == nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.invited = append(b.invited, letter)
	}
	return true
}

// Post implements identity.Mail.
func (b *letterbox) Post(_ storage.MailPurpose, write func(context.Context) (identity.Letter, error)) bool {
	letter, err := write(context.Background())
	if err == nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.arrived = append(b.arrived, letter)
	}
	return true
}

// to returns the letters of the purpose to the address.
func (b *letterbox) to(purpose storage.MailPurpose, email string) (letters []identity.Letter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, letter := range b.arrived {
		if letter.Purpose == purpose && letter.Email == email {
			letters = append(letters, letter)
		}
	}
	return letters
}

// reveal puts the tokens of the last letters, to anybody, in the place of their names.
func (b *letterbox) reveal(text string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	names := map[storage.MailPurpose]string{storage.MailVerification: "<verification>", storage.MailPasswordReset: "<reset>"}
	tokens := map[string]string{}
	for _, letter := range b.arrived {
		tokens[names[letter.Purpose]] = letter.Token
	}
	for name, token := range tokens {
		text = strings.ReplaceAll(text, name, token)
	}
	if n := len(b.invited); n > 0 {
		text = strings.ReplaceAll(text, "<invitation>", b.invited[n-1].Code)
	}
	return text
}
