import type { Uncertainty } from "../../core/certainty";
import { authorityOf, policiesIn } from "../../core/authority/authority-of";
import { permittedIn, unknownHolder } from "../../core/authority/permitted";
import type { Authority, Policy } from "../../core/authority/authority";
import { permissionHolderOf } from "../../core/authority/permission-holder";
import {
  broadGrants,
  isUnlimited,
  type BroadGrant,
  type Breadth,
} from "../../core/authority/breadth";
import { dataGrants } from "../../core/authority/data-breadth";
import { unnarrowed } from "../../core/authority/effective";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import type { Severity } from "../../core/severity";
import { yes } from "../../core/three-valued";
import { defineRule, type Answer } from "../define-rule";
import { evidenceOf, labelOfPolicy } from "../answers/authority";
import { answersBy } from "../answers/bindings";
import { bindingAnswers, type BindingMessage } from "../answers/binding-wildcards";
import { dedupKey } from "../answers/dedup-keys";

type Message =
  | Breadth
  | "administrator"
  | "full access"
  | "called full"
  | "read all"
  | "wildcard"
  | BindingMessage;

/** Authority over everything is authority nobody has thought about: one injected prompt has all of it. */
export default defineRule({
  id: "no-wildcard-authority",
  title: "No workload may use everything, a whole service, or all data of a kind",
  severity: "high",
  family: "authority",
  decides: "closed",
  because: "a boundary, a Deny or an aggregated role that comes later can narrow or widen it",
  watches: ["allows", "attaches", "binds", "access-policy", "access-entry"],
  remediation: "name the actions that the workload calls and the resources it calls them on",
  messages: {
    everything: "Policy `{policy}` allows every action on every resource{what}",
    service: "Policy `{policy}` allows every action of a service on every resource{what}",
    "all but": "Policy `{policy}` allows everything except what it lists{what}",
    named:
      "Policy `{policy}` allows every action of a service on the resources that it names{what}",
    secrets: "Policy `{policy}` allows access to every {kinds} of the account{what}",
    data: "Policy `{policy}` allows access to every {kinds} of the account{what}",
    administrator: "AWS managed policy `{policy}` gives the permissions of an administrator",
    "full access": "AWS managed policy `{policy}` allows every action of a service",
    "called full": "AWS managed policy `{policy}` gives what AWS calls full access",
    "read all": "AWS managed policy `{policy}` allows reading everything in the account",
    wildcard: "Policy `{policy}` allows every action of a service, or more",
    masters:
      "`{binding}` uses group `system:masters`, whose members have all rights in the cluster",
    rights: "{role} allows {rights} {where}{what}",
    role: "{role} allows every verb, or every resource",
    binding: "`{binding}` allows every verb, or every resource",
  },
  check: (fact, graph) => {
    if (fact.kind === "binds" || fact.kind === "access-policy" || fact.kind === "access-entry") {
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
  readonly severity: Severity;
  readonly data?: Readonly<Record<string, string>>;
  readonly uncertainty?: Uncertainty;
  /** What all of it is, as written. */
  readonly evidenceParts?: readonly string[];
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
  const permissionHolder =
    whose === undefined
      ? permissionHolderOf(graph, identity)
      : { kind: "unknown" as const, ...whose };
  if (permissionHolder.kind === "people" || permissionHolder.kind === "starter") return undefined;
  const authority =
    whose === undefined ? authorityOf(graph, identity) : { policies: [policy], limits: [] };
  const found = faultOf(policy, authority);
  if (found === undefined) return undefined;
  const fault: Fault =
    found.uncertainty === undefined && permissionHolder.kind === "unknown"
      ? { ...found, uncertainty: permissionHolder }
      : found;
  const { severity } = fault;
  const data = {
    ...fault.data,
    policy:
      whose === undefined
        ? labelOfPolicy(graph, policy, identity, fact.at)
        : (policy.managed ?? labelOfThing(graph, policy.name)),
  };
  const isAll = fault.isAll === true || managedIsAll(policy);
  return {
    message: fault.message,
    data,
    severity,
    about: policy.name,
    holder: identity,
    ...(fault.evidenceParts && { evidenceParts: fault.evidenceParts }),
    ...(isAll && { fault: dedupKey(graph, "all permissions of an identity", identity) }),
    ...(fault.message === "wildcard" && {
      fault: dedupKey(graph, "unknown policy", policy.name, identity),
    }),
    at: fact.at,
    ...evidenceOf(graph, identity, policy.name, fact.at),
    uncertainty: fault.uncertainty,
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
    const uncertainty = policy.content;
    if (whole.length === 0) {
      const worst = worstOf(data);
      if (worst === undefined) return undefined;
      const { breadth } = worst;
      const alike = data.filter((each) => each.breadth === breadth);
      return { message: breadth, severity: severityOf(worst), data: whatOf(alike), uncertainty };
    }
    const isWhole = managed?.includes("FullAccess") === true;
    if (isWhole && isUnlimited(policy, authority, context).kind === "yes") {
      return managedFault(managed);
    }
    const severity = managed === undefined ? "high" : "medium";
    return { message: "wildcard", severity, uncertainty };
  }
  if (managed !== undefined && broad.every(({ grant }) => grant.uncertainty === undefined)) {
    const left = broad.length > 0 ? yes : isUnlimited(policy, authority, context);
    if (left.kind === "no") return undefined;
    const fault = managedFault(managed, whole.length === 0);
    if (fault !== undefined && left.kind === "unknown") {
      const { reason, dependsOn = [] } = left;
      return { ...fault, uncertainty: { reason, dependsOn } };
    }
    if (fault !== undefined) return fault;
  }
  const certain = broad.filter(({ grant }) => grant.uncertainty === undefined);
  const worst = worstOf(certain);
  const worse = worstOf(broad);
  if (worse !== undefined && severityOf(worse) !== (worst && severityOf(worst))) {
    const { breadth, grant } = worse;
    if (grant.uncertainty !== undefined) {
      const isAll = breadth === "everything";
      const data = whatOf(broad.filter((each) => each.breadth === breadth));
      return {
        message: breadth,
        severity: severityOf(worse),
        data,
        uncertainty: grant.uncertainty,
        isAll,
      };
    }
  }
  if (worst === undefined) return undefined;
  const alike = certain.filter(({ breadth }) => breadth === worst.breadth);
  const severity = managed === undefined ? severityOf(worst) : "medium";
  const isAll = worst.breadth === "everything";
  const evidenceParts = certain.flatMap(evidencePartsOf);
  return { message: worst.breadth, severity, data: whatOf(alike), evidenceParts, isAll };
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

/** What is broad in a statement, wherever it stands; resources that are named may not be known in each preview. */
function evidencePartsOf({
  grant: { statement },
  actions,
  breadth,
}: BroadGrant): readonly string[] {
  const isInverted = breadth === "all but" && statement?.actions.negated === true;
  return actions.map((action) => `${isInverted ? "not " : ""}${action}: ${breadth}`);
}

/** @param isByName whether what is stored of the policy has no whole service */
function managedFault(managed: string, isByName = false): Fault | undefined {
  if (/^(?:AdministratorAccess|PowerUserAccess$|\w+Administrator$)/.test(managed)) {
    return { message: "administrator", severity: "high" };
  }
  if (managed.includes("FullAccess"))
    return { message: isByName ? "called full" : "full access", severity: "medium" };
  return managed === "ReadOnlyAccess" ? { message: "read all", severity: "medium" } : undefined;
}

const order: readonly Breadth[] = ["everything", "all but", "service", "secrets", "named", "data"];

function worstOf(grants: readonly BroadGrant[]): BroadGrant | undefined {
  for (const breadth of order) {
    const found = grants.find((each) => each.breadth === breadth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function severityOf({ breadth }: BroadGrant): Severity {
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

/** What some grants allow, as the end of a sentence: up to three statements as written; nothing where that is not known. */
function whatOf(grants: readonly BroadGrant[]): Readonly<Record<string, string>> {
  const texts = [...new Set(merged(grants).flatMap(textOf))];
  const more = texts.length - 3;
  const what = texts.slice(0, 3).join("; ") + (more > 0 ? `; and ${more} more` : "");
  return { what: what === "" ? "" : `: ${what}`, kinds: kindsOf(grants) };
}

function textOf({ grant, actions, resources, breadth }: BroadGrant): readonly string[] {
  const { statement } = grant;
  if (statement === undefined) return [];
  const where = `(statement ${statement.index + 1})`;
  if (breadth === "all but") {
    return [`\`${statement.actions.negated ? "NotAction" : "NotResource"}\` ${where}`];
  }
  if (actions.length === 0) return [];
  const on = resources.length === 0 ? "" : ` on ${listed(resources)}`;
  return [`${listed(actions)}${on} ${where}`];
}

function listed(texts: readonly string[]): string {
  const more = texts.length - 3;
  const shown = texts.slice(0, 3).map((text) => `\`${text}\``);
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
