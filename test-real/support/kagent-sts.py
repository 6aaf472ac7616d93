"""Exchanges a token by kagent's own STS client, as its plugin for agents does, and prints what came of it.

The argument is JSON: the address of the metadata, the file of the agent's own token, and the parts of the exchange.
"""

import asyncio
import json
import sys

from agentsts.core import STSIntegrationBase
from agentsts.core.client import TokenExchangeError, TokenType


async def main(well_known_uri, token_path, subject_token, **parts):
    sts = STSIntegrationBase(well_known_uri, service_account_token_path=token_path)
    actor = sts._actor_token
    try:
        token = await sts.exchange_token(
            subject_token,
            TokenType.JWT,
            actor_token=actor,
            actor_token_type=TokenType.JWT if actor else None,
            **parts,
        )
        print(json.dumps({"token": token}))
    except TokenExchangeError as refused:
        print(json.dumps({"refused": f"{refused.status_code} {refused.error} {refused.error_description}"}))
    finally:
        await sts.sts_client.close()


asyncio.run(main(**json.loads(sys.argv[1])))
