import { callerFor } from "../access/crossing";
import { leftToMeet } from "../access/open-endpoints";
import { authorityOf } from "../../iam/authority/authority-of";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { roleOfArn } from "../../iam/callers";
import { thing } from "../assume/step";
import { roleType } from "../../../../core/aws/iam";
import type { Part, PrincipalPart, Statement } from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { and, no, not, or, yes, type Three } from "../../../../core/three-valued";
import { selectsAction } from "../../trust/admission";
import { isEveryone } from "../../../../core/policy/everyone";
import { matchesOwnTarget, targetFor, type Counted, type Target } from "./callables";
import type { Edge } from "./edge";
import { isExcluded, isRefused, isWithinLimits, excludesOthers } from "./excluded";

/** The name of any principal, where a policy allows everyone to call. */
export const anyPrincipal: Name = "anyone";

/**
 * The principals that the policies of an event source allow to send to it: roles by name, and everyone.
 *
 * Within an account that is enough, whatever their own policies contain. A statement with a condition counts only where its
 * principals meet it by calling at all. Where everyone may and a Deny leaves some, these are roles of the stack.
 *
 * @param counted which of the received messages lead on
 */
export function sendersTo(graph: Graph, relay: Name, counted: Counted): readonly Edge[] {
  const target = targetFor(graph, relay, counted);
  if (target === undefined) return [];
  const { only } = counted;
  const { by = "may call" } = target.callable;
  return graph.facts("guards", "resource", relay).flatMap(({ policy, at }): readonly Edge[] => {
    const possible = (dependsOn: readonly Urn[]): Edge => {
      const reason = "the principals that a policy allows to send to it are not known yet";
      return {
        from: thing(anyPrincipal),
        to: thing(relay),
        by,
        at,
        uncertainty: { reason, dependsOn },
      };
    };
    if (policy.kind === "unknown") return [possible(policy.dependsOn)];
    if (policy.kind !== "document") return [];
    return policy.document.statements.flatMap((statement): readonly Edge[] => {
      if (statement.kind === "unknown") return [possible(statement.dependsOn)];
      if (statement.effect === "Deny") return [];
      const { principals, conditions, resources } = statement;
      if (principals === undefined || principals.negated) return [];
      const hidden = hiddenIn(statement, principals.values, target);
      if (hidden !== undefined) return [possible(hidden)];
      if (leftToMeet(conditions)?.length !== 0) return [];
      const taken =
        only === undefined || resources === undefined || resources.negated
          ? yes
          : or(resources.values.map((part) => matchesOwnTarget(graph, part, target)));
      if (taken.kind === "no") return [];
      const given = [...target.actions].filter(
        (each) => selectsAction(statement.actions, each).kind === "yes",
      );
      const senders = new Map<Name, Three>();
      for (const action of given) {
        for (const from of principals.values.flatMap((part) =>
          sendersBy(graph, part, target, action),
        )) {
          const left = isLeft(graph, from, target, action);
          senders.set(from, or([senders.get(from) ?? no, left]));
        }
      }
      return [...senders].flatMap(([from, left]): readonly Edge[] => {
        if (left.kind === "no") return [];
        const uncertainty = uncertaintyOf(taken) ?? uncertaintyOf(left) ?? target.uncertainty;
        return [
          { from: thing(from), to: thing(relay), by, at, ...(uncertainty && { uncertainty }) },
        ];
      });
    });
  });
}

/**
 * The dependencies of the principals of a statement; undefined where they are known.
 *
 * A principal that depends on a role is that role. Its other conditions are evaluated in another place.
 */
function hiddenIn(
  { effect, actions, dependsOn = [] }: Statement,
  principals: readonly PrincipalPart[],
  { actions: leading }: Target,
): readonly Urn[] | undefined {
  if (effect === "unknown") return dependsOn;
  const selected = or([...leading].map((each) => selectsAction(actions, each)));
  if (selected.kind === "unknown") {
    return actions.values.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : []));
  }
  const open = principals.filter(
    ({ type, value }) =>
      value.kind === "unknown" && type !== "Service" && roleBy(value).length === 0,
  );
  if (selected.kind === "no" || open.length === 0) return undefined;
  return open.flatMap(({ value }) => (value.kind === "unknown" ? value.dependsOn : []));
}

/** Whether limits and Deny statements, of a sender and of what it sends to, leave it an action. */
function isLeft(graph: Graph, from: Name, target: Target, action: string): Three {
  if (from === anyPrincipal) return not(excludesOthers(graph, target, action));
  const authority = authorityOf(graph, from);
  const refused = or([
    isRefused(graph, authority, target, action),
    isExcluded(graph, callerFor(graph, from), target, action),
  ]);
  return and([isWithinLimits(graph, authority, target, action), not(refused)]);
}

function uncertaintyOf(answer: Three): Edge["uncertainty"] {
  if (answer.kind !== "unknown") return undefined;
  return { reason: answer.reason, dependsOn: answer.dependsOn ?? [] };
}

function sendersBy(
  graph: Graph,
  part: PrincipalPart,
  target: Target,
  action: string,
): readonly Name[] {
  if (!isEveryone(part)) return part.type === "AWS" ? roleBy(part.value) : [];
  if (excludesOthers(graph, target, action).kind !== "yes") return [anyPrincipal];
  return graph.all("trusts").map(({ identity }) => graph.canonical(identity));
}

function roleBy(value: Part): readonly Name[] {
  if (value.kind === "unknown") {
    const [only, ...more] = value.dependsOn;
    const isRole = only !== undefined && typeInUrn(only) === roleType;
    return isRole && more.length === 0 ? [only] : [];
  }
  const role = roleOfArn(value.text);
  return role === undefined ? [] : [role];
}
