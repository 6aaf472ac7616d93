import { isAccountId, parseArn } from "../../../core/arn";
import type { Uncertainty } from "../../../core/certainty";
import type { Graph } from "../../facts/graph";
import { scopedName } from "../../facts/name";
import { matches } from "../../../core/pattern";
import type { Severity } from "../../../core/severity";
import type { Urn } from "../../../core/snapshot/value";
import type { Admission } from "./admission";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import type { Guard } from "./guard";
import { ownAccounts } from "./own-accounts";
import { accountOf, noLookups, principalOf, type Principal } from "./principal";
import { namesAudience, severityOfService, sourceGuard, externalGuard } from "./source";
import { testedKey } from "./tested";

type Way = Pick<Admission, "principal" | "conditions" | "variables">;

/** A service or an account by which someone else than the owner of a role can assume it. */
export interface OpenSource {
  readonly kind: "service" | "stranger";
  /** As a sentence names it. */
  readonly principal: string;
  readonly severity?: Severity;
  /** What has to be known to be certain: values of conditions, or the owner of the account. */
  readonly open?: "values" | "owner";
  readonly uncertainty?: Partial<Uncertainty>;
}

/**
 * The services and accounts of a path into a role whose requests no condition restricts to a source.
 *
 * @param configured patterns of accounts that are configured as own ones
 */
export function openSources(
  way: Admission,
  graph: Graph,
  configured: readonly string[],
): readonly OpenSource[] {
  const { principal, conditions, variables } = way;
  if (principal.kind === "service") {
    const severity = severityOfService(principal.service) ?? "low";
    const found = { kind: "service", principal: `\`${principal.service}\``, severity } as const;
    return unlessPinned(found, sourceGuard(conditions, variables));
  }
  const guard = externalGuard(conditions, variables);
  const dependsOn = restrictedToUnknown(way);
  if (dependsOn !== undefined) {
    // Whether it is an own account is not known either, so that only an external id or an organisation counts.
    const uncertainty = { reason: "the account is not known", dependsOn };
    const found = { kind: "stranger", principal: "an account", open: "values" } as const;
    return guard.kind === "pinned" ? [] : [{ ...found, uncertainty }];
  }
  return restrictedTo(way).flatMap((held) => {
    const account = accountOf(held);
    // An account counts as another's where nothing shows that it is the own one.
    if (account === undefined || !graph.complete || isRoleOf(graph, held)) return [];
    const own = ownAccounts(graph);
    if (own.has(account) || configured.some((pattern) => matches(pattern, account))) return [];
    const found = { kind: "stranger", principal: `account \`${account}\`` } as const;
    if (own.size > 0 || configured.length > 0) return unlessPinned(found, guard);
    if (namesAudience(conditions, variables)) return [];
    const uncertainty = { reason: "the accounts of this stack are not known" };
    return unlessPinned({ ...found, open: "owner", uncertainty }, guard);
  });
}

/** Whether the conditions restrict the source, or do so depending on values that are not known yet. */
function unlessPinned(source: OpenSource, guard: Guard): readonly OpenSource[] {
  if (guard.kind === "pinned") return [];
  return [guard.kind === "unknown" ? { ...source, open: "values", uncertainty: guard } : source];
}

/** Whether a principal is a role of the stack. */
function isRoleOf(graph: Graph, principal: Principal): boolean {
  if (principal.kind !== "role" && principal.kind !== "session") return false;
  const account = accountOf(principal) ?? "";
  const name = principal.kind === "role" ? principal.role.name : principal.session.roleName;
  return graph.facts("trusts", "identity", scopedName("iam-role", account, name)).length > 0;
}

/**
 * The principals that conditions restrict everyone to, as if the trust named them: the roles, users and accounts of
 * `aws:PrincipalArn`, else the accounts of `aws:PrincipalAccount`. Any other principal is returned itself; none where everyone
 * is restricted to no known one.
 */
export function restrictedTo(way: Way): readonly Principal[] {
  if (way.principal.kind !== "everyone") return [way.principal];
  const arns = valuesOf(way, "aws:principalarn", ({ text }) => isAccountId(accountIn(text)));
  if (arns.length > 0) return arns.map(calledBy);
  return valuesOf(way, "aws:principalaccount", ({ text }) => isAccountId(text)).map(accountNamed);
}

/**
 * The dependencies of the account to which one unknown value restricts everyone. Undefined without such a value, where everyone
 * is restricted to a known one, or where it is the ARN of a resource of the stack.
 */
export function restrictedToUnknown(way: Way): readonly Urn[] | undefined {
  if (way.principal.kind !== "everyone" || restrictedTo(way).length > 0) return undefined;
  const [arns, accounts] = [
    oneUnknown(way, "aws:principalarn"),
    oneUnknown(way, "aws:principalaccount"),
  ];
  return arns === undefined || arns.length === 0 ? (accounts ?? arns) : undefined;
}

function oneUnknown({ conditions, variables }: Way, key: string): readonly Urn[] | undefined {
  const tested = testedKey(conditions, key, variables);
  if (tested.kind !== "tested") return undefined;
  return tested.tests.find(({ isExact }) => isExact === true)?.dependsOn;
}

function valuesOf(
  { conditions, variables }: Way,
  key: string,
  isFit: (value: ClaimPattern) => boolean,
): readonly ClaimPattern[] {
  const tested = testedKey(conditions, key, variables);
  if (tested.kind !== "tested") return [];
  const known = tested.tests.find(
    ({ patterns, dependsOn }) => dependsOn === undefined && patterns.every(isFit),
  );
  return known?.patterns ?? [];
}

function calledBy({ text }: ClaimPattern): Principal {
  if (/[*?]/.test(text)) return accountNamed({ text: accountIn(text) });
  return principalOf({ type: "AWS", value: { kind: "text", text, secret: false } }, noLookups);
}

function accountNamed({ text }: Pick<ClaimPattern, "text">): Principal {
  return { kind: "account", account: text };
}

function accountIn(arn: string): string {
  const parsed = parseArn(arn);
  return parsed.ok ? parsed.arn.account : "";
}
