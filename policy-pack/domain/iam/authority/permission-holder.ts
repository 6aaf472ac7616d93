import { userType } from "../../../../core/aws/iam";
import type { Uncertainty } from "../../../../core/certainty";
import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import type { Condition } from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import { no, or, unknown, type Three, yes } from "../../../../core/three-valued";
import { admissions, type Admission } from "../../trust/admission";
import { lookupsIn } from "../../trust/in-graph";
import type { Principal } from "../../trust/principal";
import { skipsUsersIn } from "../../trust/users-only";
import { reachOf, type Reach } from "../../workloads/node-metadata";

/** The holder of an identity: a workload, people, a service that starts workloads by it, or an unknown one. */
export type PermissionHolder =
  | { readonly kind: "workload" }
  | { readonly kind: "people" }
  | { readonly kind: "starter" }
  | ({ readonly kind: "unknown" } & Uncertainty);

const people: PermissionHolder = { kind: "people" };
const workload: PermissionHolder = { kind: "workload" };
const starter: PermissionHolder = { kind: "starter" };

/** Types of resources that are people's identities, or what people log in by. */
const peoplesTypes = [userType, "aws:iam/group:Group", "aws:iam/samlProvider:SamlProvider"];

/** Roles that IAM Identity Center makes for people. Source: IAM Identity Center user guide, referencing permission sets. */
const singleSignOn = "AWSReservedSSO_";

/**
 * The holder of an IAM identity.
 *
 * A role is people's when only they can assume it: by SAML, through Identity Center, as a user, or with a second factor. Every
 * other role is a workload's, of this stack or outside.
 */
export function permissionHolderOf(graph: Graph, identity: Name): PermissionHolder {
  if (graph.namesOf(identity).some(isPeoples)) return people;
  if (isRunAs(graph, identity)) return workload;
  const starting = starterOf(graph, identity);
  if (starting !== undefined) return starting;
  const trusts = graph.facts("trusts", "identity", identity);
  const permissionHolders = trusts.map((fact) => permissionHolderByTrust(graph, fact));
  return (
    permissionHolders.find(({ kind }) => kind === "workload") ??
    permissionHolders.find(({ kind }) => kind === "unknown") ??
    permissionHolders[0] ??
    workload
  );
}

/**
 * The holder of a role that only services assume, to start workloads that run as others. That is the execution role of ECS
 * tasks, or the role of a node group. Pods hold the latter as well where they can read the credentials of their node.
 *
 * Sources: Amazon ECS developer guide, task execution IAM role; EKS user guide, "Amazon EKS node IAM role". A role that
 * workloads run as too, or that others may assume, is their identity.
 */
function starterOf(graph: Graph, identity: Name): PermissionHolder | undefined {
  const nodes = graph.facts("machines", "role", identity);
  const tasks = graph.facts("starts", "identity", identity);
  if (nodes.length + tasks.length === 0 || !isForServices(graph, identity)) return undefined;
  const reached = or(nodes.map((each) => reachedByPods(graph, each)));
  switch (reached.kind) {
    case "yes":
      return workload;
    case "no":
      return starter;
    case "unknown":
      return { kind: "unknown", reason: reached.reason, dependsOn: reached.dependsOn ?? [] };
  }
}

function isForServices(graph: Graph, identity: Name): boolean {
  return graph.facts("trusts", "identity", identity).every(({ trust }) => {
    if (trust.kind !== "document") return trust.kind === "problem";
    return admissions(trust.document, lookupsIn(graph)).every(
      ({ principal }) => principal.kind === "service",
    );
  });
}

function isPeoples(name: Name): boolean {
  if (name.startsWith("urn:")) return peoplesTypes.includes(typeInUrn(name));
  return name.startsWith("iam-user|") || name.includes(singleSignOn);
}

/** Whether a workload runs as an identity, owns it or assumes it by configuration. */
export function isRunAs(graph: Graph, identity: Name): boolean {
  return (
    graph.facts("runs-as", "identity", identity).length > 0 ||
    graph.facts("owns", "identity", identity).length > 0 ||
    graph.facts("assumes", "role", identity).length > 0
  );
}

function permissionHolderByTrust(graph: Graph, { trust }: FactOf<"trusts">): PermissionHolder {
  switch (trust.kind) {
    case "problem":
      return people;
    case "unknown":
      return notKnown(trust.dependsOn);
    case "document": {
      const all = admissions(trust.document, lookupsIn(graph)).map(permissionHolderBehind);
      return (
        all.find(({ kind }) => kind === "workload") ??
        all.find(({ kind }) => kind === "unknown") ??
        people
      );
    }
  }
}

function permissionHolderBehind({
  principal,
  conditions,
  variables,
  dependsOn,
}: Admission): PermissionHolder {
  if (conditions.some(requiresSecondFactor)) return people;
  if (isOfAccounts(principal)) {
    const ofPeople = or([
      ...conditions.map((each) => skipsUsersIn(each, variables)),
      ...conditions.map(mayRequireSecondFactor),
    ]);
    if (ofPeople.kind === "yes") return people;
    if (ofPeople.kind === "unknown") return notKnown(ofPeople.dependsOn ?? []);
  }
  switch (principal.kind) {
    case "saml":
    case "user":
      return people;
    case "role":
    case "session":
      return principal.arn.includes(singleSignOn) ? people : workload;
    case "unknown": {
      const types = dependsOn.map(typeInUrn);
      if (types.length > 0 && types.every((type) => peoplesTypes.includes(type))) return people;
      return principal.type === "any" ? notKnown(dependsOn) : workload;
    }
    case "everyone":
    case "account":
    case "service":
    case "federated":
    case "canonical":
    case "other":
      return workload;
  }
}

/** A session has a second factor only when a person gave it. Source: IAM user guide, MFA-protected API access. */
export function requiresSecondFactor(condition: Condition): boolean {
  if (condition.kind === "unknown") return false;
  const key = condition.key.toLowerCase();
  const isOpen = /ifexists$/i.test(condition.operator);
  if (isOpen) return false;
  if (key === "aws:multifactorauthage") return /^numeric/i.test(condition.operator);
  return (
    key === "aws:multifactorauthpresent" &&
    condition.values.some((part) => part.kind === "text" && part.text.toLowerCase() === "true")
  );
}

/** Whether a condition that requires no second factor yet may turn out to. */
function mayRequireSecondFactor(condition: Condition): Three {
  const reason = "whether a condition requires a second factor is not known yet";
  if (condition.kind === "unknown") return unknown(reason, condition.dependsOn);
  if (!condition.key.toLowerCase().startsWith("aws:multifactorauth")) return no;
  return or(
    condition.values.map((part) =>
      part.kind === "unknown" ? unknown(reason, part.dependsOn) : no,
    ),
  );
}

/** Whether a principal may include people with a second factor. */
function isOfAccounts({ kind }: Principal): boolean {
  return kind === "account" || kind === "role" || kind === "session" || kind === "everyone";
}

function notKnown(dependsOn: Uncertainty["dependsOn"]): PermissionHolder {
  return { kind: "unknown", reason: "who can assume it is not known yet", dependsOn };
}

/** Whether pods can read the credentials of the nodes that they run on, so that they have its role too. */
function reachedByPods(graph: Graph, { template, usual }: FactOf<"machines">): Three {
  if (template === undefined) return answerOf(reachOf(undefined, usual));
  if (template.kind === "unknown") {
    return unknown("which launch template its nodes have is not known yet", template.dependsOn);
  }
  const described = graph
    .facts("machines", "machines", template.name)
    .filter(({ options }) => options !== undefined);
  return described.length === 0
    ? unknown("what launches its nodes is not in the stack")
    : or(described.map(({ options }) => answerOf(reachOf(options, usual))));
}

function answerOf(reach: Reach): Three {
  switch (reach.kind) {
    case "kept":
      return no;
    case "reached":
      return yes;
    case "unsaid":
      return unknown(`no resource sets \`${reach.property}\` for its nodes`);
    case "unknown":
      return unknown(`\`${reach.property}\` of its nodes is not known yet`, reach.dependsOn);
  }
}
