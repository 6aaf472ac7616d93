import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { tenantMark, workloadMark } from "../../core/marks";
import { sourceIdentity } from "../../core/grants/source-identity";
import type { Finding } from "../../policy-pack/findings/finding";
import { matches } from "../../core/pattern";
import { isHighRisk } from "../../core/risk";
import type { Risk } from "../../components";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { bearing, gatewayAllows, signedBy } from "./support/gateway-decisions";
import { elsewhere, functionOf, proofOf, tellsNobody } from "./support/proof";
import {
  brokerOf,
  declareStack,
  directCallersOf,
  randomStack,
  type RandomStack,
  type Refused,
} from "./support/random-stack";
import { registered, type Registered } from "./support/registered";
import { snapshotOf } from "./support/snapshot";
import { withoutStackTraces } from "./support/stack-traces";
import { withoutWarnings } from "./support/warnings";
import { named, roleAdmits, roleDenies, type Request } from "./support/trust";
import { runs } from "../support/runs";

const settings = defaultSettings;

describe("whatever the components accept", () => {
  withoutWarnings();
  withoutStackTraces();

  it("passes our own policy pack, keeps identities distinct and fits the limits of AWS", async () => {
    await fc.assert(
      fc.asyncProperty(randomStack, async (stack) => {
        const { resources, refused } = await declared(stack);
        refused.forEach(isClearSentence);
        await passesThePack(stack, resources);
        keepsIdentitiesApart(resources);
        letsBrokersActForTheirTenantAlone(stack, resources);
        letsDirectCallersActAsThemselvesAlone(stack, resources);
        givesRolesOfGatewaysToThemAlone(resources);
        letsGatewaysDecideByGrantsAlone(resources);
        fitsLimits(resources);
      }),
      { numRuns: runs(30, 500) },
    );
  });

  it("is judged at all: a second workload on an account of ours is a finding", async () => {
    const { resources } = await declared({
      tenants: [
        {
          name: "acme",
          namespace: undefined,
          existing: false,
          maxSession: "1h",
          federation: "eksIrsa",
          others: [],
          broker: false,
          isolation: {},
          gateway: undefined,
          workloads: [
            {
              kind: "agent",
              choice: 0,
              key: { kind: "empty", days: 1, isProvided: false, hasProxy: false },
              name: "triage",
              autonomy: undefined,
              risk: undefined,
              permissions: [],
              kubernetesPermissions: [],
              outbound: undefined,
              adopts: [],
              clients: [],
              intents: ["find"],
              directCallers: 0,
            },
          ],
        },
      ],
    });
    const intruder: Registered = {
      type: "kubernetes:apps/v1:Deployment",
      name: "intruder",
      under: "pulumi:pulumi:Stack",
      inputs: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "intruder", namespace: "acme" },
        spec: { template: { spec: { serviceAccountName: "triage", containers: [] } } },
      },
    };
    const { findings } = await judgeSnapshot(snapshotOf([...resources, intruder]), { settings });
    assert.deepEqual([...new Set(findings.map(({ rule }) => rule))], ["no-shared-identity"]);
  });
});

async function passesThePack(stack: RandomStack, resources: readonly Registered[]): Promise<void> {
  const { findings, workloads } = await judgeSnapshot(snapshotOf(resources), { settings });
  // A principal that may call functions or runtimes past every gateway is reported for the tools that it can call, rightly.
  const isRequested = findings.filter(
    ({ rule }) =>
      !(passesBy(stack) && deciding.includes(rule)) &&
      !(isPermitted(stack) && aboutPermissions.includes(rule)),
  );
  const isUnattended = ({ rule, message }: Finding): boolean =>
    rule === "require-human-approval" &&
    (message.includes(" through a gateway ") || message.includes(" is enforced by nothing "));
  assert.deepEqual(
    isRequested.filter((finding) => !isUnattended(finding)),
    [],
  );
  if (!passesBy(stack)) {
    const reported = isRequested.map(({ holder, about }) =>
      [holder?.urn, about.urn].map(nameIn).join(),
    );
    // Where a tool is granted both ways, it is one finding.
    const expected = new Set([
      ...autonomousByGateway(resources),
      ...autonomousWithoutBroker(resources),
    ]);
    assert.deepEqual(reported.sort(), [...expected].sort());
  }
  // A gateway, which acts as its own role, is shown among workloads.
  const gateways = resources.filter(({ type }) => type === agentcoreGateway);
  assert.equal(workloads.length, workloadsIn(stack) + gateways.length);
  // Of a refused one nothing was registered before it was declared anew.
  assert.equal(
    resources.filter(({ type }) => workloadTypes.includes(type)).length,
    workloadsIn(stack),
  );
  assert.equal(rolesIn(resources).length, workloadsIn(stack));
}

/**
 * Autonomous workloads with a grant on a gateway, each with a high-risk tool behind it: the gateway's policies are not
 * evaluated there, and a gateway requests no approval (docs/rules/require-human-approval.md).
 */
function autonomousByGateway(resources: readonly Registered[]): string[] {
  return resources.flatMap(({ type, inputs }) => {
    const gateway = inputs as unknown as StatedGateway;
    // Tokens for a gateway are not followed.
    if (type !== gatewayType || gateway.jwt !== undefined) return [];
    const isOwn = ({ tenant }: StatedCaller): boolean => tenant.name === gateway.tenant.name;
    const calling = statedIn(resources, workloadTypes).filter(
      ({ autonomy, grants = [], ...caller }) =>
        isOwn(caller) &&
        autonomy === "autonomous" &&
        grants.some((grant) => grant.gateway?.name === gateway.name),
    );
    const harmful = gateway.targets.filter(({ tool }) => isHighRisk(tool.risk ?? {}));
    const tools = statedIn(resources, toolTypes).filter(
      (each) => isOwn(each) && harmful.some(({ tool }) => tool.name === each.name),
    );
    return calling.flatMap((caller) => tools.map((tool) => `${caller.at},${tool.at}`));
  });
}

/** Autonomous workloads of tenants without a broker, each with a high-risk tool that a grant names: nothing requests its approval. */
function autonomousWithoutBroker(resources: readonly Registered[]): string[] {
  const calling = statedIn(resources, workloadTypes).filter(
    ({ autonomy, tenant }) => autonomy === "autonomous" && tenant.broker === undefined,
  );
  return calling.flatMap(({ at, tenant, grants = [] }) =>
    grants
      .filter(({ gateway, tool }) => gateway === undefined && isHighRisk(tool.risk ?? {}))
      .flatMap(({ tool }) =>
        statedIn(resources, toolTypes)
          .filter((each) => each.tenant.name === tenant.name && each.name === tool.name)
          .map((each) => `${at},${each.at}`),
      ),
  );
}

/** What the components of these types declare, each with the name of its resource. */
function statedIn(resources: readonly Registered[], types: readonly string[]) {
  return resources
    .filter(({ type }) => types.includes(type))
    .map(({ name: at, inputs }) => ({ at, ...(inputs as unknown as StatedCaller) }));
}

function nameIn(urn: string | undefined): string {
  return urn?.split("::").at(-1) ?? "";
}

const deciding = ["require-runtime-policy", "require-human-approval"];

/** The rules that judge permissions: components take what a program requests, and the pack judges it. */
const aboutPermissions = ["no-privilege-escalation", "no-wildcard-authority"];

/** Whether any workload requests permissions. */
function isPermitted({ tenants }: RandomStack): boolean {
  return tenants.some(({ workloads }) =>
    workloads.some(({ permissions }) => permissions.length > 0),
  );
}

/** Whether the program itself permits a workload calls that nothing decides. */
function passesBy(stack: RandomStack): boolean {
  return stack.tenants
    .flatMap(({ workloads }) => workloads)
    .flatMap(({ permissions }) => permissions)
    .flatMap(({ actions }) => actions)
    .some((pattern) =>
      ["lambda:InvokeFunction", "bedrock-agentcore:InvokeAgentRuntime"].some((call) =>
        matches(pattern.toLowerCase(), call.toLowerCase()),
      ),
    );
}

/**
 * Each workload's own proof assumes its role, if it is for STS; no other's does, of the same tenant or of another.
 *
 * ECS and Lambda do not send their task or function, so `iam:PassRole` separates them there; what the code of another function
 * does with a role is denied.
 */
function keepsIdentitiesApart(resources: readonly Registered[]): void {
  const roles = rolesIn(resources);
  const proofs = roles.map((role) => proofOf(role, resources));
  const functions = roles.map((role) => functionOf(role, resources));
  roles.forEach((role, index) => {
    proofs.forEach((proof, other) => {
      const mayPass = tellsNobody(proof) && proof === proofs[index];
      assert.equal(roleAdmits(role, proof), mayPass || index === other ? "yes" : "no");
      if (functions[index] === undefined) assert.equal(roleAdmits(role, elsewhere(proof)), "no");
    });
    if (functions[index] === undefined) return;
    assert.equal(roleDenies(role, resources, {}), "no");
    functions.forEach((source, other) => {
      if (source === undefined) return;
      const keys = { "lambda:SourceFunctionArn": source };
      assert.equal(roleDenies(role, resources, keys), index === other ? "no" : "yes");
    });
  });
}

const roleType = "aws:iam/role:Role";
const gatewayType = "agentid:index:Gateway";

/** The role of a gateway is assumed for that gateway, and for no other, no runtime and no workload. */
function givesRolesOfGatewaysToThemAlone(resources: readonly Registered[]): void {
  const gateways = resources.filter(({ type }) => type === agentcoreGateway);
  const proofs = gateways.map(({ inputs }) => gatewayProof(String(inputs["name"])));
  const others = rolesIn(resources).map((role) => proofOf(role, resources));
  for (const [index, { name }] of gateways.entries()) {
    const role = named(resources, roleType, name);
    assert.ok(role !== undefined);
    proofs.forEach((proof, other) => {
      assert.equal(roleAdmits(role, proof), index === other ? "yes" : "no");
      assert.equal(roleAdmits(role, elsewhere(proof)), "no");
    });
    for (const proof of others) assert.equal(roleAdmits(role, proof), "no");
  }
  for (const role of rolesIn(resources)) {
    for (const proof of proofs) {
      if (!tellsNobody(proofOf(role, resources))) assert.equal(roleAdmits(role, proof), "no");
    }
  }
}

const agentcoreGateway = "aws:bedrock/agentcoreGateway:AgentcoreGateway";

/** The context that AgentCore sends for a gateway, whose id starts with its name. */
function gatewayProof(name: string): Request {
  return {
    principal: { type: "Service", value: "bedrock-agentcore.amazonaws.com" },
    action: "sts:AssumeRole",
    keys: {
      "aws:SourceAccount": "111122223333",
      "aws:SourceArn": `arn:aws:bedrock-agentcore:eu-central-1:111122223333:gateway/${name}-a1b2c3d4e5`,
    },
  };
}

interface StatedGateway {
  readonly name: string;
  readonly jwt?: { readonly clientClaim?: string };
  readonly tenant: { readonly name: string };
  readonly targets: readonly {
    readonly tool: { readonly name: string; readonly risk?: Risk };
    readonly operations: readonly { readonly name: string; readonly intents?: readonly string[] }[];
  }[];
}

interface StatedCaller {
  readonly name: string;
  readonly autonomy?: string;
  readonly tenant: { readonly name: string; readonly broker?: unknown };
  readonly grants?: readonly {
    readonly tool: { readonly name: string; readonly risk?: Risk };
    readonly intents: readonly string[];
    readonly gateway?: { readonly name: string };
  }[];
  readonly oauth2Providers?: readonly { readonly clientId: string; readonly vendor?: string }[];
}

/**
 * A gateway allows a workload to call what a grant through it names, for an operation that serves one of its intents, and
 * nothing else.
 */
function letsGatewaysDecideByGrantsAlone(resources: readonly Registered[]): void {
  for (const component of resources.filter(({ type }) => type === gatewayType)) {
    const stated = component.inputs as unknown as StatedGateway;
    const gateway = named(resources, agentcoreGateway, component.name);
    assert.ok(gateway !== undefined);
    assert.equal(gateway.inputs["authorizerType"], stated.jwt ? "CUSTOM_JWT" : "AWS_IAM");
    assert.equal((gateway.inputs["policyEngineConfiguration"] as { mode: string }).mode, "ENFORCE");
    for (const role of rolesIn(resources)) {
      const caller = named(resources, role.under, role.name)?.inputs as unknown as StatedCaller;
      const client = caller.oauth2Providers?.find(({ vendor }) => vendor === undefined)?.clientId;
      const { clientClaim = "client_id" } = stated.jwt ?? {};
      const principal = stated.jwt
        ? bearing(client === undefined ? {} : { [clientClaim]: client })
        : signedBy(role);
      for (const { tool, operations } of stated.targets) {
        for (const { name, intents = [name] } of operations) {
          const isGranted =
            caller.tenant.name === stated.tenant.name &&
            (caller.grants ?? []).some(
              (grant) =>
                grant.gateway?.name === stated.name &&
                grant.tool.name === tool.name &&
                grant.intents.some((intent) => intents.includes(intent)),
            );
          const action = `${tool.name}___${name}`;
          assert.equal(gatewayAllows(resources, gateway, principal, action), isGranted);
        }
      }
    }
  }
}

const toolTypes: readonly string[] = ["agentid:index:Tool", "agentid:index:LegacyTool"];
const workloadTypes = [...toolTypes, "agentid:index:Agent", "agentid:index:Orchestrator"];

/** A broker assumes the roles of its tenant's tools, for workloads of that tenant, and no other role. */
function letsBrokersActForTheirTenantAlone(
  stack: RandomStack,
  resources: readonly Registered[],
): void {
  const roles = rolesIn(resources);
  stack.tenants.forEach((tenant, index) => {
    const resourceName = `t${index}`;
    const own = tenantOf(resourceName, resources);
    roles.forEach((role) => {
      const isOwnTool = toolTypes.includes(role.under) && role.name.startsWith(`${resourceName}-`);
      const authentication = (sourceIdentity: string): string =>
        roleAdmits(role, sessionOf(brokerOf(resourceName), sourceIdentity));
      const isAdmitted = tenant.broker && isOwnTool;
      assert.equal(authentication(sourceIdentity(own, "any")), isAdmitted ? "yes" : "no");
      assert.equal(authentication(sourceIdentity(`${own}x`, "any")), "no");
      assert.equal(authentication(""), "no");
    });
  });
}

/** The role of a workload assumes those of the tools that name it as a direct caller, in its own name, and no other role. */
function letsDirectCallersActAsThemselvesAlone(
  { tenants }: RandomStack,
  resources: readonly Registered[],
): void {
  const roles = rolesIn(resources).map((role) => ({ role, ...workloadOf(role) }));
  const direct = tenants.flatMap((tenant, index) =>
    tenant.workloads.flatMap((tool, place) =>
      tool.kind !== "tool"
        ? []
        : directCallersOf(tenant, tool).map((caller) => {
            const at = tenant.workloads.findIndex(({ name }) => name === caller);
            return `t${index}-w${at} calls t${index}-w${place}`;
          }),
    ),
  );
  for (const { role: requested } of roles) {
    for (const { role: caller, arn, identity } of roles) {
      const isDirect = direct.includes(`${caller.name} calls ${requested.name}`);
      assert.equal(roleAdmits(requested, sessionOf(arn, identity)), isDirect ? "yes" : "no");
      assert.equal(roleAdmits(requested, sessionOf(arn, "")), "no");
      for (const { identity: other } of roles) {
        if (other !== identity) assert.equal(roleAdmits(requested, sessionOf(arn, other)), "no");
      }
    }
  }
}

/** ARN and source identity of the workload whose a role is. */
function workloadOf({ inputs }: Registered): { readonly arn: string; readonly identity: string } {
  const { path, name, tags } = inputs as {
    path: string;
    name: string;
    tags: Record<string, string>;
  };
  const [tenant = "", workload = ""] = [tags[tenantMark], tags[workloadMark]];
  return {
    arn: `arn:aws:iam::111122223333:role${path}${name}`,
    identity: sourceIdentity(tenant, workload),
  };
}

function sessionOf(roleArn: string, identity: string): Request {
  return {
    principal: { type: "AWS", value: roleArn },
    action: "sts:AssumeRole",
    keys: identity === "" ? {} : { "sts:SourceIdentity": identity },
    isAllowed: true,
  };
}

function tenantOf(resourceName: string, resources: readonly Registered[]): string {
  return String(named(resources, "agentid:index:Tenant", resourceName)?.inputs["name"]);
}

/** Source: IAM and STS quotas. */
function fitsLimits(resources: readonly Registered[]): void {
  for (const { type, inputs } of resources) {
    if (!type.startsWith("aws:iam/")) continue;
    const { name, path, assumeRolePolicy, policy } = inputs as Record<string, string | undefined>;
    if (type === "aws:iam/role:Role") assert.ok((name ?? "").length <= 64);
    assert.ok((path ?? "").length <= 512);
    assert.ok((assumeRolePolicy ?? "").length <= 2048);
    if (type === "aws:iam/policy:Policy") assert.ok((policy ?? "").length <= 6144);
  }
  for (const { inputs } of rolesIn(resources)) {
    const inline = resources.filter(
      ({ type, inputs: { role } }) =>
        type === "aws:iam/rolePolicy:RolePolicy" && role === inputs["name"],
    );
    const characters = inline.reduce(
      (sum, policy) => sum + String(policy.inputs["policy"]).length,
      0,
    );
    assert.ok(characters <= 10_240);
  }
}

/** The roles of workloads. */
function rolesIn(resources: readonly Registered[]): readonly Registered[] {
  return resources.filter(({ type, under }) => type === roleType && under !== gatewayType);
}

async function declared(
  stack: RandomStack,
): Promise<{ readonly resources: readonly Registered[]; readonly refused: readonly Refused[] }> {
  let refused: readonly Refused[] = [];
  const resources = await registered(() => {
    refused = declareStack(stack);
  });
  return { resources, refused };
}

/** One sentence about the workload and its permission, with what to do. */
function isClearSentence({ id, message }: Refused): void {
  assert.match(
    message,
    new RegExp(
      `^(?:orchestrator|agent|tool|legacy tool) \`${id}\`: (?:kubernetesPermissions\\[|permissions)[^\\n]+; [^\\n]+[^.\\n]$`,
    ),
  );
}

function workloadsIn(stack: RandomStack): number {
  return stack.tenants.reduce((sum, tenant) => sum + tenant.workloads.length, 0);
}
