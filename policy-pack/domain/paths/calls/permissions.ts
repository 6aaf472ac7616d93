import type { Uncertainty } from "../../../../core/certainty";
import { callerFor } from "../access/crossing";
import { authorityOf } from "../../iam/authority/authority-of";
import { permissionHolderOf } from "../../iam/authority/permission-holder";
import { mayDoEverything } from "../../iam/authority/breadth-of";
import { mayCall, type Half } from "../escalation/may";
import { permittedIn } from "../../iam/authority/permitted";
import type { FactOf } from "../../../facts/fact";
import type { At } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { thing } from "../assume/step";
import { hasWildcard } from "../../../../core/pattern";
import type { Context } from "../../../../core/policy/condition/context";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import type { Part } from "../../../../core/policy/statement";
import { or, type Three } from "../../../../core/three-valued";
import { targetMatches, type Callable, type Target } from "./callables";
import type { Edge } from "./edge";
import { isExcluded, isRefused } from "./excluded";

/** A policy of which nothing is known, so that it may let its identity call anything. */
export interface UnknownPolicy {
  readonly policy: Name;
  readonly identity: Name;
  readonly at: At;
  readonly uncertainty: Uncertainty;
}

/** Who may call what by their own policies. */
export interface Permitted {
  readonly edges: readonly Edge[];
  readonly unknown: readonly UnknownPolicy[];
}

/**
 * Which identities may call some things by their own policies.
 *
 * People are left out, and identities that may do everything: their policies are reported once.
 */
export function permittedCalls(graph: Graph, targets: readonly Target[]): Permitted {
  const edges: Edge[] = [];
  const unknown: UnknownPolicy[] = [];
  if (targets.length === 0) return { edges, unknown };
  const kinds = new Map(
    [...new Set(targets.map(({ callable }) => callable))].map((kind) => [
      kind,
      indexed(targets.filter(({ callable }) => callable === kind)),
    ]),
  );
  for (const identity of identitiesIn(graph)) {
    const permissionHolder = permissionHolderOf(graph, identity);
    if (permissionHolder.kind === "people" || mayDoEverything(graph, identity).kind === "yes")
      continue;
    for (const policy of authorityOf(graph, identity).policies) {
      if (policy.content.kind !== "unknown") continue;
      const { reason, dependsOn } = policy.content;
      unknown.push({
        policy: policy.name,
        identity,
        at: policy.at,
        uncertainty: { reason, dependsOn },
      });
    }
    for (const [kind, things] of kinds) {
      edges.push(...edgesOf(graph, identity, kind, things));
    }
  }
  return { edges, unknown };
}

function edgesOf(
  graph: Graph,
  identity: Name,
  { actions, by = "may call" }: Callable,
  targets: Indexed,
): readonly Edge[] {
  const authority = authorityOf(graph, identity);
  return mayCall(authority, actions, {}).flatMap((half) =>
    half.resources.flatMap((part) =>
      candidates(part, targets).flatMap((target): readonly Edge[] => {
        const taken = targetMatches(graph, part, target);
        if (taken.kind === "no" || !target.actions.has(half.action)) return [];
        if (!mayName(half, target)) return [];
        const refused = or([
          isRefused(graph, authority, target, half.action),
          isExcluded(graph, callerFor(graph, identity), target, half.action),
        ]);
        if (refused.kind === "yes") return [];
        const uncertainty =
          half.uncertainty ??
          uncertaintyOf(taken, part) ??
          uncertaintyOf(refused) ??
          target.uncertainty;
        return [
          {
            from: thing(identity),
            to: thing(target.thing),
            by,
            at: half.policy.at,
            ...(uncertainty && { uncertainty }),
          },
        ];
      }),
    ),
  );
}

/**
 * Whether a policy allows its identity to put events of a source on a bus.
 *
 * Source: service authorization reference, `events:source` of `PutEvents`.
 */
function mayName({ policy, statement }: Half, { callable, only }: Target): boolean {
  if (callable.kind !== "event bus" || only === undefined) return true;
  if (policy.content.kind === "unknown") return true;
  const { statements, variables } = policy.content.document;
  const requested = statements
    .filter((each) => each.kind === "statement" && each.index === statement)
    .flatMap((each) => (each.kind === "statement" ? each.conditions : []))
    .filter((each) => each.kind === "test" && each.key.toLowerCase() === "events:source");
  return only.some((source) => {
    const context: Context = () => ({ kind: "present", values: [source] });
    return evaluateConditions(requested, context, variables).result.kind !== "no";
  });
}

/** Things of one kind, so that a text that names one of many is not compared with all. */
interface Indexed {
  readonly all: readonly Target[];
  /** By how the whole resource of their ARN looks. */
  readonly byLook: ReadonlyMap<string, readonly Target[]>;
  /** Those of which it is not known how the whole looks. */
  readonly open: readonly Target[];
}

function indexed(all: readonly Target[]): Indexed {
  const byLook = new Map<string, Target[]>();
  const open: Target[] = [];
  for (const target of all) {
    const isWritten = target.looks.some(
      ({ text, is }) => is === "any of these" && !hasWildcard(text),
    );
    if (!isWritten || target.looks.some(({ is }) => is === "one of these")) open.push(target);
    for (const { text, is } of target.looks) {
      if (is !== "any of these") continue;
      const same = byLook.get(text);
      if (same === undefined) byLook.set(text, [target]);
      else same.push(target);
    }
  }
  return { all, byLook, open };
}

/** The things that a resource of a policy can be about: all, but for an ARN whose resource has no wildcards. */
function candidates(part: Part, { all, byLook, open }: Indexed): readonly Target[] {
  if (part.kind === "unknown") return all;
  // `arn:partition:service:region:account:type:name`, possibly with a version after it; else `type/name`, possibly with more.
  const [, , , , , ...resource] = part.text.split(":");
  if (resource.length === 0 || resource.some(hasWildcard)) return all;
  const name = resource.length > 1 ? resource.slice(0, 2).join(":") : resource.join("");
  const whole = name.split("/").slice(0, 2).join("/");
  return [...new Set([...(byLook.get(whole) ?? []), ...open])];
}

function uncertaintyOf(answer: Three, part?: Part): Uncertainty | undefined {
  if (answer.kind !== "unknown") return undefined;
  const dependsOn = part?.kind === "unknown" ? part.dependsOn : (answer.dependsOn ?? []);
  return { reason: answer.reason, dependsOn };
}

/** Each identity that has permissions, once, in an order that does not depend on that of resources. */
function identitiesIn(graph: Graph): readonly Name[] {
  const facts: readonly FactOf<"allows" | "attaches">[] = [
    ...graph.all("allows"),
    ...graph.all("attaches"),
  ];
  const found = new Map(
    facts.flatMap((fact) => {
      const identity = permittedIn(fact, graph);
      return identity === undefined ? [] : [[graph.idOf(identity), identity] as const];
    }),
  );
  return [...found.values()].map((identity) => graph.canonical(identity)).sort();
}
