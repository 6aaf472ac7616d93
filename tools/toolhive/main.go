// Runs ToolHive's own middleware in front of a tool that answers what it receives.
//
//	toolhive ADDRESS FILE    reads a RunConfig in JSON, as `thv run --from-config FILE` does
//
// Of the RunConfig it reads oidc_config and token_exchange_config. It refuses every other entry.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"

	"github.com/stacklok/toolhive/pkg/auth"
	"github.com/stacklok/toolhive/pkg/oauthproto/tokenexchange"
)

// The entries have the names that RunConfig in pkg/runner/config.go gives them.
type runConfig struct {
	OIDC     *auth.TokenValidatorConfig `json:"oidc_config"`
	Exchange *tokenexchange.Config      `json:"token_exchange_config"`
}

type received struct {
	Authorization string `json:"authorization"`
	Subject       string `json:"subject"`
}

func main() {
	file, err := os.Open(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var config runConfig
	entries := json.NewDecoder(file)
	entries.DisallowUnknownFields()
	if err := entries.Decode(&config); err != nil {
		log.Fatal(err)
	}
	if config.OIDC == nil {
		log.Fatal("oidc_config is missing: ToolHive would accept every request")
	}
	authenticated, metadata, err := auth.GetAuthenticationMiddleware(context.Background(), config.OIDC)
	if err != nil {
		log.Fatal(err)
	}
	var tool http.Handler = http.HandlerFunc(answer)
	// The exchange reads what the validation found, so it comes after: see pkg/runner/middleware.go.
	if config.Exchange != nil {
		exchanged, err := tokenexchange.CreateMiddlewareFromHeader(*config.Exchange)
		if err != nil {
			log.Fatal(err)
		}
		tool = exchanged(tool)
	}
	served := http.NewServeMux()
	served.Handle("/.well-known/oauth-protected-resource/", metadata)
	served.Handle("/mcp", authenticated(tool))
	log.Fatal(http.ListenAndServe(os.Args[1], served))
}

func answer(w http.ResponseWriter, r *http.Request) {
	found := received{Authorization: r.Header.Get("Authorization")}
	if identity, ok := auth.IdentityFromContext(r.Context()); ok {
		found.Subject = identity.Subject
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(found); err != nil {
		log.Print(err)
	}
}
