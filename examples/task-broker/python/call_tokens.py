"""Verifies call tokens of the task broker: what docs/broker/other-languages.md has in its table."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt

SENSITIVITIES = ("public", "internal", "confidential", "restricted")
DETAIL_KEYS = {"type", "intent", "target", "sensitivity", "environment", "context", "seconds"}
LONGEST = 120
"""Seconds that a call token lasts at most."""
AHEAD = 30
"""Seconds that the broker's clock may be ahead."""
RENEWED = 120
"""Seconds after which the broker's keys are fetched again."""
EARLIEST = 5
"""Seconds between two fetches for a key that is not known."""
CLAIMS = ("sub", "jti", "client_id", "scope", "txn", "tenant", "grant")


class Refused(Exception):
    """A request that the tool refuses: the status, and the error of RFC 6750."""

    def __init__(self, status: int, error: str, description: str):
        super().__init__(description)
        self.status, self.error, self.description = status, error, description

    def challenge(self) -> str:
        """The header `WWW-Authenticate`."""
        return f'Bearer error="{self.error}", error_description="{self.description}"'


@dataclass(frozen=True)
class Call:
    """One call that the broker decided on."""

    subject: str
    caller: str
    chain: tuple[str, ...]
    intent: str
    target: str | None
    context: dict[str, Any]
    txn: str
    claims: dict[str, Any]

    def require(self, intent: str, target: str | None = None, **context: Any) -> None:
        """Compares what the tool is about to do with what the broker decided on."""
        wanted = {"intent": intent, "target": target, **context}
        decided = {"intent": self.intent, "target": self.target}
        decided.update((name, self.context.get(name)) for name in context)
        for name, value in wanted.items():
            # True == 1 in Python.
            if type(decided[name]) is not type(value) or decided[name] != value:
                error = "insufficient_scope" if name == "intent" else "access_denied"
                raise Refused(403, error, f"the call was decided for another {name}")


class CallVerifier:
    """Verifies call tokens of one tool."""

    def __init__(self, issuer: str, resource: str, workload_token: Path | None = None):
        """With `workload_token`, the file of the tool's own token, each token is introspected."""
        self.issuer, self.resource, self.workload_token = issuer, resource, workload_token
        self._http = httpx.AsyncClient(timeout=5, follow_redirects=False, trust_env=False)
        self._metadata: dict[str, Any] = {}
        self._keys: dict[str, Any] = {}
        self._fetched = float("-inf")

    async def verify(self, authorization: str | None) -> Call:
        """The call that the header `Authorization` allows; raises `Refused`."""
        sent = re.fullmatch(r"Bearer +([\w-]+\.[\w-]+\.[\w-]+) *", authorization or "", re.I | re.A)
        if sent is None:
            raise Refused(401, "invalid_token", "the request has no call token")
        token = sent[1]
        claims = await self._claims(token)
        call = read_call(claims)
        if self.workload_token is not None and not await self._is_active(token):
            raise Refused(401, "invalid_token", "the token is revoked")
        return call

    async def require_once(self, authorization: str | None) -> None:
        """Accepts a token one time at all replicas; needs `workload_token`."""
        token = (authorization or "").split()[-1]
        if not await self._is_active(token, use="call"):
            raise Refused(401, "invalid_token", "the token was used before")

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != "at+jwt":
                raise Refused(401, "invalid_token", "the token is no access token")
            key = await self._key(header.get("kid"))
            return jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                audience=self.resource,
                issuer=self.issuer,
                options={"require": ["iss", "aud", "exp", "iat"], "strict_aud": True},
            )
        except jwt.ExpiredSignatureError:
            raise Refused(401, "invalid_token", "the token has expired") from None
        except jwt.PyJWTError:
            problem = "the token is malformed, of another issuer, or for another tool"
            raise Refused(401, "invalid_token", problem) from None

    async def _key(self, kid: Any) -> Any:
        age = time.monotonic() - self._fetched
        if age > RENEWED or (kid not in self._keys and age > EARLIEST):
            try:
                await self._fetch()
            except (httpx.HTTPError, ValueError, KeyError, jwt.PyJWTError):
                raise Refused(503, "temporarily_unavailable", "no keys of the broker") from None
        if kid not in self._keys:
            raise Refused(401, "invalid_token", "the token is signed by an unknown key")
        return self._keys[kid]

    async def _fetch(self) -> None:
        metadata = await self._get(f"{self.issuer}/.well-known/oauth-authorization-server")
        if metadata["issuer"] != self.issuer:
            raise ValueError("metadata of another issuer")
        keys = await self._get(metadata["jwks_uri"])
        self._metadata = metadata
        self._keys = {
            each["kid"]: jwt.PyJWK(each, algorithm="ES256")
            for each in keys["keys"]
            if each.get("kty") == "EC" and each.get("crv") == "P-256"
        }
        self._fetched = time.monotonic()

    async def _get(self, url: str) -> dict[str, Any]:
        answer = await self._http.get(url)
        answer.raise_for_status()
        return answer.json()

    async def _is_active(self, token: str, use: str | None = None) -> bool:
        form = {
            "token": token,
            "client_assertion": self.workload_token.read_text().strip(),
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        }
        if use is not None:
            form["use"] = use
        try:
            answer = await self._http.post(self._metadata["introspection_endpoint"], data=form)
            answer.raise_for_status()
            return answer.json()["active"] is True
        except (httpx.HTTPError, ValueError, KeyError):
            problem = "the broker cannot introspect the token"
            raise Refused(503, "temporarily_unavailable", problem) from None


def read_call(claims: dict[str, Any]) -> Call:
    """The call of verified claims; raises `Refused`."""

    def refuse(problem: str) -> Refused:
        return Refused(401, "invalid_token", problem)

    lacking = next((name for name in CLAIMS if not is_text(claims.get(name))), None)
    if lacking is not None:
        raise refuse(f"the token has no {lacking}")
    issued, ends = claims["iat"], claims["exp"]
    if not is_whole(issued) or not is_whole(ends) or ends - issued > LONGEST:
        raise refuse(f"the token lasts longer than {LONGEST} seconds")
    if issued > time.time() + AHEAD:
        raise refuse("the token was issued in the future")
    if "cnf" in claims:
        raise refuse("the token is bound to a key and has to come with a DPoP proof")
    chain = chain_of(claims.get("act"))
    if not chain or chain[-1] != claims["client_id"]:
        raise refuse("act does not name the caller")
    details = claims.get("authorization_details")
    detail = details[0] if isinstance(details, list) and len(details) == 1 else None
    if not is_detail(detail):
        raise refuse("authorization_details is not one agentid_call that this tool can read")
    if detail["intent"] != claims["scope"]:
        raise refuse("scope is not the intent of the details")
    return Call(
        subject=claims["sub"],
        caller=claims["client_id"],
        chain=chain,
        intent=detail["intent"],
        target=detail.get("target"),
        context=detail.get("context", {}),
        txn=claims["txn"],
        claims=claims,
    )


def is_detail(detail: Any) -> bool:
    """Whether this is one call. A part that is not known could be one that narrows it."""
    if not isinstance(detail, dict) or not DETAIL_KEYS.issuperset(detail):
        return False
    context = detail.get("context", {})
    return (
        detail.get("type") == "agentid_call"
        and is_text(detail.get("intent"))
        and detail.get("sensitivity") in SENSITIVITIES
        and all(is_text(detail[name]) for name in ("target", "environment") if name in detail)
        and isinstance(context, dict)
        and all(isinstance(each, (str, bool)) or is_whole(each) for each in context.values())
    )


def chain_of(act: Any) -> tuple[str, ...]:
    """Names of the workloads, the caller last; empty if `act` is malformed."""
    names: list[str] = []
    while act is not None:
        if not isinstance(act, dict) or not is_text(act.get("sub")) or len(names) == 32:
            return ()
        names.insert(0, act["sub"])
        act = act.get("act")
    return tuple(names)


def is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
