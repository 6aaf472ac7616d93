import { roleType } from "../../../core/aws/iam";
import { isAccountId, parseArn } from "../../../core/arn";
import type { Ref, Text } from "../../facts/fact-values";
import type { Name } from "../../facts/name";
import { knownString, type Step } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import type { ReadContext } from "../resource/reader";
import { tenantMark } from "../../../core/marks";
import { componentTenant, configuredTenants, type TenantEvidence } from "../resource/tenancy";
import { textAt, type FactList } from "../resource/values";
import { nameOf, refTo, scopeFor, type Referable } from "./refs";
import { tagOf } from "./tags";

/**
 * States the other names of a resource: by its short name in its account, by its id and ARN of AWS.
 *
 * A preview has neither account nor ARN of a new resource, yet often of its boundary: IAM accepts no boundary of another
 * account.
 */
export function addNames(list: FactList, context: ReadContext, what: Referable): void {
  const { resource } = list;
  const { named = "name" } = what;
  const scope = scopeFor(what, resource, context);
  const bounding = boundingAccount(resource);
  const scopes = bounding === undefined ? [scope] : [scope, bounding];
  const stated = new Set<Name>();
  const add = (property: string, text: string | undefined, within: readonly string[]): void => {
    for (const one of text === undefined ? [] : within) {
      const also = nameOf(what, text ?? "", one);
      if (also === undefined || stated.has(also)) continue;
      stated.add(also);
      list.add("alias", property, { thing: resource.urn, also });
    }
  };
  if (named !== "") {
    // A name that the provider has made up is among the outputs alone.
    const name = knownString(resource.inputs, named) ?? knownString(resource.outputs, named);
    add(named, name, scopes);
  }
  add("id", knownString(resource.outputs, what.idOutput ?? "id"), [scope]);
  add(named === "" ? "id" : named, knownString(resource.outputs, what.arnOutput ?? "arn"), [scope]);
}

/**
 * States every source that names the tenant of a resource: configuration, the parent component, its own tag.
 *
 * @param property the input with its name, for the patterns of the configuration
 */
export function addTenants(
  list: FactList,
  context: ReadContext,
  thing: Name,
  property = "name",
): void {
  const { resource } = list;
  const name = nameForPatterns(resource, property);
  addConfigured(list, context, thing, property, {
    account: knownAccount(resource, context),
    name: typeof name === "string" ? name : undefined,
    ...(resource.type === roleType && { rolePath: rolePath(resource) }),
  });
  // Where configuration uses names, an unknown one may name the tenant, before any tag.
  const byName = Object.values(context.settings.tenants).some(({ names }) => names.length > 0);
  if (typeof name !== "string" && byName && !list.has("belongs-to")) {
    list.add("belongs-to", property, { thing, tenant: name, by: "configuration" });
  }
  const component = componentTenant(resource, context);
  if (component !== undefined) {
    list.add("belongs-to", "", { thing, tenant: component, by: "component" });
  }
  const own = tagOf(resource, context, tenantMark);
  if (own !== undefined && !(own.kind === "known" && own.text === "")) {
    list.add("belongs-to", `tags.${tenantMark}`, { thing, tenant: own, by: "own" });
  }
}

/** States the tenants that configuration names for a thing by what is known of it. */
export function addConfigured(
  list: FactList,
  context: ReadContext,
  thing: Name,
  property: string,
  evidence: TenantEvidence,
): void {
  for (const tenant of configuredTenants(context.settings, evidence)) {
    list.add("belongs-to", property, {
      thing,
      tenant: { kind: "known", text: tenant },
      by: "configuration",
    });
  }
}

/** What configuration can use of the thing that an ARN names. */
export function evidenceInArn(arn: string): TenantEvidence {
  const parsed = parseArn(arn);
  if (!parsed.ok) return isAccountId(arn) ? { account: arn } : {};
  const { account, service, resource } = parsed.arn;
  const [kind = "", ...rest] = resource.split(/[/:]/);
  const name = rest[rest.length - 1];
  const path = rest.slice(0, -1).map((part) => `${part}/`);
  return {
    ...(isAccountId(account) && { account }),
    ...(name !== undefined && { name }),
    ...(service === "iam" && kind === "role" && { rolePath: `/${path.join("")}` }),
  };
}

/** What a property refers to; states by configuration the tenant of what it names by ARN. */
export function referred(
  list: FactList,
  context: ReadContext,
  what: Referable,
  top: string,
  ...path: readonly Step[]
): Ref | undefined {
  const text = textAt(list.resource, top, ...path);
  const ref = refTo(what, text, scopeFor(what, list.resource, context));
  if (ref?.kind === "named" && text?.kind === "known" && text.text.startsWith("arn:")) {
    addConfigured(list, context, ref.name, [top, ...path].join("."), evidenceInArn(text.text));
  }
  return ref;
}

function knownAccount(resource: Resource, context: ReadContext): string | undefined {
  const account = context.accountOf(resource);
  if (isAccountId(account)) return account;
  const arn = knownString(resource.outputs, "arn");
  return arn === undefined ? boundingAccount(resource) : evidenceInArn(arn).account;
}

/**
 * Account of the policy that bounds a role or user, which is theirs as well; AWS's own policies are in none.
 *
 * Source: IAM API, CreateRole, `PermissionsBoundary`: an AWS managed policy or one of the account.
 */
function boundingAccount(resource: Resource): string | undefined {
  const arn = knownString(resource.inputs, "permissionsBoundary");
  return arn === undefined ? undefined : evidenceInArn(arn).account;
}

/** The name, or one such as Pulumi or AWS will make: patterns that end in `*` decide the same before and after. */
function nameForPatterns(
  resource: Resource,
  property: string,
): string | Extract<Text, { kind: "unknown" }> {
  for (const [input, end] of [
    [property, ""],
    [`${property}Prefix`, "0000000"],
  ] as const) {
    const text = textAt(resource, input);
    if (text !== undefined) return text.kind === "known" ? text.text + end : text;
  }
  return `${resource.name}-0000000`;
}

/** A role's path; the default is `/`. */
function rolePath(resource: Resource): string | undefined {
  const path = textAt(resource, "path");
  return path === undefined ? "/" : path.kind === "known" ? path.text : undefined;
}
