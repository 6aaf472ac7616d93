import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import {
  Agent,
  Approval,
  Autonomy,
  Effect,
  LegacyTool,
  Orchestrator,
  Sensitivity,
  Tenant,
  Tool,
  type Grant,
  type KubernetesPermission,
  type Outbound,
  type Permission,
  type Risk,
  type TenantArgs,
  type WorkloadArgs,
} from "../../../components";
import { adoptOf, randomAdopt, type RandomAdopt } from "./random-adopt";
import { legacyArgsOf, randomKey, type RandomKey } from "./random-key";
import { oauth2ProvidersOf, randomClients, type RandomClient } from "./random-client";
import { grantThrough, makeGateway, randomGateway, type RandomGateway } from "./random-gateway";
import { randomPermissions, randomRights } from "./random-permission";
import { safeName } from "../../../components/arguments/naming";
import {
  federationOf,
  randomFederation,
  subjectOf,
  type RandomFederation,
} from "./random-federation";

/** A stack of tenants and workloads, as plain data. */
export interface RandomStack {
  readonly tenants: readonly RandomTenant[];
}

interface RandomTenant {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly existing: boolean;
  readonly maxSession: string;
  readonly federation: RandomFederation;
  /** Further federations: none, and the tenant's only one has no name. */
  readonly others: readonly RandomFederation[];
  readonly broker: boolean;
  readonly isolation: RandomFence;
  /** Of a tenant of Lambda or AgentCore that has a tool. */
  readonly gateway: RandomGateway | undefined;
  readonly workloads: readonly RandomWorkload[];
}

type RandomFence = Pick<TenantArgs, "egress" | "quota" | "deployers">;

interface RandomWorkload {
  readonly kind: "orchestrator" | "agent" | "tool" | "legacyTool";
  readonly key: RandomKey;
  /** Which of its tenant's federations it chooses, counted on from the last to the first. */
  readonly choice: number;
  readonly name: string;
  readonly autonomy: Autonomy | undefined;
  readonly risk: Risk | undefined;
  readonly permissions: readonly Permission[];
  /** Only of what runs in Kubernetes. */
  readonly kubernetesPermissions: readonly KubernetesPermission[];
  readonly outbound: Outbound | undefined;
  readonly adopts: RandomAdopt;
  /** Of a runtime of AgentCore. */
  readonly clients: readonly RandomClient[];
  readonly intents: readonly string[];
  /** Of a tool, how many of its tenant's agents and orchestrators call it directly where it may have such callers. */
  readonly directCallers: number;
}

const name = fc.oneof(
  fc.constantFrom("triage", "search", "refunds", "a", "a-b", "b"),
  fc.string({ unit: "grapheme", maxLength: 80 }),
);

const risk: fc.Arbitrary<Risk | undefined> = fc.option(
  fc.record({
    sensitivity: fc.constantFrom(...Object.values(Sensitivity)),
    effects: fc.uniqueArray(fc.constantFrom(...Object.values(Effect)), { maxLength: 2 }),
  }),
  { nil: undefined },
);

const outbound: fc.Arbitrary<Outbound> = fc.record(
  {
    audience: fc.constantFrom("https://api.openai.com/v1", "https://models.example.com"),
    maxSeconds: fc.integer({ min: 60, max: 3600 }),
    signingAlgorithm: fc.constantFrom("RS256", "ES384"),
  },
  { requiredKeys: ["audience"] },
);

const workload: fc.Arbitrary<RandomWorkload> = fc.record({
  kind: fc.constantFrom("orchestrator", "agent", "tool", "legacyTool"),
  key: randomKey,
  choice: fc.nat({ max: 5 }),
  name,
  autonomy: fc.option(fc.constantFrom(...Object.values(Autonomy)), { nil: undefined }),
  risk,
  permissions: randomPermissions,
  kubernetesPermissions: randomRights,
  outbound: fc.option(outbound, { nil: undefined }),
  adopts: randomAdopt,
  clients: randomClients,
  intents: fc.uniqueArray(fc.constantFrom("find", "refund", "answer"), { minLength: 1 }),
  directCallers: fc.integer({ min: 0, max: 2 }),
});

const isolation: fc.Arbitrary<RandomFence> = fc.record(
  {
    egress: fc.subarray([
      { cidr: "0.0.0.0/0", ports: [443] },
      { namespace: "broker", ports: [8080] },
    ]),
    quota: fc.record({ pods: fc.integer({ min: 1, max: 500 }) }),
    deployers: fc.subarray([{ group: "deployers" }, { user: "release" }]),
  },
  { requiredKeys: [] },
);

const tenant: fc.Arbitrary<RandomTenant> = fc.record({
  name,
  namespace: fc.option(name, { nil: undefined }),
  existing: fc.boolean(),
  maxSession: fc.constantFrom("1h", "90m", "12h"),
  federation: randomFederation,
  others: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(randomFederation, { minLength: 1, maxLength: 3 }) },
  ),
  broker: fc.boolean(),
  isolation,
  gateway: fc.option(randomGateway, { nil: undefined }),
  workloads: fc.uniqueArray(workload, { selector: (one) => one.name, maxLength: 5 }),
});

/** Stacks of up to two tenants, in which no two tenants share a namespace and no two workloads of a tenant a name. */
export const randomStack: fc.Arbitrary<RandomStack> = fc.record({
  tenants: fc
    .uniqueArray(tenant, { selector: (one) => one.name, minLength: 1, maxLength: 2 })
    .filter((tenants) => new Set(tenants.map(namespaceOf)).size === tenants.length),
});

/**
 * Declares a stack with our components, and runs each workload as a Deployment.
 *
 * A workload whose permissions are refused is declared without any.
 *
 * @returns the refusals, by the name of the workload's resource
 */
export function declareStack(stack: RandomStack): readonly Refused[] {
  return stack.tenants.flatMap((one, index) => declareTenant(`t${index}`, one));
}

/** The refusal of a workload. */
export interface Refused {
  readonly id: string;
  readonly message: string;
}

function declareTenant(resourceName: string, one: RandomTenant): readonly Refused[] {
  const refused: Refused[] = [];
  const tamed = <A extends WorkloadArgs, C>(id: string, args: A, make: (args: A) => C): C => {
    try {
      return make(args);
    } catch (error) {
      refused.push({ id, message: (error as Error).message });
      return make({
        ...args,
        permissions: [],
        ...(args.kubernetesPermissions && { kubernetesPermissions: [] }),
      });
    }
  };
  const { ref } = new Tenant(resourceName, {
    name: one.name,
    ...federationsOf(one),
    maxSession: one.maxSession,
    ...(one.broker && { broker: { roleArn: brokerOf(resourceName) } }),
    ...(hasNamespace(one) ? { apiServer: { cidrs: ["10.1.0.0/24"] }, ...one.isolation } : {}),
    ...namespacing(one),
  });
  const named = one.workloads.map((made, index) => {
    const id = `${resourceName}-w${index}`;
    const federation = chosenBy(one, made);
    return { ...made, id, federation, subject: subjectOf(federation, id) };
  });
  const argsOf = (made: (typeof named)[number]): WorkloadArgs => ({
    tenant: ref,
    name: made.name,
    ...(one.others.length > 0 && { federation: nameOf(one, made) }),
    ...(made.autonomy === undefined ? {} : { autonomy: made.autonomy }),
    ...(made.risk === undefined ? {} : { risk: made.risk }),
    permissions: [...made.permissions],
    session: one.maxSession,
    ...adoptOf(made, made.subject !== undefined),
    ...(made.subject === undefined
      ? { kubernetesPermissions: [...made.kubernetesPermissions] }
      : { subject: made.subject }),
    ...(made.outbound !== undefined && {
      outbound: {
        ...made.outbound,
        ...(made.subject === undefined && {
          egress: [{ namespace: "egress-proxy", ports: [3128] }],
        }),
      },
    }),
  });
  const tools = named.filter(isTool).map((made) => {
    const directCallers = [...directCallersOf(one, made)];
    const { id } = made;
    const component =
      made.kind === "tool"
        ? tamed(
            id,
            { ...argsOf(made), directCallers, ...oauth2ProvidersOf(made) },
            (args) => new Tool(id, args),
          )
        : tamed(id, { ...argsOf(made), ...legacyArgsOf(made) }, (args) => new LegacyTool(id, args));
    return { ...made, directCallers, component };
  });
  const federations = [one.federation, ...one.others];
  const gateway =
    one.gateway &&
    makeGateway(resourceName, { name: one.name, ref, federations }, one.gateway, tools);
  const callers = named
    .filter((made) => !isTool(made))
    .map((made) => {
      const clients = made.subject?.agentCore === undefined ? [] : made.clients;
      const grants = tools.map((tool): Grant => {
        const { component, directCallers } = tool;
        const through = grantThrough(gateway, { ...made, clients }, tool);
        if (through !== undefined) return through;
        const approval = directCallers.length === 0 ? Approval.Human : Approval.None;
        return { tool: component.ref, intents: [...made.intents], approval };
      });
      const Component = made.kind === "agent" ? Agent : Orchestrator;
      const args = { ...argsOf(made), grants, ...oauth2ProvidersOf(made) };
      return { ...made, component: tamed(made.id, args, (each) => new Component(made.id, each)) };
    });
  for (const { id, component, subject } of [...tools, ...callers]) {
    if (subject === undefined) runAs(id, component);
    if (subject?.ecs !== undefined) runAsTask(id, component);
    if (subject?.lambda !== undefined) runAsFunction(id, component);
    if (subject?.agentCore !== undefined) runAsRuntime(id, component);
  }
  return refused;
}

function runAs(resourceName: string, component: Agent | LegacyTool | Orchestrator | Tool): void {
  const { labels, spec, container } = component.pod;
  new kubernetes.apps.v1.Deployment(resourceName, {
    metadata: { name: resourceName, namespace: component.namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { ...spec, containers: [{ ...container, name: "main", image: "example" }] },
      },
    },
  });
}

function isTool({ kind }: RandomWorkload): boolean {
  return kind === "tool" || kind === "legacyTool";
}

/** Names of the workloads of a tenant that call one of its tools directly. */
export function directCallersOf(
  { broker, workloads }: RandomTenant,
  { kind, risk, directCallers, adopts }: RandomWorkload,
): readonly string[] {
  const isLow =
    (risk?.effects ?? []).length === 0 &&
    !["confidential", "restricted"].includes(risk?.sensitivity ?? "internal");
  if (kind !== "tool" || broker || !isLow || adopts.includes("role")) return [];
  const callers = workloads.filter((other) => !isTool(other) && !other.adopts.includes("role"));
  return callers.slice(0, directCallers).map((caller) => caller.name);
}

/** ARN of the role of a random tenant's broker, by the name of the tenant's resource. */
export function brokerOf(resourceName: string): string {
  return `arn:aws:iam::111122223333:role/${resourceName}-broker`;
}

/** What exists has a name that Kubernetes took; what is to be made may have any. */
function namespacing({ namespace, existing }: RandomTenant): Partial<TenantArgs> {
  if (namespace === undefined) return {};
  return existing ? { existingNamespace: safeName(namespace) } : { namespace };
}

function runAsTask(
  resourceName: string,
  { ecsTask }: Agent | LegacyTool | Orchestrator | Tool,
): void {
  const { environment, ...definition } = ecsTask;
  new aws.ecs.TaskDefinition(resourceName, {
    ...definition,
    executionRoleArn: "arn:aws:iam::111122223333:role/ecsTaskExecutionRole",
    containerDefinitions: pulumi.jsonStringify([{ name: "main", image: "example", environment }]),
  });
}

function runAsFunction(
  resourceName: string,
  { lambda }: Agent | LegacyTool | Orchestrator | Tool,
): void {
  new aws.lambda.Function(resourceName, { ...lambda, packageType: "Image", imageUri: "example" });
}

function runAsRuntime(
  resourceName: string,
  component: Agent | LegacyTool | Orchestrator | Tool,
): void {
  const { agentRuntimeName, roleArn, environmentVariables, tags } = component.agentCoreRuntime;
  new aws.bedrock.AgentcoreAgentRuntime(resourceName, {
    agentRuntimeName,
    roleArn,
    environmentVariables,
    tags,
    agentRuntimeArtifact: { containerConfiguration: { containerUri: "example" } },
    networkConfiguration: { networkMode: "PUBLIC" },
  });
}

function hasNamespace({ federation, others, namespace }: RandomTenant): boolean {
  const isInside = (kind: RandomFederation): boolean =>
    subjectOf(kind, "any") === undefined || kind === "spiffeOutside";
  // A tenant of SPIRE has a namespace, also where all that it attests is outside.
  return namespace !== undefined || [federation, ...others].some(isInside);
}

/** The federations of a tenant; one without a name where it has no other. */
function federationsOf(one: RandomTenant): Pick<TenantArgs, "federation" | "federations"> {
  if (one.others.length === 0) return { federation: federationOf(one.federation) };
  const all = [one.federation, ...one.others].map((kind, index) => [
    `f${index}`,
    federationOf(kind),
  ]);
  return { federations: Object.fromEntries(all) as NonNullable<TenantArgs["federations"]> };
}

function nameOf({ others }: RandomTenant, { choice }: RandomWorkload): string {
  return `f${others.length - (choice % (others.length + 1))}`;
}

/** Kind of the federation of a workload. */
function chosenBy(one: RandomTenant, made: RandomWorkload): RandomFederation {
  const all = [one.federation, ...one.others];
  return all[Number(nameOf(one, made).slice(1))] ?? one.federation;
}

function namespaceOf(one: RandomTenant): string {
  return one.namespace ?? one.name;
}
