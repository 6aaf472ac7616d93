import { roleType } from "../../../core/aws/iam";
import type { Condition } from "../../../core/policy/statement";
import { typeInUrn } from "../../../core/snapshot/resource";
import { yes, type Three } from "../../../core/three-valued";
import { roleOfArn } from "../../domain/iam/callers";
import type { RoleArn } from "../../domain/iam/role-arn";
import { roleArnOf } from "../../domain/iam/roles";
import { canUseTrust } from "../../domain/paths/assume/permissions";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { admissions } from "../../domain/trust/admission";
import { lookupsIn } from "../../domain/trust/in-graph";
import { principalOf, type Principal } from "../../domain/trust/principal";
import type { Name } from "../../facts/name";
import { inOrder, permission, type Making, type Origin } from "./making";
import { gives, shownPattern, type Pattern, type Permission } from "./permission";
import { assume } from "./sentence";

/** Which principals may assume a role, on which conditions. */
export function assumedBy(making: Making, identity: Name): readonly Permission[] {
  const facts = making.graph.facts("trusts", "identity", identity);
  return inOrder(facts.flatMap((fact) => trustsIn(making, fact)));
}

function trustsIn(
  making: Making,
  { identity, path, trust, at }: FactOf<"trusts">,
): readonly Permission[] {
  const origin = making.originOf(at);
  const { of, source } = origin;
  if (trust.kind === "problem") return [];
  if (trust.kind === "unknown") return [openUse(making, trust.dependsOn, origin)];
  const role = roleArnOf(making.graph, identity, path);
  return admissions(trust.document, lookupsIn(making.graph)).flatMap(
    ({ principal, conditions }) => {
      const permitted = permittedTo(making.graph, principal, role);
      if (permitted.kind === "no") return [];
      const who = principalPattern(making, principal, origin);
      const object =
        permitted.kind === "unknown"
          ? { ...making.openPattern(permitted.dependsOn ?? [], origin), label: shownPattern(who) }
          : who;
      return [
        permission({
          actions: [assume],
          objects: [object],
          conditions: making.testsOf(conditions, origin),
          of,
          ...(source && { source }),
        }),
      ];
    },
  );
}

/** Whether its own Deny statements and its boundary leave to a principal what a trust policy allows it. */
function permittedTo(graph: Graph, principal: Principal, role: RoleArn): Three {
  switch (principal.kind) {
    case "role": {
      const caller = roleOfArn(principal.arn);
      return caller === undefined ? yes : canUseTrust(graph, caller, role, "role");
    }
    case "session": {
      const { partition, account, roleName } = principal.session;
      const caller = roleOfArn(`arn:${partition}:iam::${account}:role/${roleName}`);
      return caller === undefined ? yes : canUseTrust(graph, caller, role, "session");
    }
    case "unknown": {
      const [caller, ...more] = principal.dependsOn;
      const isRole = caller !== undefined && typeInUrn(caller) === roleType && more.length === 0;
      return isRole ? canUseTrust(graph, caller, role, "role") : yes;
    }
    case "everyone":
    case "account":
    case "user":
    case "service":
    case "federated":
    case "saml":
    case "canonical":
    case "other":
      return yes;
  }
}

/** What policies of a resource's own come to. */
export interface Users {
  /** Which principals may use it. */
  readonly users: readonly Permission[];
  /** What is denied to principals, also to those whose own policies allow it. */
  readonly denies: readonly Permission[];
}

/** A statement as a permission: any of the actions by any of the principals. */
interface Use {
  readonly use: Permission;
  /** The parts of the resource that it is about. */
  readonly on: Permission;
}

/** Which principals policies of a resource's own let use it, less what these deny whole and without a condition, and what they deny. */
export function usersOf(making: Making, facts: readonly FactOf<"guards">[]): Users {
  const allowed = facts.flatMap((fact) => usesIn(making, fact, "Allow"));
  const denied = facts.flatMap((fact) => usesIn(making, fact, "Deny"));
  // Within one policy, what is not known is not whatever else the policy names.
  const whole = denied.filter(({ use }) => use.conditions === undefined);
  const users = allowed.flatMap((each): readonly Permission[] => {
    const denying = whole.filter(({ on }) => isWithin(each.on, on));
    if (denying.length === 0) return [each.use];
    return each.use.objects.flatMap((object) => {
      const actions = each.use.actions.filter(
        (action) =>
          !denying.some(({ use }) =>
            gives({ ...use, of: [] }, { action, object, of: { ...each.use, of: [] } }),
          ),
      );
      return actions.length === 0 ? [] : [{ ...each.use, actions, objects: [object] }];
    });
  });
  return { users: inOrder(users), denies: inOrder(denied.map(({ use }) => use)) };
}

/** Whether all parts of a resource that one statement is about are among those of another. */
function isWithin(inner: Permission, outer: Permission): boolean {
  return inner.objects.every((object) => gives(outer, { action: "*", object, of: inner }));
}

function usesIn(
  making: Making,
  { policy, at }: FactOf<"guards">,
  wanted: "Allow" | "Deny",
): readonly Use[] {
  const origin = making.originOf(at);
  const open = (dependsOn: readonly string[]): readonly Use[] =>
    wanted === "Deny" ? [] : [{ use: openUse(making, dependsOn, origin), on: everything }];
  if (policy.kind === "problem") return [];
  if (policy.kind === "unknown") return open(policy.dependsOn);
  const lookups = lookupsIn(making.graph);
  return policy.document.statements.flatMap((statement): readonly Use[] => {
    if (statement.kind === "unknown") return open(statement.dependsOn);
    const { principals, effect, dependsOn = [] } = statement;
    if ((effect === "Deny") !== (wanted === "Deny") || principals === undefined) return [];
    const who = principals.values.map((part) =>
      principalPattern(making, principalOf(part, lookups), origin),
    );
    const anyPrincipal = principalPattern(making, { kind: "everyone" }, origin);
    const selected = making.selected(statement.actions, origin);
    const parts = making.selected(statement.resources, origin);
    const conditions: readonly Condition[] =
      effect === "unknown"
        ? [...statement.conditions, { kind: "unknown", dependsOn }]
        : statement.conditions;
    const { of, source } = origin;
    const use = permission({
      actions: selected.values,
      objects: principals.negated ? [anyPrincipal] : who,
      exceptActions: selected.except,
      exceptObjects: principals.negated ? who : [],
      conditions: making.testsOf(conditions, origin),
      of,
      ...(source && { source }),
    });
    const on = permission({
      actions: ["*"],
      objects: parts.values,
      exceptObjects: parts.except,
    });
    return [{ use, on }];
  });
}

const everything: Permission = { actions: ["*"], objects: ["*"] };

function openUse(making: Making, dependsOn: readonly string[], origin: Origin): Permission {
  const { label, of } = making.openPattern(dependsOn, origin);
  const open = { label, of: [...new Set([...of, origin.own])].sort() };
  const { source } = origin;
  return permission({ actions: [open], objects: [open], of: origin.of, ...(source && { source }) });
}

/** A principal as a pattern: what takes in all of an account takes in each of its roles. */
function principalPattern(making: Making, principal: Principal, origin: Origin): Pattern {
  switch (principal.kind) {
    case "everyone":
      return { text: "*", label: "any principal", of: [] };
    case "account": {
      const { account } = principal;
      const text = making.graph.masks.over(account);
      return { text: `arn:aws*:??*::${text}:*`, label: `account ${text}`, of: [] };
    }
    case "role":
    case "user":
    case "session":
      return making.textPattern(principal.arn, origin);
    case "service":
      // Anything but the name of a service may be a secret in its position.
      return /^[a-z0-9.*?-]+$/.test(principal.service)
        ? { text: `service ${principal.service}`, label: principal.service, of: [] }
        : { text: "service", label: "what is no service", of: [] };
    case "federated": {
      const { issuer, provider } = principal;
      if (issuer.kind === "known") {
        // The slash that ends the URL of some issuers is a part of an ARN, and not of a provider that the stack makes.
        const host = making.graph.masks.over(issuer.host).replace(/\/$/, "");
        return { text: `issuer ${host}`, label: host, of: providerKeys(making, provider) };
      }
      const dependsOn = provider.kind === "unknown" ? provider.dependsOn : issuer.dependsOn;
      return making.openPattern(dependsOn, origin);
    }
    case "saml": {
      const text = making.graph.masks.over(principal.provider);
      return { text: `saml ${text}`, label: text, of: [] };
    }
    case "canonical": {
      const text = making.graph.masks.over(principal.id);
      return { text: `canonical ${text}`, label: `canonical user ${text}`, of: [] };
    }
    case "other":
      return making.textPattern(principal.text, origin);
    case "unknown":
      return making.openPattern(principal.dependsOn, origin);
  }
}

function providerKeys(
  making: Making,
  provider: Extract<Principal, { kind: "federated" }>["provider"],
): readonly string[] {
  const names = provider.kind === "named" ? [provider.text] : provider.dependsOn;
  return names
    .filter((name) => making.graph.canonical(name).startsWith("urn:"))
    .map((name) => making.keyOf(name))
    .sort();
}
