"""A tool that accepts only calls that the broker decided on: HTTP at /refunds/{order}, MCP at /mcp.

BROKER, RESOURCE and PORT are required. WORKLOAD_TOKEN, the file of the tool's own token, adds introspection.
"""

import os
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, StrictInt

from call_tokens import Call, CallVerifier, Refused, read_call

ISSUER, RESOURCE = os.environ["BROKER"], os.environ["RESOURCE"]
TOKEN = os.environ.get("WORKLOAD_TOKEN")
verifier = CallVerifier(ISSUER, RESOURCE, Path(TOKEN) if TOKEN else None)


class McpVerifier:
    """The verifier as the SDK for MCP expects it."""

    async def verify_token(self, token: str) -> AccessToken | None:
        try:
            call = await verifier.verify(f"Bearer {token}")
        except Refused:
            return None
        return AccessToken(
            token=token,
            client_id=call.caller,
            scopes=[call.intent],
            expires_at=call.claims["exp"],
            resource=RESOURCE,
            subject=call.subject,
            claims=call.claims,
        )


mcp = MCPServer(
    "refunds",
    token_verifier=McpVerifier(),
    auth=AuthSettings(
        issuer_url=ISSUER, resource_server_url=RESOURCE, validate_token_resource=True
    ),
)


@mcp.tool()
async def create_refund(order: str, cents: StrictInt) -> str:
    """Refunds an order."""
    token = get_access_token()
    try:
        read_call(token.claims).require("refund", f"order/{order}", cents=cents)
        if TOKEN:
            await verifier.require_once(token.token)
    except Refused as refused:
        raise ToolError(refused.description) from None
    return f"refunded {cents} of {order}"


mcp_app = mcp.streamable_http_app(stateless_http=True, json_response=True)


@asynccontextmanager
async def lifespan(_: FastAPI):
    async with mcp.session_manager.run():
        yield


app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)


class Refund(BaseModel):
    cents: StrictInt


async def verified(request: Request) -> Call:
    """The call of a request."""
    return await verifier.verify(request.headers.get("authorization"))


@app.exception_handler(Refused)
async def refuse(_: Request, refused: Refused) -> JSONResponse:
    body = {"error": refused.error, "error_description": refused.description}
    return JSONResponse(body, refused.status, {"WWW-Authenticate": refused.challenge()})


@app.post("/refunds/{order}")
async def refund(
    order: str, body: Refund, request: Request, call: Call = Depends(verified)
) -> dict[str, int]:
    call.require("refund", f"order/{order}", cents=body.cents)
    if TOKEN:
        await verifier.require_once(request.headers.get("authorization"))
    return {"refunded": body.cents}


app.mount("/", mcp_app)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
