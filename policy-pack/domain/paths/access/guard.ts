import { oidcProviderType, roleType, userType } from "../../../../core/aws/iam";
import { uncertain, type Uncertainty } from "../../../../core/certainty";
import { accountRoot, isAccountId, parseArn, roleSession } from "../../../../core/arn";
import type { Policy } from "../../iam/authority/authority";
import type { Graph } from "../../../facts/graph";
import { oncePerGraph } from "../../../facts/once-per-graph";
import { matchesRole, type RoleArn } from "../../iam/role-arn";
import type {
  Part,
  PolicyDocument,
  PrincipalPart,
  Statement,
} from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { fromBoolean, no, not, or, unknown, yes, type Three } from "../../../../core/three-valued";
import type { Caller } from "./caller";
import { decidedIn } from "./decided";
import type { TenantResource } from "./tenant-resource";
import { leftToMeet } from "./open-endpoints";

/** What the policies of a resource make of a caller. */
export interface Guard {
  /** What they refuse it. */
  readonly denies: readonly Policy[];
  /** What they allow it, by name or with its account. */
  readonly trusts: readonly Policy[];
  /** Why the denied principals are unknown; undefined where they are known. */
  readonly uncertainty: Uncertainty | undefined;
  readonly isConfigured: boolean;
}

/** What the resource policies of a stack contain about a caller. */
export function guardOf(graph: Graph, { name, fact }: TenantResource, caller: Caller): Guard {
  const facts = name === undefined ? [] : graph.facts("guards", "resource", name);
  const denies: Policy[] = [];
  const trusts: Policy[] = [];
  let uncertainty: Uncertainty | undefined;
  for (const { policy, at } of facts) {
    if (policy.kind === "problem") continue;
    if (policy.kind === "unknown") {
      uncertainty ??= uncertain(notKnown, policy);
      const content = { kind: "unknown", reason: notKnown, dependsOn: policy.dependsOn } as const;
      trusts.push({ name: fact?.resource ?? "", at, content });
      continue;
    }
    const own = name === undefined ? [] : graph.namesOf(name);
    const policyOf = (document: PolicyDocument): Policy => {
      return { name: fact?.resource ?? "", at, content: { kind: "document", document } };
    };
    denies.push(policyOf(refusing(policy.document, caller, own)));
    trusts.push(policyOf(admitting(policy.document, caller, own)));
    const open = policy.document.statements.find(({ kind }) => kind === "unknown");
    if (open?.kind === "unknown") uncertainty ??= uncertain(notKnown, open);
  }
  uncertainty ??= ofAnother(graph);
  return { denies, trusts, uncertainty, isConfigured: facts.some(({ adds }) => adds !== true) };
}

/** A policy of which it is not known whose it is may be any resource's. */
const ofAnother = oncePerGraph((graph): Uncertainty | undefined => {
  const dependsOn = graph
    .all("guards")
    .flatMap(({ resource }) => (resource.kind === "unknown" ? [resource.dependsOn] : []));
  const reason = "which resource a policy is of is not known yet";
  return dependsOn.length === 0 ? undefined : { reason, dependsOn: dependsOn.flat() };
});

const notKnown = "the policy of a resource is not known yet";

/**
 * What a resource's policy allows a caller, whatever the caller's own policies contain, as a policy of the caller.
 *
 * A whole account as principal allows only callers whose own policies allow it. It is allowed itself only where the account is
 * the caller.
 *
 * @param own the names of the resource
 * @param isAccount whether the caller is any principal of its account
 */
export function lettingIn(
  document: PolicyDocument,
  caller: Caller,
  own: readonly string[],
  isAccount: boolean,
): PolicyDocument {
  const accounts = isAccount ? certainly : { own: no, unknown: no };
  return ofCaller(document, caller, own, "Deny", accounts);
}

/**
 * What a resource's policy refuses a caller, as far as that can be decided.
 *
 * @param own the names of the resource
 */
export function refusing(
  document: PolicyDocument,
  caller: Caller,
  own: readonly string[],
): PolicyDocument {
  return decidedIn(ofCaller(document, caller, own, "Allow"), caller.arn);
}

/**
 * The statements of a resource's policy that are about a caller, without those of an effect.
 *
 * @param accounts whether a whole account names a caller
 */
function ofCaller(
  document: PolicyDocument,
  caller: Caller,
  own: readonly string[],
  without: "Allow" | "Deny",
  accounts: ByAccount = certainly,
): PolicyDocument {
  const statements = document.statements.flatMap((statement): readonly Statement[] => {
    if (statement.kind === "unknown" || statement.effect === without) return [];
    const named = (without === "Deny" ? isAllowedIn : isNamed)(statement, caller, accounts);
    if (named.kind === "no") return [];
    const resources = statement.resources && {
      ...statement.resources,
      values: statement.resources.values.map((part) => (isOwn(part, own) ? ofOwn(part) : part)),
    };
    const about = { ...statement, ...(resources && { resources }) };
    if (named.kind === "yes") return [about];
    const { reason, dependsOn = caller.arn.urns } = named;
    return [
      { ...about, conditions: [...about.conditions, { kind: "unknown", reason, dependsOn }] },
    ];
  });
  return { ...document, statements };
}

/** The part of a policy of a resource that names an output of the resource: all of it, or what follows. */
function ofOwn(part: Part): Part {
  const behind = part.kind === "unknown" ? (part.behind ?? "") : "";
  const text = /^[/:]?\*?$/.test(behind) ? "*" : `arn:*:*:*:*:*${behind}`;
  return { kind: "text", text, secret: false };
}

/**
 * A policy of a resource that names an output of the resource names the resource, and so does that of a REST API in short.
 *
 * Source: Amazon API Gateway developer guide, "API Gateway resource policy examples": `execute-api:/stage/*`.
 */
function isOwn(part: Part, own: readonly string[]): boolean {
  return part.kind === "unknown"
    ? part.dependsOn.some((urn) => own.includes(urn))
    : /^execute-api:\/\**$/.test(part.text);
}

/**
 * What a resource's policy allows a caller that needs its permission, as far as that can be decided. An allowed account counts
 * as the caller's where nothing names its account.
 */
function admitting(
  document: PolicyDocument,
  caller: Caller,
  own: readonly string[],
): PolicyDocument {
  const about = ofCaller(document, caller, own, "Deny", { own: yes, unknown: yes });
  const statements = about.statements.flatMap((each): PolicyDocument["statements"] => {
    if (each.kind === "unknown") return [each];
    const conditions = leftToMeet(each.conditions);
    return conditions === undefined ? [] : [{ ...each, conditions }];
  });
  return decidedIn({ ...about, statements }, caller.arn);
}

/** Whether a whole account names a caller: one of that account, and one whose account is not known. */
interface ByAccount {
  readonly own: Three;
  readonly unknown: Three;
}

const certainly: ByAccount = {
  own: yes,
  unknown: unknown("the account of a role is not known"),
};

function isNamed({ principals }: Statement, caller: Caller, accounts: ByAccount): Three {
  if (principals === undefined) return no;
  const { negated, values } = principals;
  if (negated && caller.authority.limits.length > 0) return yes;
  const counted = negated ? values.filter((part) => !isBeside(part, values)) : values;
  const named = or(counted.map((part) => isCaller(part, caller, accounts)));
  return negated ? not(named) : named;
}

/** Whether an Allow names a caller, or one of its sessions. */
function isAllowedIn(statement: Statement, caller: Caller, accounts: ByAccount): Three {
  return or([
    isNamed(statement, caller, accounts),
    fromBoolean(namesSession(statement, caller.arn)),
  ]);
}

/** Whether a statement names a session of a role of any name: the principal that starts it chooses the name. */
export function namesSession({ principals }: Statement, { accounts, name }: RoleArn): boolean {
  if (principals === undefined || principals.negated) return false;
  return principals.values.some(({ value }) => {
    const session = value.kind === "text" ? roleSession(value.text) : undefined;
    return session !== undefined && session.roleName === name && accounts.includes(session.account);
  });
}

/**
 * Whether an account is in `NotPrincipal` only to exempt a role or user of it, which takes both.
 *
 * A role with a permissions boundary is never exempt. Source: IAM user guide, AWS JSON policy elements: NotPrincipal.
 */
function isBeside({ value }: PrincipalPart, values: readonly PrincipalPart[]): boolean {
  const account = value.kind === "text" ? accountIn(value.text) : undefined;
  if (account === undefined) return false;
  return values.some(({ value: other }) => {
    // A role by its output is most often one of the account beside it.
    if (other.kind === "unknown") return other.dependsOn.some(isPrincipal);
    const arn = parseArn(other.text);
    return arn.ok && arn.arn.account === account && accountIn(other.text) === undefined;
  });
}

/** The account that a principal is the whole of. */
function accountIn(text: string): string | undefined {
  return isAccountId(text) ? text : accountRoot(text);
}

/** Whether a resource of a program is a principal of IAM, so that its outputs name no other. */
function isPrincipal(urn: Urn): boolean {
  return principalTypes.includes(typeInUrn(urn));
}

const principalTypes = [
  roleType,
  userType,
  oidcProviderType,
  "aws:iam/samlProvider:SamlProvider",
  "aws:cloudfront/originAccessIdentity:OriginAccessIdentity",
];

const principalUnknown = "a principal of a policy is not known yet";

function isCaller(
  { type, value }: PrincipalPart,
  { arn, account }: Caller,
  accounts: ByAccount,
): Three {
  if (type === "*") return yes;
  if (type !== "AWS" && type !== "unknown") return no;
  if (value.kind === "unknown") {
    // What waits for principals alone, none of which is the caller, is one of them.
    const isOther =
      value.dependsOn.length > 0 &&
      value.dependsOn.every((urn) => isPrincipal(urn) && !arn.urns.includes(urn));
    if (isOther) return no;
    const named = matchesRole(value, arn);
    return named.kind === "unknown" ? unknown(principalUnknown, value.dependsOn) : named;
  }
  if (value.text === "*") return yes;
  const whole = accountIn(value.text);
  if (whole === undefined) return matchesRole(value, arn);
  if (account === undefined) return accounts.unknown;
  return whole === account ? accounts.own : no;
}
