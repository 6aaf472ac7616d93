import { uncertain, type Uncertainty } from "../../../../core/certainty";
import type { Policy } from "../../iam/authority/authority";
import type { Graph } from "../../../facts/graph";
import type { Part } from "../../../../core/policy/statement";
import { requiredOf, patternsIn, type Authentication, type Named } from "./authorization";
import type { Caller } from "./caller";
import { decide, type Reached } from "./decide";
import type { TenantResource } from "./tenant-resource";
import type { KindIndex } from "./kind-index";
import type { Resources } from "./resources";

/** Who uses resources, by which policy, and which there are. */
export interface Using {
  readonly graph: Graph;
  readonly resources: Resources;
  readonly caller: Caller;
  /** One of the caller's, with conditions as far as they are decided. */
  readonly policy: Policy;
  /** The requested resources, all of one kind and each of tenant "". */
  readonly index: KindIndex;
}

/** What the statements of a policy name that are about actions on a kind. */
export function* namedFor({ policy, caller, index }: Using): Iterable<Named> {
  if (policy.content.kind === "unknown") return;
  const { document } = policy.content;
  for (const statement of document.statements) {
    if (statement.kind === "unknown" || statement.effect === "Deny") continue;
    if (!requiredOf(statement, index.kind)) continue;
    const asking: Authentication = { caller, statement, variables: document.variables };
    yield* patternsIn(asking);
  }
}

const none: ReadonlySet<string> = new Set();

/** Each resource that a policy may name by one of its values, and what the caller may use of it. */
export function* usesBy(
  using: Using,
  named: Named,
): Iterable<{ readonly held: TenantResource; readonly reached: Reached | undefined }> {
  const { graph, caller, policy, index } = using;
  const { part, pattern } = named;
  const all = pattern === undefined ? waitedFor(using, part) : index.others(pattern, none);
  for (const held of all) {
    const reached = decide({ ...named, graph, caller, policy, held, isUse: true });
    const uncertainty = reached?.uncertainty ?? usedUncertainty(held);
    yield { held, reached: reached && { ...reached, uncertainty } };
  }
}

/** Whether a resource is not known to be of a sort that use does not share. */
export function mayBeShared({ fact }: TenantResource): boolean {
  return fact?.used?.kind !== "known" || fact.used.value;
}

/** Why it is not known whether a resource is of the sort that is shared. */
function usedUncertainty({ fact }: TenantResource): Uncertainty | undefined {
  if (fact?.used?.kind !== "unknown") return undefined;
  return uncertain("what a resource is for is not known yet", fact.used);
}

/** Resources that a value can name which waits for them. */
function waitedFor(
  { graph, resources: { byThing }, index: { kind } }: Using,
  part: Part,
): readonly TenantResource[] {
  if (part.kind === "text") return [];
  return part.dependsOn.flatMap((urn) => {
    const held = byThing.get(graph.idOf(urn));
    return held?.kind === kind && mayBeShared(held) ? [held] : [];
  });
}
