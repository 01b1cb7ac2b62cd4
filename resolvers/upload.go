package resolvers

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"accrue/ce"
	"accrue/identity"
	"accrue/tracker"
)

// UploadPath is where NewUploadHandler's handler stands.
const UploadPath = "/evidence"

// uploaded is the answer to a direct upload.
type uploaded struct {
	Evidence uploadedEvidence `json:"evidence"`
	Known    bool             `json:"known"`
}

type uploadedEvidence struct {
	ID        ce.EvidenceID `json:"id"`
	Version   int           `json:"version"`
	FileName  *string       `json:"fileName"`
	MediaType ce.MediaType  `json:"mediaType"`
	Size      int           `json:"size"`
	CreditIDs []ce.CreditID `json:"creditIds"`
}

// NewUploadHandler returns the handler for uploads without GraphQL: POST or PUT with the file as the body, and `fileName` and `creditId`
// as parameters of the address, by the rules of `uploadEvidence`. The file goes to where it is kept as it arrives. The answer is JSON
// with the evidence, with status 201, or 200 when the file was known; errors have the form of GraphQL's.
func NewUploadHandler(config Config) http.Handler {
	present := presenter(config.Log)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost && r.Method != http.MethodPut {
			w.Header().Set("Allow", "POST, PUT")
			Refuse(w, http.StatusMethodNotAllowed, codeBadRequest, "Send the file by POST or PUT.")
			return
		}
		viewer, ok := identity.ViewerFrom(r.Context())
		if !ok {
			hangUp(w)
			Refuse(w, http.StatusUnauthorized, string(errSignIn.Code), errSignIn.Text)
			return
		}
		allowUpload(w, config.Limits)
		ctx, cancel := context.WithTimeout(r.Context(), config.Limits.Upload+config.Limits.Time)
		defer cancel()
		arguments := r.URL.Query()
		view := config.Tracker.View(trackerViewer(viewer))
		taken, err := view.UploadEvidence(ctx, tracker.NewEvidence{
			FileName: arguments.Get("fileName"), Size: r.ContentLength, Credit: creditID(arguments.Get("creditId")), Content: r.Body,
		})
		if err != nil {
			hangUp(w)
			shown := present(ctx, err)
			refuseWith(w, statusOf(shown), shown)
			return
		}
		answer := uploaded{Known: taken.Known, Evidence: uploadedEvidence{
			ID: taken.Evidence.ID, Version: taken.Evidence.Version, MediaType: taken.Evidence.MediaType, Size: taken.Evidence.Size,
			CreditIDs: append([]ce.CreditID{}, taken.Evidence.Credits...),
		}}
		if taken.Evidence.FileName != "" {
			answer.Evidence.FileName = &taken.Evidence.FileName
		}
		w.Header().Set("Content-Type", plainJSON+"; charset=utf-8")
		if !taken.Known {
			w.WriteHeader(http.StatusCreated)
		}
		_ = json.NewEncoder(w).Encode(answer)
	})
}

var statuses = map[ce.Code]int{
	ce.CodeInvalidInput: http.StatusUnprocessableEntity, ce.CodeUnauthenticated: http.StatusUnauthorized, ce.CodeForbidden: http.StatusForbidden,
	ce.CodeNotFound: http.StatusNotFound, ce.CodeConflict: http.StatusConflict, ce.CodeLimitExceeded: http.StatusUnprocessableEntity,
	ce.CodeUnavailable: http.StatusServiceUnavailable,
}

// statusOf is the HTTP status of an error outside GraphQL.
func statusOf(shown *gqlerror.Error) int {
	code, _ := shown.Extensions["code"].(string)
	if status, ok := statuses[ce.Code(code)]; ok {
		return status
	}
	return http.StatusInternalServerError
}
