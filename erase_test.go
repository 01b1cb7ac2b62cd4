package main

import (
	"encoding/json"
	"testing"

	"accrue/storage"
)

// Whoever erases her account in the very second in which she changed her password is gone, too.
func TestNoTokenOpensAnErasedAccount(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		_, answer := a.ask(t, "jordan", `mutation { changePassword(input: {oldPassword: "`+passwordOf("jordan")+`", newPassword: "another password"}) { accessToken } }`, nil)
		token := at(t, answer, "data", "changePassword", "accessToken").(string)
		send := func(query string) map[string]any {
			body, err := json.Marshal(map[string]string{"query": query})
			if err != nil {
				t.Fatal(err)
			}
			_, answer := a.send(t, token, body)
			return answer
		}
		if answer := send(`mutation { deleteAccount(input: {password: "another password", confirm: true}) { deletedProfessionalId } }`); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		if answer := send(`{ me { id } }`); codeOf(t, answer) != "UNAUTHENTICATED" {
			t.Errorf("the token opens %s", indented(answer))
		}
	})
}
