import { compareText } from "../../../core/compare-text";
import { defaultGrantSeconds, type GrantCondition } from "../../../core/grants/grant";
import { deciderOf } from "../../domain/workloads/grant-decider";
import type { FactOf } from "../../facts/fact";
import type { Text } from "../../facts/fact-values";
import type { Urn } from "../../../core/snapshot/value";
import type { CallGrant } from "./authority";
import { inOrder, type Making, type Origin } from "./making";
import { shownPattern, type Pattern, type Test } from "./permission";

/** A grant that a component declares. */
export interface GrantOf {
  readonly fact: FactOf<"grants">;
  /** Whether anything of it is marked secret, so that nothing may show it. */
  readonly isSecret: boolean;
}

/** Who may call what: the grants of a stack, by caller and tool. What is marked as secret is left out. */
export function callsOf(making: Making, grants: readonly GrantOf[]): readonly CallGrant[] {
  const calls = grants.flatMap(({ fact, isSecret }) => (isSecret ? [] : [callOf(making, fact)]));
  return [...inOrder(calls)].sort((a, b) => compareText(sortKey(a), sortKey(b)));
}

function sortKey({ label, tool, caller }: CallGrant): string {
  return JSON.stringify([label, shownPattern(tool), caller]);
}

function callOf(making: Making, fact: FactOf<"grants">): CallGrant {
  const { caller, grant, at } = fact;
  const origin = making.originOf(at);
  const { source } = origin;
  const text = (given: Text | undefined, otherwise: string): Pattern =>
    patternOf(making, given, otherwise, origin);
  const { maxSeconds, maxCalls } = grant;
  const calls: readonly Test[] =
    maxCalls === undefined
      ? []
      : maxCalls.kind === "known"
        ? [{ operator: "at-most", key: "calls of a task", values: [`${maxCalls.seconds}`] }]
        : [openTest(making, maxCalls.dependsOn, origin)];
  const conditions = inOrder([
    ...grant.conditions.map((each) =>
      each.kind === "known"
        ? testOf(making, each.condition)
        : openTest(making, each.dependsOn, origin),
    ),
    ...calls,
  ]);
  const seconds =
    maxSeconds === undefined
      ? defaultGrantSeconds
      : maxSeconds.kind === "known"
        ? maxSeconds.seconds
        : undefined;
  return {
    caller: making.keyOf(caller),
    label: making.labelOf(caller),
    tool: text(grant.tool, ""),
    intents: inOrder(grant.intents.map((each) => text(each, ""))),
    sensitivity: text(grant.sensitivity, "internal"),
    approval: text(grant.approval, "none"),
    ...(seconds !== undefined && { maxSeconds: seconds }),
    ...(conditions.length > 0 && { conditions }),
    decidedBy: deciderOf(making.graph, fact).kind,
    of: origin.of,
    ...(source && { source }),
  };
}

function patternOf(
  making: Making,
  text: Text | undefined,
  otherwise: string,
  origin: Origin,
): Pattern {
  if (text === undefined) return otherwise;
  if (text.kind === "known") return making.graph.masks.over(text.text);
  return making.openPattern(text.dependsOn, origin);
}

function testOf(making: Making, condition: GrantCondition): Test {
  const over = (text: string): string => making.graph.masks.over(text);
  const { kind: operator, key } = condition;
  switch (condition.kind) {
    case "one-of":
      return { operator, key: over(key), values: inOrder(condition.values.map(over)) };
    case "between":
      return { operator, key: over(key), values: [`${condition.least}`, `${condition.most}`] };
    case "sum":
      return { operator, key: over(key), values: [`${condition.most}`] };
    case "is":
      return { operator, key: over(key), values: [`${condition.value}`] };
  }
}

function openTest(making: Making, dependsOn: readonly Urn[], origin: Origin): Test {
  return { operator: "unknown", key: "", values: [making.openPattern(dependsOn, origin)] };
}
