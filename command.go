package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"accrue/identity"
	"accrue/storage/sqlite"
)

var errEmbeddedOnly = errors.New("this copies the embedded database only; for MongoDB use its own tools, such as mongodump")

// backupCommand copies the embedded database.
type backupCommand struct {
	Database
	File string `arg:"" type:"path" help:"The file to write; it must not exist."`
}

// Run writes the copy.
func (c *backupCommand) Run(ctx context.Context) error {
	if c.MongoDBURI != "" {
		return errEmbeddedOnly
	}
	if err := sqlite.Backup(ctx, c.DataDir, c.File); err != nil {
		return err
	}
	fmt.Println("Backup written to " + c.File)
	return nil
}

// restoreCommand replaces the embedded database.
type restoreCommand struct {
	Database
	File string `arg:"" type:"existingfile" help:"A file that backup wrote."`
}

// Run puts the copy in place.
func (c *restoreCommand) Run(ctx context.Context) error {
	if c.MongoDBURI != "" {
		return errEmbeddedOnly
	}
	if err := sqlite.Restore(ctx, c.File, c.DataDir); err != nil {
		return err
	}
	fmt.Println("Restored " + c.File + "; the database that was there is kept beside it.")
	return nil
}

// accountCommand looks after local accounts.
type accountCommand struct {
	ResetPassword resetPasswordCommand `cmd:"" help:"Set a new password, read from standard input, and end all sessions."`
}

type resetPasswordCommand struct {
	Database
	Email string `arg:"" help:"The account's e-mail address."`
}

// Run reads the new password and sets it. With the embedded database the server must be stopped.
func (c *resetPasswordCommand) Run(ctx context.Context) error {
	fmt.Fprint(os.Stderr, "New password: ")
	password, err := bufio.NewReader(os.Stdin).ReadString('\n')
	password = strings.TrimRight(password, "\r\n")
	if err != nil && password == "" {
		return errors.New("no password was given on standard input")
	}
	store, err := c.open(ctx)
	if err != nil {
		return err
	}
	accounts, err := identity.NewAccounts(ctx, store, identity.Options{})
	if err == nil {
		err = accounts.ResetPassword(ctx, c.Email, password)
	}
	if err = errors.Join(err, store.Close()); err == nil {
		fmt.Println("The password is set; all sessions are ended.")
	}
	return err
}
