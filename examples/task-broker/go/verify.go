package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
)

const (
	longest  = 120 // seconds that a call token lasts at most
	ahead    = 30  // seconds that the broker's clock may be ahead
	deepest  = 32  // workloads that a chain has at most
	renewed  = 120 * time.Second
	earliest = 5 * time.Second // between two fetches for a key that is not known
)

// Refused is a request that the tool refuses: the status, and the error of RFC 6750.
type Refused struct {
	Status            int
	Code, Description string
}

func (r *Refused) Error() string { return r.Description }

func invalid(description string) error {
	return &Refused{http.StatusUnauthorized, "invalid_token", description}
}

func unavailable(description string) error {
	return &Refused{http.StatusServiceUnavailable, "temporarily_unavailable", description}
}

// Detail is the one call of authorization_details.
type Detail struct {
	Type        string         `json:"type"`
	Intent      string         `json:"intent"`
	Target      *string        `json:"target"`
	Sensitivity string         `json:"sensitivity"`
	Environment *string        `json:"environment"`
	Context     map[string]any `json:"context"`
	Seconds     *int64         `json:"seconds"`
}

// Actor is one workload of the chain.
type Actor struct {
	Sub string `json:"sub"`
	Act *Actor `json:"act"`
}

// Call is one call that the broker decided on.
type Call struct {
	Issuer    string            `json:"iss"`
	Audience  any               `json:"aud"`
	Subject   string            `json:"sub"`
	Caller    string            `json:"client_id"`
	ID        string            `json:"jti"`
	Scope     string            `json:"scope"`
	Task      string            `json:"txn"`
	Tenant    string            `json:"tenant"`
	Grant     string            `json:"grant"`
	IssuedAt  *int64            `json:"iat"`
	ExpiresAt *int64            `json:"exp"`
	NotBefore *int64            `json:"nbf"`
	Actor     *Actor            `json:"act"`
	Bound     json.RawMessage   `json:"cnf"`
	Details   []json.RawMessage `json:"authorization_details"`
	Detail    Detail            `json:"-"`
}

// Require compares what the tool is about to do with what the broker decided on.
func (c *Call) Require(intent, target string, amounts map[string]int64) error {
	if c.Detail.Intent != intent {
		return &Refused{http.StatusForbidden, "insufficient_scope", "the call was decided for another intent"}
	}
	if c.Detail.Target == nil || *c.Detail.Target != target {
		return &Refused{http.StatusForbidden, "access_denied", "the call was decided for another target"}
	}
	for name, amount := range amounts {
		if decided, is := c.Detail.Context[name].(json.Number); !is || decided.String() != fmt.Sprint(amount) {
			return &Refused{http.StatusForbidden, "access_denied", "the call was decided for another " + name}
		}
	}
	return nil
}

// Verifier verifies call tokens of one tool.
type Verifier struct {
	Issuer, Resource string
	// WorkloadToken is the file of the tool's own token; with it, each token is introspected.
	WorkloadToken string

	client     http.Client
	lock       sync.Mutex
	keys       jwk.Set
	introspect string
	fetched    time.Time
}

// NewVerifier makes the verifier of a tool.
func NewVerifier(issuer, resource, workloadToken string) *Verifier {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	return &Verifier{
		Issuer: issuer, Resource: resource, WorkloadToken: workloadToken,
		client: http.Client{
			Timeout:       5 * time.Second,
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

var bearer = regexp.MustCompile(`(?i)^bearer +([a-z0-9_-]+\.[a-z0-9_-]+\.[a-z0-9_-]+) *$`)

// Verify returns the call that the header Authorization allows.
func (v *Verifier) Verify(ctx context.Context, authorization string) (*Call, error) {
	sent := bearer.FindStringSubmatch(authorization)
	if sent == nil {
		return nil, invalid("the request has no call token")
	}
	payload, err := v.signed(ctx, []byte(sent[1]))
	if err != nil {
		return nil, err
	}
	call, err := v.read(payload)
	if err != nil {
		return nil, err
	}
	if v.WorkloadToken != "" {
		if err := v.requireActive(ctx, sent[1], "", "the token is revoked"); err != nil {
			return nil, err
		}
	}
	return call, nil
}

// RequireOnce accepts a token one time at all replicas; it needs WorkloadToken.
func (v *Verifier) RequireOnce(ctx context.Context, authorization string) error {
	parts := strings.Fields(authorization)
	return v.requireActive(ctx, parts[len(parts)-1], "call", "the token was used before")
}

// signed returns the payload of a token that the broker signed.
func (v *Verifier) signed(ctx context.Context, token []byte) ([]byte, error) {
	message, err := jws.Parse(token, jws.WithCompact())
	if err != nil || len(message.Signatures()) != 1 {
		return nil, invalid("the token is malformed")
	}
	header := message.Signatures()[0].ProtectedHeaders()
	typ, _ := header.Type()
	alg, _ := header.Algorithm()
	kid, _ := header.KeyID()
	if typ != "at+jwt" || alg != jwa.ES256() {
		return nil, invalid("the token is no access token by ES256")
	}
	key, err := v.key(ctx, kid)
	if err != nil {
		return nil, err
	}
	payload, err := jws.Verify(token, jws.WithKey(jwa.ES256(), key))
	if err != nil {
		return nil, invalid("the token is not signed by the broker")
	}
	return payload, nil
}

func (v *Verifier) key(ctx context.Context, kid string) (jwk.Key, error) {
	v.lock.Lock()
	defer v.lock.Unlock()
	age := time.Since(v.fetched)
	known := v.keys != nil
	if known {
		_, known = v.keys.LookupKeyID(kid)
	}
	if age > renewed || (!known && age > earliest) {
		if err := v.fetch(ctx); err != nil {
			return nil, unavailable("no keys of the broker")
		}
	}
	key, known := v.keys.LookupKeyID(kid)
	if !known {
		return nil, invalid("the token is signed by an unknown key")
	}
	return key, nil
}

func (v *Verifier) fetch(ctx context.Context) error {
	var metadata struct {
		Issuer     string `json:"issuer"`
		Keys       string `json:"jwks_uri"`
		Introspect string `json:"introspection_endpoint"`
	}
	if err := v.get(ctx, v.Issuer+"/.well-known/oauth-authorization-server", &metadata); err != nil {
		return err
	}
	if metadata.Issuer != v.Issuer {
		return errors.New("metadata of another issuer")
	}
	set := jwk.NewSet()
	if err := v.get(ctx, metadata.Keys, set); err != nil {
		return err
	}
	v.keys, v.introspect, v.fetched = set, metadata.Introspect, time.Now()
	return nil
}

func (v *Verifier) get(ctx context.Context, from string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return err
	}
	return v.answer(request, into)
}

func (v *Verifier) answer(request *http.Request, into any) error {
	answer, err := v.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	return json.NewDecoder(http.MaxBytesReader(nil, answer.Body, 1<<20)).Decode(into)
}

func (v *Verifier) requireActive(ctx context.Context, token, use, problem string) error {
	own, err := os.ReadFile(v.WorkloadToken)
	if err != nil {
		return unavailable("the tool has no token of its own")
	}
	form := url.Values{
		"token":                 {token},
		"client_assertion":      {strings.TrimSpace(string(own))},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
	}
	if use != "" {
		form.Set("use", use)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, v.introspect, strings.NewReader(form.Encode()))
	if err != nil {
		return unavailable("the broker cannot introspect the token")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var state struct {
		Active bool `json:"active"`
	}
	if err := v.answer(request, &state); err != nil {
		return unavailable("the broker cannot introspect the token")
	}
	if !state.Active {
		return invalid(problem)
	}
	return nil
}

// read returns the call of a verified payload.
func (v *Verifier) read(payload []byte) (*Call, error) {
	var call Call
	if err := json.Unmarshal(payload, &call); err != nil {
		return nil, invalid("the token's claims are malformed")
	}
	now := time.Now().Unix()
	switch {
	case call.Issuer != v.Issuer:
		return nil, invalid("the token is of another issuer")
	case call.Audience != any(v.Resource):
		return nil, invalid("the token is for another tool")
	case call.IssuedAt == nil || call.ExpiresAt == nil || *call.ExpiresAt-*call.IssuedAt > longest:
		return nil, invalid("the token lasts longer than 120 seconds")
	case *call.ExpiresAt <= now:
		return nil, invalid("the token has expired")
	case *call.IssuedAt > now+ahead || (call.NotBefore != nil && *call.NotBefore > now+ahead):
		return nil, invalid("the token was issued in the future")
	case call.Bound != nil:
		return nil, invalid("the token is bound to a key and has to come with a DPoP proof")
	case call.Subject == "" || call.ID == "" || call.Caller == "" || call.Task == "" || call.Tenant == "" || call.Grant == "":
		return nil, invalid("a claim of the token is missing")
	case call.Actor == nil || !call.Actor.isChain() || call.Actor.Sub != call.Caller:
		return nil, invalid("act does not name the caller")
	case len(call.Details) != 1 || !readDetail(call.Details[0], &call.Detail):
		return nil, invalid("authorization_details is not one agentid_call that this tool can read")
	case call.Detail.Intent != call.Scope:
		return nil, invalid("scope is not the intent of the details")
	}
	return &call, nil
}

func (a *Actor) isChain() bool {
	depth := 0
	for each := a; each != nil; each = each.Act {
		if depth++; each.Sub == "" || depth > deepest {
			return false
		}
	}
	return true
}

// readDetail refuses a part that is not known: it could be one that narrows the call.
func readDetail(raw json.RawMessage, into *Detail) bool {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	if decoder.Decode(into) != nil {
		return false
	}
	for _, value := range into.Context {
		switch each := value.(type) {
		case string, bool:
		case json.Number:
			if _, err := each.Int64(); err != nil {
				return false
			}
		default:
			return false
		}
	}
	sensitivities := map[string]bool{"public": true, "internal": true, "confidential": true, "restricted": true}
	return into.Type == "agentid_call" && into.Intent != "" && sensitivities[into.Sensitivity] &&
		(into.Target == nil || *into.Target != "") && (into.Environment == nil || *into.Environment != "")
}
