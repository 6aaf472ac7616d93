import { leftToMeet } from "../access/open-doors";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import { roleOfArn } from "../obtain/callers";
import { thing } from "../obtain/step";
import type { Part, PolicyDocument, PrincipalPart } from "../policy/statement";
import { typeInUrn } from "../snapshot/resource";
import { or, yes } from "../three-valued";
import { selectsAction } from "../trust/admission";
import { isEveryone } from "../policy/everyone";
import { takesIn, targetFor } from "./callables";
import type { Edge } from "./edge";

/** The name of whoever there is, where a policy lets everyone call. */
export const anyone: Name = "anyone";

/**
 * Whom the policies of what sets something off let send to it: roles by name, and everyone.
 *
 * Within an account that is enough, whatever their own policies say. A statement with a condition counts only where
 * whoever it names meets it by calling at all.
 *
 * @param only what names of objects start with, or sources of events, one of which alone leads on; undefined for any
 */
export function sendersTo(
  graph: Graph,
  relay: Name,
  only: readonly string[] | undefined,
): readonly Edge[] {
  const target = targetFor(graph, relay, only);
  if (target === undefined) return [];
  const { actions, by = "may call" } = target.callable;
  return graph.facts("guards", "resource", relay).flatMap(({ policy, at }): readonly Edge[] => {
    if (policy.kind !== "document" || isRefusing(policy.document)) return [];
    return policy.document.statements.flatMap((statement): readonly Edge[] => {
      if (statement.kind === "unknown" || statement.effect !== "Allow") return [];
      const { principals, conditions, resources } = statement;
      const isAbout = actions.some((each) => selectsAction(statement.actions, each).kind === "yes");
      if (!isAbout || principals === undefined || principals.negated) return [];
      if (leftToMeet(conditions)?.length !== 0) return [];
      const taken =
        only === undefined || resources === undefined || resources.negated
          ? yes
          : or(resources.values.map((part) => takesIn(graph, part, target)));
      if (taken.kind === "no") return [];
      const doubt = taken.kind === "unknown" && {
        doubt: { reason: taken.reason, waitsFor: taken.waitsFor ?? [] },
      };
      const names = new Set(principals.values.flatMap(senderBy));
      return [...names].map((from) => ({ ...edgeBy(from, relay, by, at), ...doubt }));
    });
  });
}

function edgeBy(from: Name, relay: Name, by: string, at: Edge["at"]): Edge {
  return { from: thing(from), to: thing(relay), by, at };
}

/** Whom a policy refuses without a condition is not told here; a Deny with one need never be met. */
function isRefusing({ statements }: PolicyDocument): boolean {
  return statements.some(
    (each) => each.kind === "statement" && each.effect !== "Allow" && each.conditions.length === 0,
  );
}

function senderBy(part: PrincipalPart): readonly Name[] {
  if (isEveryone(part)) return [anyone];
  return part.type === "AWS" ? roleBy(part.value) : [];
}

function roleBy(value: Part): readonly Name[] {
  if (value.kind === "unknown") {
    const [only, ...more] = value.waitsFor;
    const isRole = only !== undefined && typeInUrn(only) === "aws:iam/role:Role";
    return isRole && more.length === 0 ? [only] : [];
  }
  const role = roleOfArn(value.text);
  return role === undefined ? [] : [role];
}
