package identity_test

import (
	"testing"
	"time"

	"accrue/ce"
	"accrue/identity"
	"accrue/identity/identitytest"
)

func TestFirebaseEmulator(t *testing.T) {
	emulator := identitytest.StartEmulator(t)
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", emulator.Host)
	firebaseOf := func(project string) *identity.Firebase {
		t.Helper()
		firebase, err := identity.NewFirebase(t.Context(), identity.FirebaseConfig{ProjectID: project, AllowEmulator: true})
		if err != nil {
			t.Fatal(err)
		}
		return firebase
	}
	firebase := firebaseOf(identitytest.Project)

	jordan := emulator.SignUp("jordan@example.com")
	viewer, err := firebase.Authenticate(t.Context(), jordan.IDToken)
	if err != nil {
		t.Fatal(err)
	}
	if viewer.Profile.Email != "jordan@example.com" || viewer.Profile.ID != viewer.Professional || viewer.Session != "" {
		t.Errorf("the viewer is %+v", viewer)
	}
	if age := time.Since(viewer.SignedInAt); age < -time.Second || age > time.Minute {
		t.Errorf("she signed in %v ago", age)
	}
	again, err := firebase.Authenticate(t.Context(), jordan.IDToken)
	if err != nil || again != viewer {
		t.Errorf("the second time the viewer is %+v, %v", again, err)
	}
	sam := emulator.SignUp("sam@example.com")
	other, err := firebase.Authenticate(t.Context(), sam.IDToken)
	if err != nil || other.Professional == viewer.Professional {
		t.Errorf("another user is %+v, %v", other, err)
	}

	for name, test := range map[string]struct {
		prepare func(identitytest.User)
		project string
		text    string
	}{
		"revoked": {project: identitytest.Project, text: "Your session has expired; sign in again.", prepare: func(u identitytest.User) {
			emulator.Update(u.ID, map[string]any{"validSince": time.Now().Unix() + 10})
		}},
		"disabled": {project: identitytest.Project, text: "This account is disabled.", prepare: func(u identitytest.User) {
			emulator.Update(u.ID, map[string]any{"disableUser": true})
		}},
		"deleted": {project: identitytest.Project, text: "Your sign-in is not valid; sign in again.", prepare: func(u identitytest.User) {
			emulator.Delete(u.ID)
		}},
		"of another project": {project: "demo-other", text: "Your sign-in is not valid; sign in again.", prepare: func(identitytest.User) {}},
	} {
		t.Run(name, func(t *testing.T) {
			user := emulator.SignUp(ce.NewUUID() + "@example.com")
			if _, err := firebase.Authenticate(t.Context(), user.IDToken); err != nil {
				t.Fatal("before: ", err)
			}
			test.prepare(user)
			_, err := firebaseOf(test.project).Authenticate(t.Context(), user.IDToken)
			wantRefusal(t, err, ce.CodeUnauthenticated, test.text)
		})
	}
	_, err = firebase.Authenticate(t.Context(), "")
	wantRefusal(t, err, ce.CodeUnauthenticated, "Sign in first.")
	_, err = firebase.Authenticate(t.Context(), "no.such.token")
	wantRefusal(t, err, ce.CodeUnauthenticated, "Your sign-in is not valid; sign in again.")
}

func TestEmulatorMustBeAllowed(t *testing.T) {
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:1")
	if _, err := identity.NewFirebase(t.Context(), identity.FirebaseConfig{ProjectID: "demo-accrue"}); err == nil {
		t.Error("the emulator took effect without leave")
	}
}
