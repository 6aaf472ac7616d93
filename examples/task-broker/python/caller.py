"""Gets a call token for one refund, and calls the tool: `caller.py ORDER CENTS`.

BROKER, RESOURCE and TOOL are URLs. WORKLOAD_TOKEN and USER_TOKEN are files.
"""

import json
import os
import sys
from pathlib import Path

import httpx


def exchange(http: httpx.Client, resource: str, details: dict[str, object]) -> str:
    """A call token."""
    jwt_type = "urn:ietf:params:oauth:token-type:jwt"
    answer = http.post(
        f"{os.environ['BROKER']}/token",
        data={
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": Path(os.environ["USER_TOKEN"]).read_text().strip(),
            "subject_token_type": jwt_type,
            "actor_token": Path(os.environ["WORKLOAD_TOKEN"]).read_text().strip(),
            "actor_token_type": jwt_type,
            "resource": resource,
            "authorization_details": json.dumps([{"type": "agentid_call", **details}]),
        },
    )
    body = answer.json()
    if answer.status_code != 200:
        raise SystemExit(f"{body['error']}: {body.get('error_description', '')}")
    return body["access_token"]


def main(order: str, cents: int) -> None:
    details = {
        "intent": "refund",
        "target": f"order/{order}",
        "sensitivity": "internal",
        "context": {"cents": cents},
    }
    with httpx.Client(timeout=5, follow_redirects=False, trust_env=False) as http:
        token = exchange(http, os.environ["RESOURCE"], details)
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{os.environ['TOOL']}/refunds/{order}"
        answer = http.post(url, json={"cents": cents}, headers=headers)
    print(answer.status_code, answer.text)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
