import { workloadIdentityType } from "../../../../core/aws/bedrock";
import { secretType } from "../../../../core/aws/secrets";
import { podIdentityAssociationType } from "../../../../core/aws/compute";
import { roleType } from "../../../../core/aws/iam";
import { parseDuration } from "../../../../core/duration";
import { eksScope } from "../../../facts/eks-scope";
import type { Fact } from "../../../facts/fact";
import { k8sName } from "../../../facts/name";
import { knownString, listAt } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { isProvenBy } from "./declared-federation";
import { declaredBroker, declaredGrants } from "./declared-grants";
import { harmByInputs } from "./declared-harm";
import { legacyToolReaders } from "./legacy-tool";
import type { Reader } from "../../resource/reader";
import { taskBrokerReaders } from "./task-broker";
import { taggedWorkload } from "../tags";
import { tenantOfComponent } from "../../resource/tenancy";
import { textAt, FactList } from "../../resource/values";
import { isWorkloadComponent, workloadComponents } from "./workload-components";
import { named } from "../../../facts/fact-values";
import { referred } from "../naming";
import { oauth2Provider } from "../agentcore/agentcore-refs";
import { secret } from "../refs";

/** Reads what our workload components declare; what carries them out is read where it runs. */
const declarationReader: Reader = {
  name: "agentid-declarations",
  types: Object.keys(workloadComponents),
  *read(resource, context) {
    yield* declaration(resource);
    yield* harmByInputs(resource);
    yield* declaredGrants(resource);
    yield* declaredBroker(resource, context);
    yield* membership(resource);
    yield* allowedSession(resource, "tenant", "maxSession");
  },
};

/** Reads our tenant component: the owner of an existing namespace; one that it creates is its child. */
const tenantReader: Reader = {
  name: "agentid-tenants",
  types: ["agentid:index:Tenant"],
  *read(resource, context) {
    yield* membership(resource);
    yield* declaredBroker(resource, context);
    yield* allowedSession(resource, "maxSession");
    const namespace = knownString(resource.inputs, "existingNamespace");
    const tenant = tenantOfComponent(resource);
    if (namespace === undefined || tenant === undefined) return;
    const at = { urn: resource.urn, property: "existingNamespace" };
    const thing = k8sName(context.clusterOf(resource), "", "Namespace", namespace);
    yield { kind: "belongs-to", at, thing, tenant, by: "component" };
  },
};

/**
 * Reads the Pod Identity association of one of our workloads as facts on its siblings.
 *
 * An association names its cluster as EKS does and a ServiceAccount's provider names it otherwise, so their names alone do not
 * show that both mean one account.
 */
const associationReader: Reader = {
  name: "agentid-associations",
  types: [podIdentityAssociationType],
  *read(resource, context) {
    const parent = resource.parent === undefined ? undefined : context.resource(resource.parent);
    if (parent === undefined || !isWorkloadComponent(parent.type)) return;
    const cluster = knownString(resource.inputs, "clusterName");
    const namespace = knownString(resource.inputs, "namespace");
    const account = knownString(resource.inputs, "serviceAccount");
    if (cluster === undefined || namespace === undefined || account === undefined) return;
    const scope = eksScope({ account: context.accountOf(resource), cluster });
    yield {
      kind: "alias",
      at: { urn: resource.urn, property: "serviceAccount" },
      thing: siblingOf(resource, "kubernetes:core/v1:ServiceAccount"),
      also: k8sName(scope, namespace, "ServiceAccount", account),
    };
  },
};

/** Federations by which a role is recognised as a workload's by its assuming account. */
const byAccount = ["eksIrsa", "eksPodIdentity"];

/**
 * Reads the role of one of our workloads where nothing else in the stack shows its owner.
 *
 * The workload is also what has the role's tags: a function or task definition that carries them is a part of it.
 */
const roleReader: Reader = {
  name: "agentid-roles",
  types: [roleType],
  *read(resource, context) {
    const parent = resource.parent === undefined ? undefined : context.resource(resource.parent);
    if (parent === undefined || !isWorkloadComponent(parent.type)) return;
    if (byAccount.some((kind) => isProvenBy(parent, kind))) return;
    const at = { urn: resource.urn, property: "" };
    yield { kind: "owns", at, workload: parent.urn, identity: resource.urn };
    const tagged = taggedWorkload(resource, context);
    if (tagged !== undefined) yield { kind: "alias", at, thing: parent.urn, also: tagged };
  },
};

/** Reads the identity of one of our workloads in AgentCore. */
const workloadIdentityReader: Reader = {
  name: "agentid-workload-identities",
  types: [workloadIdentityType],
  *read({ urn, parent }, context) {
    const component = parent === undefined ? undefined : context.resource(parent);
    if (component === undefined || !isWorkloadComponent(component.type)) return;
    const at = { urn, property: "" };
    yield { kind: "owns", at, workload: component.urn, identity: urn };
  },
};

/** URN of the child of the same component that has the same name and another type. */
function siblingOf(resource: Resource, type: string): Urn {
  return resource.urn.replace(`$${resource.type}::`, `$${type}::`);
}

function* declaration(resource: Resource): Iterable<Fact> {
  const declared = workloadComponents[resource.type];
  if (declared === undefined) return;
  const { inputs } = resource;
  const name = knownString(inputs, "name") ?? resource.name;
  const space = knownString(inputs, "tenant", "namespace") ?? knownString(inputs, "tenant", "name");
  yield {
    kind: "workload",
    at: { urn: resource.urn, property: "" },
    workload: resource.urn,
    ...declared,
    label: space === undefined ? name : `${space}/${name}`,
    declarationOnly: true,
    name,
  };
}

/** The limit of sessions that a tenant declares, or that a workload received from it. */
function* allowedSession(
  resource: Resource,
  top: string,
  ...path: readonly string[]
): Iterable<Fact> {
  const tenant = tenantOfComponent(resource);
  const text = textAt(resource, top, ...path);
  if (tenant === undefined || text === undefined) return;
  const at = { urn: resource.urn, property: [top, ...path].join(".") };
  if (text.kind === "unknown") yield { kind: "tenant", at, tenant, maxSession: text };
  const parsed = text.kind === "known" ? parseDuration(text.text) : undefined;
  if (parsed?.ok !== true) return;
  yield { kind: "tenant", at, tenant, maxSession: { kind: "known", seconds: parsed.seconds } };
}

function* membership(resource: Resource): Iterable<Fact> {
  const tenant = tenantOfComponent(resource);
  if (tenant === undefined) return;
  const at = { urn: resource.urn, property: "tenant" };
  yield { kind: "belongs-to", at, thing: resource.urn, tenant, by: "component" };
}

/** Types of our components that call services with OAuth2 tokens. */
const workloadTypes: readonly string[] = [
  "agentid:index:Orchestrator",
  "agentid:index:Agent",
  "agentid:index:Tool",
];

const given = "oauth2Providers";
const through = "oauth2 client";

/** Reads which existing secrets a workload receives as those of its OAuth2 clients; one made for it is its child. */
const existingClientsReader: Reader = {
  name: "agentid-given-oauth2-clients",
  types: workloadTypes,
  read(resource, context) {
    const list = new FactList(resource);
    listAt(resource.inputs, given).forEach((_, index) => {
      const path = [index, "clientSecret", "existingSecret", "arn"];
      const kept = referred(list, context, secret, given, ...path);
      if (kept === undefined) return;
      const property = `${given}[${index}].clientSecret`;
      list.add("uses", property, { workload: resource.urn, secret: kept, through });
    });
    return list.all();
  },
};

/** Reads what stores the secrets of a workload's OAuth2 clients, and gets their tokens, as used by the workload. */
const storedSecretsReader: Reader = {
  name: "agentid-kept-oauth2-clients",
  types: [secretType, ...oauth2Provider.types],
  partial: true,
  read(resource, context) {
    const { parent, urn } = resource;
    const component = parent === undefined ? undefined : context.resource(parent);
    if (component === undefined || !workloadTypes.includes(component.type)) return [];
    const list = new FactList(resource);
    list.add("uses", "", { workload: component.urn, secret: named(urn), through });
    return list.all();
  },
};

/** Readers of the OAuth2 clients that our workloads are to services. */
export const oauth2ClientReaders: readonly Reader[] = [existingClientsReader, storedSecretsReader];

/** Readers of our own components. */
export const componentReaders: readonly Reader[] = [
  declarationReader,
  tenantReader,
  associationReader,
  roleReader,
  ...taskBrokerReaders,
  ...legacyToolReaders,
  ...oauth2ClientReaders,
  workloadIdentityReader,
];
