import { authorityOf, policiesIn } from "../../core/authority/authority-of";
import { permittedIn, unknownHolder } from "../../core/authority/permitted";
import type { Authority, Doubt, Policy } from "../../core/authority/authority";
import { bearerOf } from "../../core/authority/bearer";
import {
  broadGrants,
  isUnlimited,
  type BroadGrant,
  type Breadth,
} from "../../core/authority/breadth";
import { dataGrants } from "../../core/authority/data-breadth";
import { unnarrowed } from "../../core/authority/standing";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import type { Severity } from "../../core/severity";
import { yes } from "../../core/three-valued";
import { defineRule, type Answer } from "../define-rule";
import {
  distinct,
  evidenceOf,
  everythingFault,
  unknownFault,
  labelOfPolicy,
} from "./authority-answers";
import { answersBy } from "./entry-answers";
import { bindingAnswers, type BindingMessage } from "./wildcard-bindings";

type Message =
  | Breadth
  | "administrator"
  | "full access"
  | "called full"
  | "read all"
  | "unsure"
  | "bearer"
  | "unknown"
  | BindingMessage;

/** Authority over everything is authority nobody has thought about: one injected prompt has all of it. */
export default defineRule({
  id: "no-wildcard-authority",
  title:
    "No workload has authority over everything, over a whole service, or over all data of a kind",
  severity: "high",
  family: "authority",
  decides: "closed",
  because: "a boundary, a Deny or an aggregated role that comes later can narrow or widen it",
  watches: ["allows", "attaches", "binds", "access-policy", "enters-as"],
  standards: [
    "NHI5:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.M0026",
    "CIS-AWS-7.0:2.14",
    "CIS-EKS-1.8.0:4.1.1",
    "CIS-EKS-1.8.0:4.1.3",
    "NIST-800-53r5:AC-6",
  ],
  remediation: "name the actions that the workload calls and the resources it calls them on",
  messages: {
    everything: "`{identity}` may do everything: {what}",
    service: "`{identity}` may do all that a service offers, on every resource: {what}",
    "all but": "`{identity}` may do all but what a list leaves out: {what}",
    named: "`{identity}` may do all that a service offers on what it names: {what}",
    secrets: "`{identity}` may access every {kinds} of the account: {what}",
    data: "`{identity}` may access every {kinds} of the account: {what}",
    administrator: "`{identity}` has an administrator's policy, `{policy}`",
    "full access": "`{identity}` has all of a service by `{policy}`",
    "called full": "`{identity}` has `{policy}`, which AWS calls full access",
    "read all": "`{identity}` may read the whole account by `{policy}`",
    masters: "`{binding}` makes `{identity}` a master of the cluster, whom nothing holds back",
    rights: "`{identity}` has {rights} {where}: `{role}` allows {what}",
    role: "undetermined: `{binding}` gives `{identity}` the rights of `{role}`, which is not in the stack",
    "which role": "undetermined: a preview cannot know which role `{binding}` gives `{identity}`",
    policy:
      "undetermined: `{binding}` gives `{identity}` the rights of `{role}`, an access policy of Amazon EKS that this version does not know",
    "which policy":
      "undetermined: a preview cannot know which access policy `{binding}` gives `{identity}`",
    "which group":
      "undetermined: a preview cannot know in which group `{identity}` enters the cluster by `{binding}`: it may be `system:masters`",
    "which entries": "undetermined: a preview cannot know what `{binding}` gives `{identity}`",
    "maybe rights": "undetermined: `{identity}` may have {rights} {where}: {reason}",
    unsure: "undetermined: `{identity}` may have {much}: {reason}",
    bearer: "undetermined: `{identity}` has authority over everything, and {reason}",
    unknown: "undetermined: a preview cannot know what `{policy}` lets `{identity}` do: {reason}",
  },
  check: (fact, graph) => {
    if (!graph.complete) return [];
    if (fact.kind === "binds" || fact.kind === "access-policy" || fact.kind === "enters-as") {
      return answersBy(graph, fact, "high", (each) => bindingAnswers(each, graph));
    }
    const whose = unknownHolder(fact);
    const identity = permittedIn(fact, graph);
    if (identity === undefined && whose === undefined) return [];
    return policiesIn(graph, fact).flatMap((policy) => {
      if (identity === undefined) return answersOnLoose(policy, fact, graph);
      const answer = answerOn(policy, identity, fact, graph);
      return answer === undefined ? [] : [answer];
    });
  },
});

/** A policy of which it is not known whose it is stands for its holder. */
function answersOnLoose(
  policy: Policy,
  fact: FactOf<"allows" | "attaches">,
  graph: Graph,
): readonly Answer<Message>[] {
  if (policy.content.kind === "unknown") return [];
  const answer = answerOn(policy, policy.name, fact, graph);
  return answer === undefined ? [] : [answer];
}

/** What is wrong with a policy of an identity, and how much. */
interface Fault {
  readonly message: Message;
  readonly grade: Severity;
  readonly data?: Readonly<Record<string, string>>;
  readonly doubt?: Doubt;
  /** What all of it is, as written. */
  readonly extent?: readonly string[];
  /** Whether it is about everything there is. */
  readonly isAll?: boolean;
}

function answerOn(
  policy: Policy,
  identity: Name,
  fact: FactOf<"allows" | "attaches">,
  graph: Graph,
): Answer<Message> | undefined {
  const whose = unknownHolder(fact);
  const bearer =
    whose === undefined ? bearerOf(graph, identity) : { kind: "unknown" as const, ...whose };
  if (bearer.kind === "people" || bearer.kind === "starter") return undefined;
  const authority =
    whose === undefined ? authorityOf(graph, identity) : { policies: [policy], limits: [] };
  const found = faultOf(policy, authority);
  if (found === undefined) return undefined;
  const fault: Fault =
    found.doubt === undefined && bearer.kind === "unknown"
      ? { ...found, message: "bearer", data: { reason: bearer.reason }, doubt: bearer }
      : found;
  const { grade } = fault;
  const data = {
    ...fault.data,
    identity: labelOfThing(graph, identity),
    policy: labelOfPolicy(graph, policy, identity, fact.at),
  };
  const isAll = fault.isAll === true || managedIsAll(policy);
  return {
    verdict: fault.doubt === undefined ? "violated" : "undetermined",
    message: fault.message,
    data,
    grade,
    about: policy.name,
    holder: identity,
    ...(fault.extent && { extent: fault.extent }),
    ...(isAll && { fault: everythingFault(graph, identity) }),
    ...(fault.message === "unknown" && { fault: unknownFault(graph, policy.name, identity) }),
    at: fact.at,
    ...evidenceOf(graph, identity, policy.name, fact.at),
    ...(fault.doubt && { waitsFor: distinct(fault.doubt.waitsFor) }),
  };
}

function managedIsAll({ managed }: Policy): boolean {
  return managed === "AdministratorAccess";
}

function faultOf(policy: Policy, authority: Authority): Fault | undefined {
  const context = unnarrowed();
  const whole = broadGrants(policy, authority, context);
  const { managed } = policy;
  const isJudged = managed === undefined || isForData(managed);
  const data = isJudged ? dataGrants(policy, authority, context, whole) : [];
  const broad = [...whole, ...data];
  if (policy.content.kind === "unknown") {
    const [first] = whole;
    if (first === undefined) return undefined;
    const isWhole = managed?.includes("FullAccess") === true;
    if (isWhole && isUnlimited(policy, authority, context).kind === "yes") {
      return managedFault(managed);
    }
    const { reason } = policy.content;
    const grade = managed === undefined ? "high" : "medium";
    return { message: "unknown", grade, data: { reason }, doubt: policy.content };
  }
  if (managed !== undefined && broad.every(({ grant }) => grant.doubt === undefined)) {
    const left = broad.length > 0 ? yes : isUnlimited(policy, authority, context);
    if (left.kind === "no") return undefined;
    const fault = managedFault(managed, whole.length === 0);
    if (fault !== undefined && left.kind === "unknown") {
      const { reason, waitsFor = [] } = left;
      const much = `what AWS's own \`${managed}\` is for`;
      return { ...fault, message: "unsure", data: { reason, much }, doubt: { reason, waitsFor } };
    }
    if (fault !== undefined) return fault;
  }
  const certain = broad.filter(({ grant }) => grant.doubt === undefined);
  const worst = worstOf(certain);
  const worse = worstOf(broad);
  if (worse !== undefined && gradeOf(worse) !== (worst && gradeOf(worst))) {
    const doubt = worse.grant.doubt;
    if (doubt !== undefined) {
      const isAll = worse.breadth === "everything";
      const data = { reason: doubt.reason, much: muchOf[worse.breadth] };
      return { message: "unsure", grade: gradeOf(worse), data, doubt, isAll };
    }
  }
  if (worst === undefined) return undefined;
  const alike = certain.filter(({ breadth }) => breadth === worst.breadth);
  const grade = managed === undefined ? gradeOf(worst) : "medium";
  const isAll = worst.breadth === "everything";
  const extent = certain.flatMap(extentOf);
  const told = { what: textOf(alike), kinds: kindsOf(alike) };
  return { message: worst.breadth, grade, data: told, extent, isAll };
}

/**
 * Whether a policy of AWS's own is there to reach data. Others give a machine, a function or a service what it works by, on
 * resources that AWS chose.
 */
function isForData(managed: string): boolean {
  return managed !== "ReadOnlyAccess" && /Read(?:OnlyAccess|Write)$/.test(managed);
}

/** The kinds of resources whose data some grants are about, such as `secret and table`. */
function kindsOf(grants: readonly BroadGrant[]): string {
  const all = [...new Set(grants.flatMap(({ kinds = [] }) => kinds))];
  const last = all.pop() ?? "";
  return all.length === 0 ? last : `${all.join(", ")} and ${last}`;
}

/** How much it is that may be allowed. */
const muchOf: Readonly<Record<Breadth, string>> = {
  everything: "authority over everything",
  service: "all that a service offers, on every resource",
  "all but": "all but what a list leaves out",
  named: "all that a service offers on what it names",
  secrets: "every secret, parameter or key of the account",
  data: "data of every resource of a kind",
};

/** What is broad in a statement, wherever it stands; resources that are named may not be known in each preview. */
function extentOf({ grant: { statement }, actions, breadth }: BroadGrant): readonly string[] {
  const isInverted = breadth === "all but" && statement?.actions.negated === true;
  return actions.map((action) => `${isInverted ? "not " : ""}${action}: ${breadth}`);
}

/** @param isByName whether what is kept of the policy holds no whole service */
function managedFault(managed: string, isByName = false): Fault | undefined {
  if (/^(?:AdministratorAccess|PowerUserAccess$|\w+Administrator$)/.test(managed)) {
    return { message: "administrator", grade: "high" };
  }
  if (managed.includes("FullAccess"))
    return { message: isByName ? "called full" : "full access", grade: "medium" };
  return managed === "ReadOnlyAccess" ? { message: "read all", grade: "medium" } : undefined;
}

const order: readonly Breadth[] = ["everything", "all but", "service", "secrets", "named", "data"];

function worstOf(grants: readonly BroadGrant[]): BroadGrant | undefined {
  for (const breadth of order) {
    const found = grants.find((each) => each.breadth === breadth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function gradeOf({ breadth }: BroadGrant): Severity {
  return breadth === "named" || breadth === "data" ? "medium" : "high";
}

/** Grants of which those of one statement on the same resources are one. */
function merged(grants: readonly BroadGrant[]): readonly BroadGrant[] {
  const byPlace = new Map<string, BroadGrant>();
  for (const each of grants) {
    const key = JSON.stringify([each.grant.statement?.index, each.resources]);
    const before = byPlace.get(key);
    const actions = [...new Set([...(before?.actions ?? []), ...each.actions])];
    byPlace.set(key, { ...each, actions });
  }
  return [...byPlace.values()];
}

/** Up to three statements, as written. */
function textOf(grants: readonly BroadGrant[]): string {
  const texts = merged(grants).map(({ grant: { statement }, actions, resources, breadth }) => {
    const where = `statement ${(statement?.index ?? 0) + 1}`;
    if (breadth === "all but") {
      const element = statement?.actions.negated === true ? "NotAction" : "NotResource";
      return `${where} allows by \`${element}\``;
    }
    const on = resources.length === 0 ? "" : ` on ${listed(resources)}`;
    return `${where} allows ${listed(actions)}${on}`;
  });
  const more = texts.length - 3;
  return texts.slice(0, 3).join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function listed(texts: readonly string[]): string {
  const more = texts.length - 3;
  const shown = texts.slice(0, 3).map((text) => `\`${text}\``);
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
