import { nameIn } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import type { Part, Statement, UnknownStatement } from "../../../../core/policy/statement";
import type { Urn } from "../../../../core/snapshot/value";
import { and, fromBoolean, no, or, unknown, yes, type Three } from "../../../../core/three-valued";
import { takesInAllRoles } from "../../iam/role-arn";
import { meet } from "../../iam/authority/meet";
import type { Case } from "./case";
import { mayCall } from "./may";
import type { ActingPath } from "./paths";
import { anyRole, arnOfRole, inAccountOf, roleTarget } from "./role-targets";
import { targetOf, fromTarget } from "./targets";

const users = "arn:*:iam::*:user/*";
const policies = "arn:*:iam::*:policy/*";

/** Actions that return a credential of a user. */
const credentialActions = [
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:UpdateLoginProfile",
];

/** ARNs of what the first action of a path is about. */
export function kindOf({ acts, on = "*", needs }: ActingPath, { graph, identity }: Case): string {
  switch (acts) {
    case "boundary":
    case "own deny":
      return arnOfRole(graph, identity) ?? anyRole;
    case "any role":
      return anyRole;
    case "role":
    case "trust":
      return inAccountOf(graph, identity, anyRole);
    case "policy":
      return inAccountOf(graph, identity, policies);
    case "user policy":
      return inAccountOf(graph, identity, users);
    case "thing": {
      const isOfIam = needs[0]?.every((action) => action.startsWith("iam:")) === true;
      return isOfIam ? inAccountOf(graph, identity, on) : on;
    }
    case "workload":
      return on;
  }
}

/** Whether the first action of a path reaches something by which the identity rises, or takes over another's. */
export function isWorth(path: ActingPath, part: Part, given: Case): Three {
  switch (path.acts) {
    case "role":
      return raisesByRole(part, given);
    case "trust":
      return isOthersTrust(part, given);
    case "boundary":
      return given.authority.limits.length === 0 ? no : isOwnRole(part, given);
    case "own deny":
      return and([isOwnRole(part, given), hasOwnDeny(path, given)]);
    case "policy":
      return raisesByPolicy(part, given);
    case "user policy":
      return raisesByUser(part, given);
    case "any role":
      return matchesAllRoles(part);
    case "thing":
      return fromTarget(targetOf(part, path.on ?? "*"), yes);
    case "workload":
      return hasOthersRole(path, part, given);
  }
}

/** Roles that are named, in full or in part, are meant to be assumed: their trust policies are reported instead. */
function matchesAllRoles(part: Part): Three {
  if (part.kind === "text") return fromBoolean(takesInAllRoles(part.text));
  return fromTarget(targetOf(part, anyRole), no);
}

/** Policies of its own role, of some role, or of one that it may assume. */
function raisesByRole(part: Part, given: Case): Three {
  const target = roleTarget(given.graph, given.identity, part);
  switch (target.kind) {
    case "pattern":
    case "own":
      return yes;
    case "other":
      return no;
    case "unknown":
      return unknown(target.reason, target.dependsOn);
    case "another":
      return mayOn(["sts:AssumeRole"], part, given);
  }
}

/** The trust policy of its own role trusts others, not itself. */
function isOthersTrust(part: Part, { graph, identity }: Case): Three {
  const target = roleTarget(graph, identity, part);
  switch (target.kind) {
    case "pattern":
    case "another":
      return yes;
    case "own":
    case "other":
      return no;
    case "unknown":
      return unknown(target.reason, target.dependsOn);
  }
}

/** Whether a policy of the identity denies it something, of those that a path takes away. */
function hasOwnDeny({ inline = false }: ActingPath, { graph, authority }: Case): Three {
  return or(
    authority.policies.map(({ name, managed, content }) => {
      const isAttached =
        managed !== undefined || graph.facts("attaches", "policy", name).length > 0;
      if (isAttached === inline) return no;
      if (content.kind === "unknown") return unknown(content.reason, content.dependsOn);
      return or(content.document.statements.map(denies));
    }),
  );
}

function denies(statement: Statement | UnknownStatement): Three {
  if (statement.kind === "statement" && statement.effect !== "unknown") {
    return statement.effect === "Deny" ? yes : no;
  }
  return unknown("whether a statement denies something is not known yet", statement.dependsOn);
}

function isOwnRole(part: Part, { graph, identity }: Case): Three {
  const target = roleTarget(graph, identity, part);
  switch (target.kind) {
    case "own":
      return yes;
    case "pattern":
      return target.matchesOwn;
    case "another":
    case "other":
      return no;
    case "unknown":
      return unknown(target.reason, target.dependsOn);
  }
}

/** Content of a policy that it has, or may attach to its own role, or of some policy. */
function raisesByPolicy(part: Part, given: Case): Three {
  const { graph, identity } = given;
  const target = targetOf(part, policies);
  if (target.kind !== "named") return fromTarget(target, yes);
  const attached = graph
    .facts("attaches", "identity", identity)
    .flatMap(({ policy }) => nameIn(policy) ?? []);
  if (attached.some((own) => target.names.some((name) => graph.same(name, own)))) return yes;
  const mayBe = attached.filter((own) =>
    graph.possiblySame(own).some((other) => target.names.includes(other)),
  );
  if (mayBe.length > 0) {
    return unknown("the account of a policy is not known", urnsOf(graph, mayBe));
  }
  if (part.kind === "unknown") return no;
  const halves = mayCall(given.authority, ["iam:AttachRolePolicy"], {
    "iam:policyarn": [part.text],
  });
  return or(halves.flatMap(({ resources }) => resources.map((role) => raisesByRole(role, given))));
}

/** Policies of some user, or of one that it can make a credential of. */
function raisesByUser(part: Part, given: Case): Three {
  const target = targetOf(part, users);
  return target.kind === "named" ? mayOn(credentialActions, part, given) : fromTarget(target, yes);
}

/** A workload whose role is not the identity's own. */
function hasOthersRole(
  { on = "*", optional = false, unnamed = false }: ActingPath,
  part: Part,
  { graph, identity }: Case,
): Three {
  const target = targetOf(part, on);
  if (target.kind !== "named") return fromTarget(target, yes);
  if (unnamed) return no;
  const runs = target.names.flatMap((name) => graph.facts("runs-as", "workload", name));
  const roles = runs.flatMap((fact) => rolesBehind(graph, nameIn(fact.identity)));
  if (runs.length > 0) {
    return roles.length > 0 && roles.every((role) => graph.same(role, identity)) ? no : yes;
  }
  const possibly = target.names.flatMap((name) => graph.possiblySame(name));
  const mayBeOwn = possibly
    .flatMap((name) => graph.facts("runs-as", "workload", name))
    .filter((fact) =>
      rolesBehind(graph, nameIn(fact.identity)).some((role) => graph.same(role, identity)),
    );
  if (mayBeOwn.length > 0) {
    const workloads = mayBeOwn.map(({ workload }) => workload);
    return unknown("the account of a workload is not known", urnsOf(graph, workloads));
  }
  if (!optional) return yes;
  const isKnown = target.names.some((name) => graph.facts("workload", "workload", name).length > 0);
  if (isKnown) return no;
  return unknown(
    target.names.some((name) => name.startsWith("urn:"))
      ? "no file or resource shows whether what a policy names has a role"
      : "what a policy names is not in the stack, so whether it has a role is not known",
  );
}

/** The role that a workload runs as, also through an instance profile. */
function rolesBehind(graph: Graph, identity: Name | undefined): readonly Name[] {
  if (identity === undefined) return [];
  const roles = graph
    .facts("assumes", "identity", identity)
    .flatMap(({ role }) => nameIn(role) ?? []);
  return roles.length > 0 ? roles : [identity];
}

function mayOn(actions: readonly string[], part: Part, { authority }: Case): Three {
  const halves = mayCall(authority, actions, {});
  return or(
    halves.flatMap(({ resources, uncertainty }) =>
      resources.map((other): Three => {
        const met = meets(part, other);
        return met.kind === "yes" && uncertainty !== undefined
          ? unknown(uncertainty.reason, uncertainty.dependsOn)
          : met;
      }),
    ),
  );
}

function meets(a: Part, b: Part): Three {
  if (a.kind === "text" && b.kind === "text")
    return fromBoolean(meet(a.text, b.text) !== undefined);
  const isSame =
    a.kind === "unknown" && b.kind === "unknown" && a.dependsOn.join() === b.dependsOn.join();
  const takesAll = [a, b].some((part) => part.kind === "text" && part.text === "*");
  if (isSame || takesAll) return yes;
  const dependsOn = [a, b].flatMap((part) => (part.kind === "unknown" ? part.dependsOn : []));
  return unknown("a resource of a policy is not known yet", dependsOn);
}

/** The resources that make things. */
function urnsOf(graph: Graph, names: readonly Name[]): readonly Urn[] {
  return names.flatMap((name) => graph.namesOf(name)).filter((name) => name.startsWith("urn:"));
}
