import type { Policy } from "../authority/authority";
import { asksOf, patternsIn, type Named } from "./asking";
import type { Caller } from "./caller";
import type { KindIndex } from "./kind-index";

/** Who asks for resources of a kind, by a policy. */
export interface AskingOf {
  readonly caller: Caller;
  readonly policy: Policy;
  readonly index: KindIndex;
}

/** What the statements of a policy name that are about actions on a kind. */
export function* namedFor({ policy, caller, index }: AskingOf): Iterable<Named> {
  if (policy.content.kind === "unknown") return;
  const { document } = policy.content;
  for (const statement of document.statements) {
    if (statement.kind === "unknown" || statement.effect === "Deny") continue;
    if (!asksOf(statement, index.kind)) continue;
    yield* patternsIn({ caller, statement, variables: document.variables });
  }
}
