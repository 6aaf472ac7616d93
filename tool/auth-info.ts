import type { Call } from "./call";
import { attach, howVerified } from "./checked-call";

/** A call as the official MCP SDK's servers hand it to their handlers (its type `AuthInfo`). */
export interface CallAuthInfo {
  token: string;
  clientId: string;
  scopes: string[];
  expiresAt: number;
  resource: URL;
  /** The call; `callOf` gives it with its type. */
  extra: Record<string, unknown>;
}

/** The `authInfo` of a call. */
export function authInfoOf(call: Call): CallAuthInfo {
  const { token, resource } = howVerified(call);
  const { caller: clientId, intent, expiresAt } = call;
  const info = {
    ...{ token, clientId, scopes: [intent], expiresAt },
    ...{ resource: new URL(resource), extra: { ...call } },
  };
  attach(info, call);
  return info;
}
