import type { Uncertainty } from "../../../../core/certainty";
import type { Severity } from "../../../../core/severity";
import { yes } from "../../../../core/three-valued";
import type { Authority, Policy } from "./authority";
import { broadGrants, isUnlimited, type BroadGrant, type Breadth } from "./breadth";
import { dataGrants } from "./data-breadth";
import { unnarrowed } from "./effective";
import { listOf, firstOf } from "../../../../core/listed";

/** How broad a policy is: by its statements, or as AWS describes a managed one; `wildcard` where its statements are not known. */
export type PolicyBreadth =
  | Breadth
  | "administrator"
  | "full access"
  | "called full"
  | "read all"
  | "wildcard";

/** The broadest permission of a policy. */
export interface Broadest {
  readonly breadth: PolicyBreadth;
  readonly severity: Severity;
  readonly data?: Readonly<Record<string, string>>;
  readonly uncertainty?: Uncertainty;
  /** Each broad permission, as written. */
  readonly evidenceParts?: readonly string[];
  /** Whether it is about all resources there are. */
  readonly isAll?: boolean;
}

/** The broadest permission that a policy gives an identity within its other policies; undefined where none is broad. */
export function broadestOf(policy: Policy, authority: Authority): Broadest | undefined {
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
      return { breadth, severity: severityOf(worst), data: whatOf(alike), uncertainty };
    }
    const isWhole = managed?.includes("FullAccess") === true;
    if (isWhole && isUnlimited(policy, authority, context).kind === "yes") {
      return managedBreadth(managed);
    }
    const severity = managed === undefined ? "high" : "medium";
    return { breadth: "wildcard", severity, uncertainty };
  }
  if (managed !== undefined && broad.every(({ grant }) => grant.uncertainty === undefined)) {
    const left = broad.length > 0 ? yes : isUnlimited(policy, authority, context);
    if (left.kind === "no") return undefined;
    const broadest = managedBreadth(managed, whole.length === 0);
    if (broadest !== undefined && left.kind === "unknown") {
      const { reason, dependsOn = [] } = left;
      return { ...broadest, uncertainty: { reason, dependsOn } };
    }
    if (broadest !== undefined) return broadest;
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
        breadth,
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
  return { breadth: worst.breadth, severity, data: whatOf(alike), evidenceParts, isAll };
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
  return listOf([...new Set(grants.flatMap(({ kinds = [] }) => kinds))]);
}

/** What is broad in a statement, in any policy; named resources may be unknown in some previews. */
function evidencePartsOf({
  grant: { statement },
  actions,
  breadth,
}: BroadGrant): readonly string[] {
  const isInverted = breadth === "all but" && statement?.actions.negated === true;
  return actions.map((action) => `${isInverted ? "not " : ""}${action}: ${breadth}`);
}

/** @param isByName whether what is stored of the policy has no whole service */
function managedBreadth(managed: string, isByName = false): Broadest | undefined {
  if (/^(?:AdministratorAccess|PowerUserAccess$|\w+Administrator$)/.test(managed)) {
    return { breadth: "administrator", severity: "high" };
  }
  if (managed.includes("FullAccess"))
    return { breadth: isByName ? "called full" : "full access", severity: "medium" };
  return managed === "ReadOnlyAccess" ? { breadth: "read all", severity: "medium" } : undefined;
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
  const what = firstOf(texts, 3, "; ");
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
  return firstOf(
    texts.map((text) => `\`${text}\``),
    3,
  );
}
