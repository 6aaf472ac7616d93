import type { Policy } from "../../domain/iam/authority/authority";
import { authorityOf } from "../../domain/iam/authority/authority-of";
import { allowedBy, requested, leftOf, type Grant } from "../../domain/iam/authority/grants";
import type { Name } from "../../facts/name";
import { hasWildcard } from "../../../core/pattern";
import type { Context } from "../../../core/policy/condition/context";
import type { Condition, Part, Statement } from "../../../core/policy/statement";
import { inOrder, permission, type Making, type Origin } from "./making";
import {
  gives,
  isUnknown,
  mayMeet,
  textOf,
  type Pattern,
  type Permission,
  type Test,
} from "./permission";

/** What the policies of an identity of AWS come to. */
export interface PolicyPermissions {
  readonly may: readonly Permission[];
  readonly denied: readonly Permission[];
}

/** Any request: a condition decides nothing, and stays with what it is a condition of. */
const anyRequest: Context = () => ({ kind: "unknown", reason: "any request" });

const all = { actions: [requested("*")], resources: [requested("*")] };

/**
 * What the policies of an identity allow within its permissions boundary, less what they deny whole and without a condition,
 * and what else they deny of it.
 */
export function permissionsOf(making: Making, identity: Name): PolicyPermissions {
  const { policies, limits } = authorityOf(making.graph, identity);
  if (policies.length === 0) return { may: [], denied: [] };
  const everyone = [...policies, ...limits.flat()];
  const unlimited = policies.flatMap((policy): readonly Limited[] =>
    isOpaque(policy)
      ? [{ grant: { ...all, policy, statement: undefined }, tests: [], of: [] }]
      : leftOf(
          allowedBy([policy], all, anyRequest),
          { policies: everyone, limits: [] },
          anyRequest,
        ).map((grant) => ({ grant, tests: [], of: [] })),
  );
  const limited = limits.reduce(
    (left, limit) => left.flatMap((each) => withinLimit(making, each, limit)),
    unlimited,
  );
  const may = inOrder(limited.flatMap((each) => permissionOf(making, each)));
  const byObject = new ByObject(may);
  const denied = inOrder(everyone.flatMap((policy) => deniedBy(making, policy))).filter((deny) =>
    byObject.areTouchedBy(deny),
  );
  return { may, denied };
}

/** A grant with the tests of the limits that leave it, and keys of what these are made of. */
interface Limited {
  readonly grant: Grant;
  readonly tests: readonly Test[];
  readonly of: readonly string[];
}

/** Whether nothing is known of a policy but what it is called. */
function isOpaque({ content }: Policy): boolean {
  return content.kind === "unknown";
}

function withinLimit(
  making: Making,
  { grant, tests, of: before }: Limited,
  limit: readonly Policy[],
): readonly Limited[] {
  return limit.flatMap((policy): readonly Limited[] => {
    const { content } = policy;
    const origin = making.originOf(policy.at, policy.name);
    const of = [...before, ...origin.of];
    // What a boundary that is not known leaves is not known either; it is the same boundary once its ARN is known.
    if (content.kind === "unknown") {
      const { label, of: links } = making.openPattern(content.dependsOn, origin);
      const value = { label, of: [...new Set([...links, origin.own])].sort() };
      return [{ grant, tests: [...tests, { operator: "unknown", key: "", values: [value] }], of }];
    }
    return content.document.statements.flatMap((statement) => {
      const { variables } = content.document;
      const document = { variables, statements: [statement] };
      const only: Policy = { ...policy, content: { kind: "document", document } };
      const own = statement.kind === "unknown" ? [] : statement.conditions;
      const spelled = statement.kind === "unknown" ? [] : statement.actions.values;
      return allowedBy([only], grant, anyRequest).map(({ actions, resources }) => ({
        grant: {
          ...grant,
          actions: actions.map((each) => asSpelled(each, [...grant.actions, ...spelled])),
          resources,
        },
        tests: [...tests, ...making.testsOf(own, origin)],
        of,
      }));
    });
  });
}

/** An action as a policy spells it; the overlap of two is computed in lower case. */
function asSpelled(action: Part, spelled: readonly Part[]): Part {
  if (action.kind === "unknown") return action;
  const isIt = (each: Part): boolean =>
    each.kind === "text" && each.text.toLowerCase() === action.text;
  return spelled.find(isIt) ?? action;
}

function permissionOf(making: Making, limited: Limited): readonly Permission[] {
  const { grant, tests, of } = limited;
  const { policy, statement } = grant;
  const origin = making.originOf(policy.at, policy.name);
  if (policy.content.kind === "unknown") return [opaque(making, policy, origin)];
  if (statement === undefined) {
    const dependsOn = grant.uncertainty?.dependsOn ?? [];
    const open = making.openPattern(dependsOn, origin);
    return [permission({ actions: [open], objects: [open], ...from(origin) })];
  }
  const exceptActions = leftOut(making, statement.actions, origin);
  const exceptObjects = leftOut(making, statement.resources, origin);
  const actions = grant.actions
    .map((part) => making.patternOf(part, origin))
    .filter((each) => !exceptActions.some((out) => takesIn(out, each)));
  const objects = grant.resources
    .map((part) => making.patternOf(part, origin))
    .filter((each) => !exceptObjects.some((out) => takesIn(out, each)));
  if (actions.length === 0 || objects.length === 0) return [];
  const own = making.testsOf([...statement.conditions, ...effectOf(statement)], origin);
  return [
    permission({
      actions,
      objects,
      exceptActions: exceptActions.filter((out) =>
        actions.some((each) => mayMeet(out, each, true)),
      ),
      exceptObjects: exceptObjects.filter((out) =>
        objects.some((each) => mayMeet(out, each, false)),
      ),
      conditions: inOrder([...own, ...tests]),
      ...from(origin),
      of: inOrder([...origin.of, ...of]),
    }),
  ];
}

function takesIn(general: Pattern, specific: Pattern): boolean {
  const of: Permission = { actions: [specific], objects: ["*"] };
  return gives({ actions: [general], objects: ["*"] }, { action: specific, object: "*", of });
}

function leftOut(
  making: Making,
  selection: Statement["resources"],
  origin: Origin,
): readonly Pattern[] {
  return making.selected(selection, origin).except;
}

/** An effect that is not known is a condition that is not. */
function effectOf({ effect, dependsOn = [] }: Statement): readonly Condition[] {
  return effect === "unknown" ? [{ kind: "unknown", dependsOn }] : [];
}

function from({ of, source }: Origin): Pick<Permission, "of" | "source"> {
  return { of, ...(source && { source }) };
}

/** All that a policy allows of which only the name is known. */
function opaque(making: Making, { name, content }: Policy, origin: Origin): Permission {
  const dependsOn = content.kind === "unknown" ? content.dependsOn : [];
  const isElsewhere = dependsOn.length === 0 && !name.startsWith("urn:");
  if (isElsewhere) {
    const action = `all that policy ${making.labelOf(name)} allows`;
    return permission({ actions: [action], objects: ["*"], ...from(origin) });
  }
  const { label, of } = making.openPattern(dependsOn, origin);
  const open = { label, of: [...new Set([...of, origin.own])].sort() };
  return permission({ actions: [open], objects: [open], ...from(origin) });
}

function deniedBy(making: Making, policy: Policy): readonly Permission[] {
  if (policy.content.kind === "unknown") return [];
  const origin = making.originOf(policy.at, policy.name);
  return policy.content.document.statements.flatMap((statement) => {
    if (statement.kind === "unknown" || statement.effect !== "Deny") return [];
    const actions = making.selected(statement.actions, origin);
    const objects = making.selected(statement.resources, origin);
    return [
      permission({
        actions: actions.values,
        objects: objects.values,
        exceptActions: actions.except,
        exceptObjects: objects.except,
        conditions: making.testsOf(statement.conditions, origin),
        ...from(origin),
      }),
    ];
  });
}

/** Permissions by their objects: a Deny is compared only with those that may overlap with it. */
class ByObject {
  readonly #named = new Map<string, Held[]>();
  readonly #others: Held[] = [];
  readonly #all: readonly Held[];

  constructor(permissions: readonly Permission[]) {
    this.#all = permissions.flatMap((of) => of.objects.map((object) => ({ object, of })));
    for (const each of this.#all) {
      const name = nameOf(each.object);
      const same = name === undefined ? this.#others : this.#named.get(name);
      if (same !== undefined) same.push(each);
      else if (name !== undefined) this.#named.set(name, [each]);
    }
  }

  /** Whether a Deny takes something of one of the permissions. */
  areTouchedBy(deny: Permission): boolean {
    return deny.objects.some((object) =>
      this.#near(object).some(
        (each) =>
          mayMeet(object, each.object, false) &&
          !isLeftOut(each.object, deny.exceptObjects) &&
          each.of.actions.some(
            (action) =>
              !isLeftOut(action, deny.exceptActions) &&
              deny.actions.some((one) => mayMeet(one, action, true)),
          ),
      ),
    );
  }

  #near(object: Pattern): readonly Held[] {
    const name = nameOf(object);
    return name === undefined ? this.#all : [...(this.#named.get(name) ?? []), ...this.#others];
  }
}

interface Held {
  readonly object: Pattern;
  readonly of: Permission;
}

/** The literal text of a pattern. */
function nameOf(pattern: Pattern): string | undefined {
  const text = textOf(pattern);
  return text === undefined || hasWildcard(text) ? undefined : text;
}

function isLeftOut(pattern: Pattern, out: readonly Pattern[] = []): boolean {
  return !isUnknown(pattern) && out.some((one) => takesIn(one, pattern));
}
