import { accountRoot, isAccountId } from "../../../../core/arn";
import type { Ref } from "../../../facts/fact-values";
import { arnName, k8sName, type Name } from "../../../facts/name";
import {
  parsePolicyDocument,
  type ParsedDocument,
  type Statement,
} from "../../../../core/policy/document";
import { settledDocument } from "../../../../core/policy/condition/settled";
import { read } from "../../../../core/snapshot/read";
import { Unknown, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import type { ReadContext } from "../../resource/reader";
import { textAt, valueIn, dependenciesAt, type FactList, unknownAt } from "../../resource/values";
import { evidenceInArn, addConfigured } from "../naming";
import { nameOf, role } from "../refs";

const readerName = "aws iam";

/** Scope of ServiceAccounts that only a trust policy names: their cluster is not known by its API server. */
const unknownCluster = "default";

/**
 * States who may assume a role, and by configuration the tenants of the named principals.
 *
 * @param policy its trust policy
 */
export function addTrusts(
  list: FactList,
  context: ReadContext,
  identity: Name,
  policy: Value | undefined,
): void {
  const trust = documentAt(list, "assumeRolePolicy", policy);
  if (trust === undefined) return;
  const path = textAt(list.resource, "path") ?? { kind: "known", text: "/" };
  list.add("trusts", "assumeRolePolicy", { identity, trust, path });
  addTenantsNamed(list, context, "assumeRolePolicy", trust);
}

/** States what a policy allows those it belongs to. */
export function addAllows(
  list: FactList,
  property: string,
  identity: Name,
  value: Value | undefined,
): void {
  const policy = settledAt(list, property, value);
  if (policy !== undefined) list.add("allows", property, { identity, policy });
}

/**
 * States who may access a resource by its resource policy, and by configuration the tenants of the named principals.
 *
 * @returns the policy; undefined where there is none
 */
export function addGuards(
  list: FactList,
  context: ReadContext,
  property: string,
  resource: Ref,
): ParsedDocument | undefined {
  const policy = settledAt(list, property, list.resource.inputs[property]);
  if (policy === undefined) return undefined;
  list.add("guards", property, { resource, policy });
  addTenantsNamed(list, context, property, policy);
  return policy;
}

function addTenantsNamed(
  list: FactList,
  context: ReadContext,
  property: string,
  policy: ParsedDocument,
): void {
  if (policy.kind !== "document" || Object.keys(context.settings.tenants).length === 0) return;
  for (const statement of policy.document.statements) {
    if (statement.kind === "unknown") continue;
    addTenantsOfPrincipals(list, context, property, statement);
  }
}

/**
 * States that a resource allows a principal, beside its own resource policy.
 *
 * @param principal the input that names it
 * @param conditions as a policy writes them
 */
export function addExposes(
  list: FactList,
  context: ReadContext,
  resource: Ref,
  principal: string,
  actions: Value,
  conditions: ValueRecord = {},
): void {
  const found = read(list.resource.inputs, principal);
  const value =
    found.kind === "unknown"
      ? new Unknown(dependenciesAt(list.resource, principal, found))
      : valueIn(found);
  if (value === undefined) return;
  const statement = {
    Effect: "Allow",
    Principal: { AWS: value },
    Action: actions,
    Resource: "*",
    Condition: conditions,
  };
  const policy = parsePolicyDocument({ Version: "2012-10-17", Statement: [statement] });
  list.add("guards", principal, { resource, policy, adds: true });
  addTenantsNamed(list, context, principal, policy);
}

/** A policy of identities or of a resource, as far as its conditions narrow anything. */
function settledAt(
  list: FactList,
  property: string,
  value: Value | undefined,
): ParsedDocument | undefined {
  const parsed = documentAt(list, property, value);
  return parsed?.kind === "document"
    ? { ...parsed, document: settledDocument(parsed.document) }
    : parsed;
}

/** A document that IAM would refuse is a fact, and also something that cannot be judged. */
function documentAt(
  list: FactList,
  property: string,
  value: Value | undefined,
): ParsedDocument | undefined {
  if (value === undefined || value === null) return undefined;
  const parsed = parsePolicyDocument(value);
  switch (parsed.kind) {
    case "document":
      return parsed;
    case "unknown": {
      const top = property.split(/[.[]/)[0] ?? property;
      return unknownAt(list.resource, top, parsed);
    }
    case "problem":
      list.add("unreadable", property, {
        thing: list.resource.urn,
        reader: readerName,
        problem: `\`${property}\`: ${parsed.problem}`,
      });
      return parsed;
  }
}

function addTenantsOfPrincipals(
  list: FactList,
  context: ReadContext,
  property: string,
  statement: Statement,
): void {
  for (const principal of statement.principals?.values ?? []) {
    if (principal.type !== "AWS" || principal.value.kind !== "text") continue;
    const { text } = principal.value;
    const thing = principalName(text);
    if (thing === undefined) continue;
    addConfigured(list, context, thing, property, evidenceInArn(text));
  }
  for (const condition of statement.conditions) {
    if (condition.kind !== "test") continue;
    for (const value of condition.values) {
      if (value.kind === "text") addTenantOfSubject(list, context, property, value.text);
    }
  }
}

/** A principal as a thing: a role by its name, an account by the ARN of its root. */
function principalName(text: string): Name | undefined {
  const account = isAccountId(text) ? text : accountRoot(text);
  if (account !== undefined) return accountName(account);
  return nameOf(role, text, "");
}

/** The name of a whole account as a principal. */
function accountName(account: string): Name {
  return arnName(`arn:aws:iam::${account}:root`);
}

/** The namespace of `system:serviceaccount:<namespace>:<name>` may be a tenant's by configuration, of any creator. */
function addTenantOfSubject(
  list: FactList,
  context: ReadContext,
  property: string,
  text: string,
): void {
  const [system, kind, namespace] = text.split(":");
  if (system !== "system" || kind !== "serviceaccount" || !namespace) return;
  const thing = k8sName(unknownCluster, "", "Namespace", namespace);
  addConfigured(list, context, thing, property, { namespace });
}
