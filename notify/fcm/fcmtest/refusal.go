package fcmtest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Refusal is an error answer in the form of Google's APIs.
type Refusal struct {
	Status  int    // of HTTP
	Code    string // google.rpc.Code
	Message string
	// ErrorCode is FCM's own code, in a detail of its own; "" for none.
	ErrorCode string
	// Field is what is wrong with the request; "" for nothing of it.
	Field  string
	Reason string // of google.rpc.ErrorInfo; "" for none
	root   bool   // what is wrong is the request itself and not a field
}

// Error is the message.
func (f *Refusal) Error() string { return f.Message }

type detail map[string]any

func (f *Refusal) write(w http.ResponseWriter) {
	failure := map[string]any{"code": f.Status, "message": f.Message, "status": f.Code}
	var details []detail
	violation := detail{"description": f.Message}
	if f.Field != "" {
		violation["field"] = f.Field
	}
	if f.Field != "" || f.root {
		details = append(details, detail{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": []detail{violation}})
	}
	if f.ErrorCode != "" {
		details = append(details, detail{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": f.ErrorCode})
	}
	if f.Reason != "" {
		details = append(details, detail{
			"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": f.Reason, "domain": "googleapis.com",
			"metadata": detail{"service": "fcm.googleapis.com", "method": "google.firebase.fcm.v1.FcmService.SendMessage"},
		})
	}
	if details != nil {
		failure["details"] = details
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if f.Status == http.StatusUnauthorized && f.ErrorCode == "" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="https://accounts.google.com/"`)
	}
	w.WriteHeader(f.Status)
	writer := json.NewEncoder(w)
	writer.SetIndent("", "  ")
	writer.SetEscapeHTML(false)
	_ = writer.Encode(map[string]any{"error": failure}) // the client may have gone
}

// invalid refuses a value that has the right type.
func invalid(field, message string) *Refusal {
	return &Refusal{Status: 400, Code: "INVALID_ARGUMENT", Message: message, ErrorCode: "INVALID_ARGUMENT", Field: field}
}

// malformed refuses what is no message by its form; such answers have no code of FCM.
func malformed(field, message string) *Refusal {
	return &Refusal{Status: 400, Code: "INVALID_ARGUMENT", Message: message, Field: field}
}

func notFound(errorCode string) *Refusal {
	return &Refusal{Status: 404, Code: "NOT_FOUND", Message: "Requested entity was not found.", ErrorCode: errorCode}
}

func permissionDenied(project string) *Refusal {
	return &Refusal{
		Status: 403, Code: "PERMISSION_DENIED", Reason: "IAM_PERMISSION_DENIED",
		Message: "Permission 'cloudmessaging.messages.create' denied on resource '//cloudresourcemanager.googleapis.com/projects/" + project + "' (or it may not exist).",
	}
}

func unauthenticated(message, reason string) *Refusal {
	return &Refusal{
		Status: 401, Code: "UNAUTHENTICATED", Reason: reason,
		Message: message + " Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
	}
}

// writePage answers as Google's front end does, with a page for people.
func writePage(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<!DOCTYPE html>\n<html lang=en>\n<title>Error " + strconv.Itoa(status) + " (" + http.StatusText(status) + ")!!1</title>\n<p>That’s an error.\n"))
}
