// A tool that accepts only calls that the broker decided on: POST /refunds/{order}.
//
// BROKER, RESOURCE and PORT are required. WORKLOAD_TOKEN, the file of the tool's own token, adds introspection.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	verifier := NewVerifier(os.Getenv("BROKER"), os.Getenv("RESOURCE"), os.Getenv("WORKLOAD_TOKEN"))
	routes := http.NewServeMux()
	routes.HandleFunc("POST /refunds/{order}", func(w http.ResponseWriter, r *http.Request) {
		cents, err := refund(verifier, w, r)
		if err != nil {
			refuse(w, err)
			return
		}
		answer(w, http.StatusOK, map[string]any{"refunded": cents})
	})
	server := http.Server{
		Addr:              "127.0.0.1:" + os.Getenv("PORT"),
		Handler:           routes,
		ReadHeaderTimeout: 5 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}

func refund(verifier *Verifier, w http.ResponseWriter, r *http.Request) (int64, error) {
	authorization := r.Header.Get("Authorization")
	call, err := verifier.Verify(r.Context(), authorization)
	if err != nil {
		return 0, err
	}
	var body struct {
		Cents int64 `json:"cents"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&body); err != nil {
		return 0, &Refused{http.StatusBadRequest, "invalid_request", "the body is no refund"}
	}
	amounts := map[string]int64{"cents": body.Cents}
	if err := call.Require("refund", "order/"+r.PathValue("order"), amounts); err != nil {
		return 0, err
	}
	if verifier.WorkloadToken != "" {
		if err := verifier.RequireOnce(r.Context(), authorization); err != nil {
			return 0, err
		}
	}
	return body.Cents, nil
}

func refuse(w http.ResponseWriter, err error) {
	refused := &Refused{http.StatusInternalServerError, "server_error", "the tool failed"}
	errors.As(err, &refused)
	challenge := fmt.Sprintf("Bearer error=%q, error_description=%q", refused.Code, refused.Description)
	w.Header().Set("WWW-Authenticate", challenge)
	answer(w, refused.Status, map[string]any{"error": refused.Code, "error_description": refused.Description})
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Print(err)
	}
}
