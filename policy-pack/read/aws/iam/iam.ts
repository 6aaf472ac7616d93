import {
  accessKeyType,
  instanceProfileType,
  managedPolicyType,
  oidcProviderType,
  policyAttachmentType,
  rolePolicyAttachmentType,
  rolePolicyAttachmentsExclusiveType,
  rolePolicyType,
  roleType,
  serviceCredentialType,
  userType,
} from "../../../../core/aws/iam";
import { isAccountId, parseArn } from "../../../../core/arn";
import { named, type Ref } from "../../../facts/fact-values";
import { knownString, listAt, read } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import { Unknown, type Value } from "../../../../core/snapshot/value";
import { declaredPolicy } from "../components/declared-policy";
import { declaredName, declaredTrust } from "../components/declared-trust";
import { addGenerated } from "../../resource/generated";
import type { ReadContext, Reader } from "../../resource/reader";
import { makesRoles } from "../components/workload-components";
import { FactList, secondsAt, textAt, valueIn, dependenciesAt } from "../../resource/values";
import { addTrusts, addAllows } from "./documents";
import { referred, addNames, addTenants } from "../naming";
import { instanceProfile, nameOf, oidcProvider, policy, role, user } from "../refs";

/** Reads one type of IAM resource. */
type Read = (list: FactList, context: ReadContext) => void;

const reads: Readonly<Record<string, Read>> = {
  [roleType]: readRole,
  [rolePolicyType]: readRolePolicy,
  [rolePolicyAttachmentType]: readRoleAttachment,
  [rolePolicyAttachmentsExclusiveType]: (list, context) => {
    const identity = referred(list, context, role, "roleName");
    if (identity !== undefined) addAttached(list, context, identity, "policyArns");
  },
  [policyAttachmentType]: readPolicyAttachment,
  [managedPolicyType]: readPolicy,
  [userType]: readUser,
  [accessKeyType]: (list, context) => {
    readKey(list, context, "user", "IAM access key");
  },
  [serviceCredentialType]: (list, context) => {
    readKey(list, context, "userName", serviceCredential(list.resource));
  },
  [oidcProviderType]: readOidcProvider,
  [instanceProfileType]: readInstanceProfile,
};

/**
 * Reads IAM: roles with their trust policies and permissions, policies, users and their static keys, OIDC providers, instance
 * profiles.
 */
export const iamReader: Reader = {
  name: "aws iam",
  types: Object.keys(reads),
  read: (resource, context) => {
    const list = new FactList(resource);
    reads[resource.type]?.(list, context);
    return list.all();
  },
};

function readRole(list: FactList, context: ReadContext): void {
  const { resource } = list;
  addNames(list, context, role);
  const also = declaredName(resource, context);
  if (also !== undefined) list.add("alias", "name", { thing: resource.urn, also });
  addTenants(list, context, resource.urn);
  addTrusts(list, context, resource.urn, trustOfRole(resource, context));
  const longest = secondsAt(resource, "maxSessionDuration");
  if (longest !== undefined) {
    list.add("max-session", "maxSessionDuration", { of: resource.urn, longest });
  }
  const inline = read(resource.inputs, "inlinePolicies");
  if (inline.kind === "unknown") {
    addAllows(list, "inlinePolicies", resource.urn, resource.inputs["inlinePolicies"]);
  }
  listAt(resource.inputs, "inlinePolicies").forEach((one, index) => {
    const property = `inlinePolicies[${index}].policy`;
    addAllows(list, property, resource.urn, valueIn(read(one, "policy")));
  });
  addAttached(list, context, named(resource.urn), "managedPolicyArns");
  const boundary = referred(list, context, policy, "permissionsBoundary");
  if (boundary !== undefined) {
    list.add("attaches", "permissionsBoundary", {
      policy: boundary,
      identity: named(resource.urn),
      as: "boundary",
    });
    addBoundaryByName(list, context);
  }
}

/** States which managed policies a list of ARNs attaches to a role. */
function addAttached(list: FactList, context: ReadContext, identity: Ref, top: string): void {
  const { resource } = list;
  const managed = read(resource.inputs, top);
  if (managed.kind === "unknown") {
    const hidden = dependenciesAt(resource, top, managed);
    list.add("attaches", top, {
      policy: { kind: "unknown", dependsOn: hidden },
      identity,
      as: "permissions",
    });
  }
  listAt(resource.inputs, top).forEach((_, index) => {
    const ref = referred(list, context, policy, top, index);
    if (ref === undefined) return;
    list.add("attaches", `${top}[${index}]`, { policy: ref, identity, as: "permissions" });
  });
}

/**
 * States that the policy of that name in the role's own account is its boundary. IAM accepts none of another account, and a
 * preview may have the boundary by its ARN and the policy itself only by its name.
 */
function addBoundaryByName(list: FactList, context: ReadContext): void {
  const { resource } = list;
  const text = textAt(resource, "permissionsBoundary");
  if (text?.kind !== "known") return;
  const parsed = parseArn(text.text);
  const short = parsed.ok ? policy.inArn(parsed.arn) : undefined;
  if (!parsed.ok || short === undefined || !isAccountId(parsed.arn.account)) return;
  const thing = nameOf(policy, text.text, "");
  const also = nameOf(policy, short, context.accountOf(resource));
  if (thing === undefined || also === undefined || thing === also) return;
  list.add("alias", "permissionsBoundary", { thing, also });
}

function readRolePolicy(list: FactList, context: ReadContext): void {
  const ref = referred(list, context, role, "role");
  if (ref === undefined) return;
  const document = rolePolicyOf(list.resource, context);
  if (ref.kind === "named") {
    addAllows(list, "policy", ref.name, document);
    return;
  }
  // Its owner is unknown: the policy represents itself, attached to an unknown identity.
  addAllows(list, "policy", list.resource.urn, document);
  list.add("attaches", "role", {
    policy: named(list.resource.urn),
    identity: ref,
    as: "permissions",
  });
}

/** The document of a role's policy; where nothing of it is known, what the component of ours declares that makes it. */
function rolePolicyOf(resource: Resource, context: ReadContext): Value | undefined {
  const document = resource.inputs["policy"];
  if (!(document instanceof Unknown) || resource.parent === undefined) return document;
  const component = context.resource(resource.parent);
  if (component === undefined) return document;
  if (!makesRoles(component.type)) return document;
  return declaredPolicy(resource, component, document) ?? document;
}

/** The trust policy of a role; where nothing of it is known, what the component of ours declares that makes it. */
function trustOfRole(resource: Resource, context: ReadContext): Value | undefined {
  const document = resource.inputs["assumeRolePolicy"];
  if (!(document instanceof Unknown)) return document;
  return declaredTrust(resource, document, context) ?? document;
}

function readRoleAttachment(list: FactList, context: ReadContext): void {
  const attached = referred(list, context, policy, "policyArn");
  const ref = referred(list, context, role, "role");
  if (attached === undefined || ref === undefined) return;
  list.add("attaches", "policyArn", { policy: attached, identity: ref, as: "permissions" });
}

function readPolicyAttachment(list: FactList, context: ReadContext): void {
  const attached = referred(list, context, policy, "policyArn");
  if (attached === undefined) return;
  for (const [top, what] of [
    ["roles", role],
    ["users", user],
  ] as const) {
    const whole = read(list.resource.inputs, top);
    if (whole.kind === "unknown") {
      const dependsOn = dependenciesAt(list.resource, top, whole);
      const identity = { kind: "unknown", dependsOn } as const;
      list.add("attaches", top, { policy: attached, identity, as: "permissions" });
    }
    listAt(list.resource.inputs, top).forEach((_, index) => {
      const identity = referred(list, context, what, top, index);
      if (identity === undefined) return;
      const property = `${top}[${index}]`;
      list.add("attaches", property, { policy: attached, identity, as: "permissions" });
    });
  }
}

function readPolicy(list: FactList, context: ReadContext): void {
  addNames(list, context, policy);
  addAllows(list, "policy", list.resource.urn, list.resource.inputs["policy"]);
}

function readUser(list: FactList, context: ReadContext): void {
  addNames(list, context, user);
  addTenants(list, context, list.resource.urn);
}

function readKey(list: FactList, context: ReadContext, userProperty: string, what: string): void {
  const owner = referred(list, context, user, userProperty);
  addGenerated(list, context);
  list.add("static-credential", userProperty, {
    credential: list.resource.urn,
    of: "user",
    what,
    ...(owner !== undefined && { user: owner }),
  });
}

/** Bedrock's long-term API keys are service-specific credentials (IAM API, `CreateServiceSpecificCredential`). */
function serviceCredential(resource: Resource): string {
  const service = knownString(resource.inputs, "serviceName");
  if (service === "bedrock.amazonaws.com") return "long-term Bedrock API key";
  return service === undefined
    ? "service-specific credential"
    : `service-specific credential for \`${service}\``;
}

function readOidcProvider(list: FactList, context: ReadContext): void {
  const { resource } = list;
  addNames(list, context, oidcProvider);
  const url = textAt(resource, "url");
  if (url === undefined) return;
  const issuer = url.kind === "known" ? { ...url, text: oidcProvider.tidy(url.text) } : url;
  list.add("issuer", "url", { provider: resource.urn, issuer });
}

function readInstanceProfile(list: FactList, context: ReadContext): void {
  addNames(list, context, instanceProfile);
  const ref = referred(list, context, role, "role");
  if (ref === undefined) return;
  list.add("assumes", "role", { identity: list.resource.urn, role: ref, by: "instance-profile" });
}
