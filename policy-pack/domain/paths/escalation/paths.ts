import { matches } from "../../../../core/pattern";
import type { Policy } from "../../iam/authority/authority";
import table from "./escalation-paths.json";
import type { Given } from "./may";

/** What the first action of a path changes. */
type ActsOn =
  | "role"
  | "trust"
  | "boundary"
  | "own deny"
  | "policy"
  | "user policy"
  | "any role"
  | "thing"
  | "workload";

/** A path by which permissions allow an identity to escalate or to take over another identity. */
export type Path = ActingPath | PassingPath;

interface AnyPath {
  readonly id: string;
  /** Of each list one action. */
  readonly needs: readonly (readonly string[])[];
  /** How it ends, in words that complete `may`. */
  readonly by: string;
}

/** A path that begins with a change. */
export interface ActingPath extends AnyPath {
  readonly acts: ActsOn;
  readonly passes?: undefined;
  /** ARNs of the things that it can be about. */
  readonly on?: string;
  /** Whether the policy that it attaches is one that it makes. */
  readonly made?: boolean;
  /** Whether the policy that it removes is inline in the role; it is attached otherwise. */
  readonly inline?: boolean;
  /** Whether it counts only where no single one of them is named. */
  readonly unnamed?: boolean;
  /** Whether a workload of the kind may have no role. */
  readonly optional?: boolean;
  /** Values of keys of its first action's request, one set for each attempt. Default: no keys. */
  readonly requests?: readonly Given[];
  /** ARNs on one of which its first action has to be allowed too. */
  readonly beside?: readonly string[];
}

/** A path that begins with `iam:PassRole`. */
interface PassingPath extends AnyPath {
  readonly acts: "passed role";
  /** Services one of which the role has to be passed to. */
  readonly passes: readonly string[];
}

/** The action by which a service receives a role. */
export const passRole = "iam:PassRole";

const paths = table.paths as readonly Path[];

const actions: readonly { readonly action: string; readonly lower: string }[] = [
  ...new Set([passRole, ...paths.flatMap(({ needs }) => needs.flat())]),
].map((action) => ({ action, lower: action.toLowerCase() }));

const selected = new Map<string, readonly string[]>();

/** How many patterns are remembered; a stack uses a few hundred. */
const mostRemembered = 10_000;

/** The paths for which policies could allow all that is needed, by the actions they name alone. */
export function pathsWithin(policies: readonly Policy[]): readonly Path[] {
  const possible = new Set<string>();
  for (const { content } of policies) {
    if (content.kind === "unknown") continue;
    for (const statement of content.document.statements) {
      if (statement.kind === "unknown" || statement.effect === "Deny") continue;
      for (const part of statement.actions.values) {
        const isOpen = statement.actions.negated || part.kind === "unknown";
        for (const action of actionsFor(isOpen ? "*" : part.text)) possible.add(action);
      }
    }
  }
  if (possible.size === 0) return [];
  return paths.filter(
    ({ needs, passes }) =>
      (passes === undefined || possible.has(passRole)) &&
      needs.every((any) => any.some((action) => possible.has(action))),
  );
}

function actionsFor(pattern: string): readonly string[] {
  const known = selected.get(pattern);
  if (known !== undefined) return known;
  const lower = pattern.toLowerCase();
  const found = actions.filter((each) => matches(lower, each.lower)).map(({ action }) => action);
  if (selected.size < mostRemembered) selected.set(pattern, found);
  return found;
}
