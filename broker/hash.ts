import { createHash } from "node:crypto";

/** SHA-256 as base64url: what the store has in place of a token, and what each line of a trail has of the one before. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
