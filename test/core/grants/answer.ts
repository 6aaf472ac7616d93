import { decide } from "../../../core/grants/decide";
import type { CallRequest, Grant } from "../../../core/grants/grant";
import { grantId } from "../../../core/grants/grant-id";
import type { Answer } from "../../../core/grants/named-grants";

/** The answer that every compiled policy has to give. */
export function wantedAnswer(request: CallRequest, grants: readonly Grant[]): Answer {
  const decision = decide(request, grants);
  return decision.kind === "deny"
    ? { kind: "deny" }
    : { kind: decision.kind, by: grantId(decision.by) };
}
