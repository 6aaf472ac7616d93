import type { IncomingMessage } from "node:http";
import { Refused } from "../refused";

/** The token of the header `Authorization` (RFC 6750); throws {@link Refused}. */
export function bearerOf(request: IncomingMessage): string {
  const [, token = ""] = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token === "") {
    throw new Refused("invalid_token", "send `Authorization: Bearer` with a user's token");
  }
  return token;
}
