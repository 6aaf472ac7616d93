import * as assert from "node:assert/strict";
import {
  Agent,
  GrantPolicyStore,
  LegacyTool,
  TaskBroker,
  TaskBrokerDeployment,
  Tenant,
  Tool,
  type BrokerLimits,
  type Egress,
  type Grant,
  type KubernetesPermission,
  type Outbound,
  type TenantArgs,
} from "../../components";
import { brokered } from "../components/grant-policy-store/brokered";
import { legacyArgs } from "../components/legacy-tool/crm";
import { plainDeployment } from "../components/task-broker/plain";
import { acme, federation } from "../components/support/acme";
import { mocked } from "../components/support/registered";
import { argumentsOfSchema, describedInSchema, isNumber, type Argument } from "./support/described";

const described = argumentsOfSchema();

function textOf(path: string): string {
  return described.get(path)?.property.description ?? assert.fail(`no argument \`${path}\``);
}

const tool = { tenant: "acme", name: "refunds" };
const tenant = { ...acme, maxSession: "12h" };
const makeTenant = (args: Partial<TenantArgs>) => new Tenant("acme", { federation, ...args });
const makeAgent = (args: object) => new Agent("triage", { tenant, ...args });
const grant = (args: object) => makeAgent({ grants: [{ tool, intents: ["a"], ...args } as Grant] });
const outbound = (args: Partial<Outbound>) =>
  makeAgent({ outbound: { audience: "https://api.example.com", ...args } });
const egress = (args: Partial<Egress>) =>
  makeTenant({ egress: [{ cidr: "10.0.0.0/16", ports: [443], ...args }] });
const permit = (args: object) =>
  makeAgent({
    permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::a"], ...args }],
  });
const permitInCluster = (args: Partial<KubernetesPermission>) =>
  makeAgent({
    kubernetesPermissions: [
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get"], ...args },
    ],
  });

const decided = (args: object) => {
  const usual = { sensitivity: "internal", approval: "none", maxSeconds: 300 };
  const grants = [{ tool: "refunds", intents: ["refund"], ...usual, ...args }];
  return new GrantPolicyStore("decisions", { workloads: [brokered("triage", grants)] });
};
const deploy = (args: object) =>
  new TaskBrokerDeployment("running", { ...plainDeployment, ...args });
const workloadsWith = (args: object) =>
  plainDeployment.workloads.map(({ workload, ...of }) => ({
    ...of,
    workload: { ...workload, grants: workload.grants.map((each) => ({ ...each, ...args })) },
  }));
const limit = (limits: BrokerLimits) => deploy({ limits });
const login = {
  ...{ host: "db.acme.example", database: "broker", user: "broker", cidrs: ["10.4.0.0/24"] },
  certificateSecret: "login",
};
const answerAt = (port: number) =>
  new TaskBroker("decider", {
    ...{ tenant: "acme", issuer: "https://broker.acme.example", federation },
    mtls: { url: "https://broker.acme.example:8444", port },
  });
const issuedBy = (args: object) =>
  deploy({ issuers: plainDeployment.issuers.map((each) => ({ ...each, ...args })) });

/** Gives an argument a value, all else being fine. */
type Probe = (value: never) => unknown;

const numbers: Readonly<Record<string, Probe>> = {
  "Grant.maxSeconds": (maxSeconds: number) => grant({ maxSeconds }),
  "BrokeredGrant.maxSeconds": (maxSeconds: number) => decided({ maxSeconds }),
  "Grant.maxCalls": (maxCalls: number) => grant({ maxCalls }),
  "BrokeredGrant.maxCalls": (maxCalls: number) =>
    deploy({ workloads: workloadsWith({ maxCalls }) }),
  "GrantCondition.sumAtMost": (sumAtMost: number) =>
    grant({ conditions: [{ key: "cents", sumAtMost }] }),
  "GrantCondition.atLeast": (atLeast: number) => grant({ conditions: [{ key: "cents", atLeast }] }),
  "GrantCondition.atMost": (atMost: number) => grant({ conditions: [{ key: "cents", atMost }] }),
  "Outbound.maxSeconds": (maxSeconds: number) => outbound({ maxSeconds }),
  "ApiServer.port": (port: number) => makeTenant({ apiServer: { cidrs: ["10.0.0.0/16"], port } }),
  "Egress.ports": (port: number) => egress({ ports: [port] }),
  "BrokerLimits.taskSeconds": (taskSeconds: number) => limit({ taskSeconds }),
  "BrokerLimits.depth": (depth: number) => limit({ depth }),
  "BrokerLimits.approvalSeconds": (approvalSeconds: number) => limit({ approvalSeconds }),
  "BrokerLimits.perMinute": (perMinute: number) => limit({ perMinute }),
  "BrokerLimits.trailDays": (trailDays: number) => limit({ trailDays }),
  "BrokerLimits.drainSeconds": (drainSeconds: number) => limit({ drainSeconds }),
  "BrokerPostgres.port": (port: number) => deploy({ state: { postgres: { ...login, port } } }),
  "BrokerMtls.port": answerAt,
  "Quota.pods": (pods: number) => makeTenant({ quota: { pods } }),
};

const durations: Readonly<Record<string, Probe>> = {
  "Tenant.maxSession": (maxSession: string) => makeTenant({ maxSession }),
  "Agent.session": (session: string) => makeAgent({ session }),
};

const choices: Readonly<Record<string, Probe>> = {
  "Agent.autonomy": (autonomy: string) => makeAgent({ autonomy }),
  "Risk.sensitivity": (sensitivity: string) => makeAgent({ risk: { sensitivity } }),
  "Risk.effects": (effect: string) => makeAgent({ risk: { effects: [effect] } }),
  "ToolRisk.sensitivity": (sensitivity: string) =>
    grant({ tool: { ...tool, risk: { sensitivity } } }),
  "ToolRisk.effects": (effect: string) => grant({ tool: { ...tool, risk: { effects: [effect] } } }),
  "Grant.approval": (approval: string) => grant({ approval }),
  "BrokeredGrant.approval": (approval: string) => decided({ approval }),
  "BrokeredGrant.sensitivity": (sensitivity: string) => decided({ sensitivity }),
  "BrokerIssuer.kind": (kind: string) => issuedBy({ kind }),
  "BrokerIssuer.algorithms": (algorithm: string) => issuedBy({ algorithms: [algorithm] }),
  "Outbound.signingAlgorithm": (signingAlgorithm: string) => outbound({ signingAlgorithm }),
  "Egress.protocol": (protocol: string) => egress({ protocol }),
  "KubernetesPermission.verbs": (verb: string) => permitInCluster({ verbs: [verb] }),
  "ExternalSecret.storeKind": (storeKind: string) =>
    new LegacyTool("crm", {
      ...legacyArgs,
      key: { externalSecret: { store: "vault", remoteKey: "crm", storeKind } },
    }),
};

/** Refusals of constructors for a reason of their own, and their description. */
const refused: readonly (readonly [path: string, sentence: RegExp, give: () => unknown])[] = [
  ["BrokerMtls.port", /not 8443 or 9443/, () => answerAt(8443)],
  ["BrokerMtls.port", /not 8443 or 9443/, () => answerAt(9443)],
  ["Tenant.federation", /exactly one/, () => makeTenant({ federation: {} })],
  [
    "Tenant.existingNamespace",
    /not together with `namespace`/,
    () => makeTenant({ namespace: "a", existingNamespace: "a" }),
  ],
  ["Tenant.serviceAccounts", /not `default`/, () => makeTenant({ serviceAccounts: ["default"] })],
  [
    "TenantBroker.roleArn",
    /not under `\/agentid\/`/,
    () => makeTenant({ broker: { roleArn: "arn:aws:iam::111122223333:role/agentid/acme/a" } }),
  ],
  [
    "Deployer.group",
    /such as `system:authenticated`/,
    () => makeTenant({ deployers: [{ group: "system:authenticated" }] }),
  ],
  [
    "ApiServer.audience",
    /not that of STS/,
    () => makeTenant({ apiServer: { audience: "sts.amazonaws.com" } }),
  ],
  ["Egress.ports", /at least one/, () => egress({ ports: [] })],
  [
    "Agent.session",
    /up to the tenant's `maxSession`/,
    () => makeAgent({ tenant: acme, session: "2h" }),
  ],
  ["Grant.tool", /of the same tenant/, () => grant({ tool: { ...tool, tenant: "globex" } })],
  ["Grant.intents", /at least one/, () => grant({ intents: [] })],
  ["Grant.intents", /1 to 64 ASCII characters/, () => grant({ intents: ["a".repeat(65)] })],
  ["Grant.intents", /not `\*`/, () => grant({ intents: ["*"] })],
  [
    "Grant.approval",
    /`human`, which an autonomous workload needs/,
    () =>
      makeAgent({
        autonomy: "autonomous",
        grants: [{ tool: { ...tool, risk: { effects: ["payment"] } }, intents: ["a"] }],
      }),
  ],
  [
    "Tool.directCallers",
    /Refused where .* causes effects/s,
    () =>
      new Tool("refunds", { tenant, risk: { effects: ["payment"] }, directCallers: ["triage"] }),
  ],
  ["Permission.actions", /at least one/, () => permit({ actions: [] })],
  ["Permission.actions", /all of a service/, () => permit({ actions: ["s3:*"] })],
  ["Permission.actions", /all of IAM/, () => permit({ actions: ["iam:GetRole"] })],
  ["Permission.actions", /`sts:AssumeRole`/, () => permit({ actions: ["sts:AssumeRole"] })],
  ["Permission.resources", /at least one/, () => permit({ resources: [] })],
  [
    "PermissionCondition.values",
    /at least one/,
    () =>
      permit({ conditions: [{ test: "StringEquals", variable: "aws:SourceVpce", values: [] }] }),
  ],
  ["KubernetesPermission.apiGroups", /not `\*`/, () => permitInCluster({ apiGroups: ["*"] })],
  ["KubernetesPermission.resources", /not `\*`/, () => permitInCluster({ resources: ["*"] })],
  [
    "KubernetesPermission.resources",
    /to create pods/,
    () => permitInCluster({ resources: ["pods"], verbs: ["create"] }),
  ],
  ["Outbound.audience", /not that of STS/, () => outbound({ audience: "sts.amazonaws.com" })],
  [
    "Outbound.egress",
    /at most 65,536 a range/,
    () => outbound({ egress: [{ cidr: "10.0.0.0/8", ports: [443] }] }),
  ],
  [
    "LegacyTool.egress",
    /at most 65,536 addresses a range/,
    () => new LegacyTool("crm", { ...legacyArgs, egress: [{ cidr: "10.0.0.0/8", ports: [443] }] }),
  ],
  [
    "LegacyTool.egress",
    /required in Kubernetes/,
    () => new LegacyTool("crm", { ...legacyArgs, egress: [] }),
  ],
  [
    "KeyRotation.rotateBefore",
    /at most 90 days after/,
    () =>
      new LegacyTool("crm", {
        ...legacyArgs,
        rotation: { issued: "2026-11-01", rotateBefore: "2027-01-31" },
      }),
  ],
];

describe("the descriptions in the schema, which are the documentation in every language", () => {
  it("are there for each component, argument, output, type, property and choice, as sentences", () => {
    const all = describedInSchema();
    assert.ok(all.length > 250, `${all.length}`);
    assert.deepEqual(
      all.filter(([, text]) => !/^["A-Z`].*\.$/s.test(text)),
      [],
    );
  });

  it("state the default of each optional argument, or that exactly one of its block is required", () => {
    const isSilent = ({ property: { optional, description = "" }, block }: Argument) =>
      optional === true && !/Default: \S/.test(description) && !block.includes("exactly one");
    assert.deepEqual(
      [...described].filter(([, argument]) => isSilent(argument)).map(([path]) => path),
      [],
    );
  });

  it("state the unit of each number", () => {
    const found = [...described].filter(([, { property }]) => isNumber(property));
    assert.deepEqual(found.map(([path]) => path).sort(), Object.keys(numbers).sort());
    assert.deepEqual(
      found.filter(
        ([path]) =>
          !/\b(?:seconds|days|ports?|pods|workloads|requests|calls)\b/i.test(textOf(path)),
      ),
      [],
    );
  });

  for (const [path, probe] of Object.entries(numbers)) {
    it(`state for ${path} which numbers are valid`, () => {
      const [, from, to, least] = /(\d+) to (\d+)|at least (\d+)/.exec(textOf(path)) ?? [];
      if ((from ?? least) === undefined) {
        accepts(probe, -100);
        refuses(probe, 0.5);
        return;
      }
      const low = Number(from ?? least);
      accepts(probe, low);
      refuses(probe, low - 1);
      refuses(probe, low + 0.5);
      if (to === undefined) return;
      accepts(probe, Number(to));
      refuses(probe, Number(to) + 1);
    });
  }

  for (const [path, probe] of Object.entries(durations)) {
    it(`state for ${path} its limit and its notation`, () => {
      assert.match(textOf(path), /`1h`.*such as `1h30m`/);
      for (const length of ["1h", "1h30m", "12h"]) accepts(probe, length);
      for (const length of ["59m", "12h1s", "soon"]) refuses(probe, length);
    });
  }

  for (const [path, probe] of Object.entries(choices)) {
    it(`name for ${path} what can be chosen`, () => {
      const [, allowed = ""] = / is unknown; give (.*)$/.exec(refuses(probe, "nonsense")) ?? [];
      const named = [...allowed.matchAll(/`([^`]+)`/g)].map(([quoted]) => quoted);
      assert.ok(named.length >= 2, allowed);
      assert.deepEqual(
        named.filter((choice) => !textOf(path).includes(choice)),
        [],
      );
    });
  }

  for (const [path, sentence, give] of refused) {
    it(`state for ${path} what is refused: ${sentence.source}`, () => {
      assert.match(textOf(path), sentence);
      refuses(give, undefined);
    });
  }
});

function accepts(probe: Probe, value: unknown): void {
  mocked();
  probe(value as never);
}

/** The message of the refusal. */
function refuses(probe: Probe, value: unknown): string {
  const seen = mocked();
  let message = "";
  assert.throws(
    () => probe(value as never),
    (error: Error) => {
      message = error.message;
      return true;
    },
    `${String(value)} is accepted`,
  );
  assert.deepEqual(seen(), []);
  return message;
}
