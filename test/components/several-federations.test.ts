import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Agent,
  Gateway,
  Orchestrator,
  Tenant,
  Tool,
  type TenantArgs,
  type TenantFederation,
  type TenantRef,
  type ToolArgs,
} from "../../components";
import { readFederations } from "../../components/tenant/tenant-federations";
import { runtimeArn } from "./gateway/tools";
import { acme, federation as eksIrsa, issuer, providerArn } from "./support/acme";
import { mocked, registered, type Registered } from "./support/registered";
import { clusterArn, issuers, place, providerOf } from "./support/random-federation";
import { named, roleAdmits } from "./support/trust";
import { withoutWarnings } from "./support/warnings";

const roleType = "aws:iam/role:Role";

const spiffe: TenantFederation = {
  spiffe: {
    providerArn: providerOf(issuers.spiffe),
    trustDomain: "example.org",
    clusterName: "prod",
  },
};

const federations: Record<string, TenantFederation> = {
  cluster: eksIrsa,
  functions: { lambda: place },
  runtimes: { agentCore: place },
  jobs: { github: { providerArn: providerOf(issuers.github), owner: "acme", ownerId: "1" } },
  spire: spiffe,
};

const { name, namespace, boundaryArn } = acme;
const others = { name, namespace, boundaryArn };

/** A tenant of several federations in another stack. */
const mixed: TenantRef = { ...others, federations };

function trustOf(resources: readonly Registered[], name: string): readonly Statement[] {
  const role = named(resources, roleType, name);
  const document = JSON.parse(String(role?.inputs["assumeRolePolicy"])) as {
    Statement: Statement[];
  };
  return document.Statement;
}

interface Statement {
  readonly Principal: Readonly<Record<string, string>>;
}

function principalsOf(resources: readonly Registered[], name: string): readonly unknown[] {
  return trustOf(resources, name).map(({ Principal }) => Principal);
}

function desk(tenant: TenantRef | Tenant): void {
  const orders = new Tool("orders", { tenant, federation: "functions", subject: { lambda: {} } });
  const tickets = new Tool("tickets", {
    tenant,
    federation: "runtimes",
    subject: { agentCore: {} },
  });
  const handbook = new Tool("handbook", { tenant, federation: "spire", directCallers: ["desk"] });
  const gateway = new Gateway("tools", {
    tenant,
    targets: [
      { tool: orders.ref, operations: [{ name: "find_order", description: "Finds an order" }] },
      { tool: tickets.ref, arn: runtimeArn("acme_tickets"), operations: [{ name: "find" }] },
    ],
  });
  new Orchestrator("desk", {
    tenant,
    federation: "cluster",
    grants: [
      { tool: orders.ref, intents: ["find_order"], gateway: gateway.ref },
      { tool: tickets.ref, intents: ["find"], gateway: gateway.ref },
      { tool: handbook.ref, intents: ["look-up"] },
    ],
  });
  const subject = { github: { repository: "desk", repositoryId: "2", environment: "prod" } };
  new Agent("reviewer", { tenant, federation: "jobs", subject });
}

describe("a tenant of several federations", () => {
  withoutWarnings();

  it("has each workload prove who it is by the federation that it names", async () => {
    const resources = await registered(() => {
      desk(mixed);
    });
    const root = { AWS: "arn:aws:iam::111122223333:root" };
    assert.deepEqual(
      Object.fromEntries(
        ["desk", "reviewer", "orders", "tickets", "handbook"].map((name) => [
          name,
          principalsOf(resources, name),
        ]),
      ),
      {
        desk: [{ Federated: providerArn }],
        reviewer: [{ Federated: providerOf(issuers.github) }],
        orders: [{ Service: "lambda.amazonaws.com" }],
        tickets: [{ Service: "bedrock-agentcore.amazonaws.com" }],
        handbook: [{ Federated: providerOf(issuers.spiffe) }, root],
      },
    );
    const accounts = resources.filter(({ type }) => type.endsWith(":ServiceAccount"));
    assert.deepEqual(
      accounts.map(({ name, inputs }) => [
        name,
        Object.keys((inputs["metadata"] as { annotations?: object }).annotations ?? {}).length > 0,
      ]),
      [
        ["desk", true],
        ["handbook", false],
      ],
    );
    assert.deepEqual(
      resources.filter(({ type }) => type.endsWith(":ClusterSPIFFEID")).map(({ name }) => name),
      ["handbook"],
    );
  });

  it("allows an orchestrator on a cluster to assume the role of a tool that SPIRE attests", async () => {
    const resources = await registered(() => {
      desk(mixed);
    });
    const session = {
      principal: { type: "AWS", value: "arn:aws:iam::111122223333:role/agentid/acme/acme.desk" },
      action: "sts:AssumeRole",
      keys: { "sts:SourceIdentity": "acme.desk" },
      isAllowed: true,
    } as const;
    assert.equal(roleAdmits(named(resources, roleType, "handbook"), session), "yes");
    assert.equal(roleAdmits(named(resources, roleType, "orders"), session), "no");
  });

  it("has one gateway in front of a function and a runtime, each called as what it is", async () => {
    const resources = await registered(() => {
      desk(mixed);
    });
    const targets = resources.filter(({ type }) => type.endsWith(":AgentcoreGatewayTarget"));
    assert.deepEqual(
      targets.map(({ inputs }) => {
        const { mcp } = inputs["targetConfiguration"] as { mcp: object };
        return [inputs["name"], Object.keys(mcp)];
      }),
      [
        ["orders", ["lambda"]],
        ["tickets", ["mcpServer"]],
      ],
    );
    const access = named(resources, "aws:iam/rolePolicy:RolePolicy", "tools");
    const document = String(access?.inputs["policy"]);
    assert.ok(document.includes("lambda:InvokeFunction"));
    assert.ok(document.includes("bedrock-agentcore:InvokeAgentRuntime"));
  });

  it("is bounded once, and its pods reach the agent of EKS Pod Identity where any need it", async () => {
    const resources = await registered(() => {
      new Tenant("acme", {
        federations: { ...federations, pods: { eksPodIdentity: { clusterArn } } },
      });
    });
    const egress = named(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "acme-egress");
    assert.ok(JSON.stringify(egress?.inputs).includes("169.254.170.23/32"));
    const boundaries = resources.filter(({ type }) => type === "aws:iam/policy:Policy");
    assert.deepEqual(
      boundaries.map(({ name }) => name),
      ["acme-boundary"],
    );
  });

  it("has no namespace where all its federations are outside Kubernetes", async () => {
    const { functions = {}, jobs = {} } = federations;
    const resources = await registered(() => {
      new Tenant("acme", { federations: { functions, jobs } });
    });
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["agentid:index:Tenant", "aws:iam/policy:Policy"],
    );
  });

  it("is taken as a component as well as by its reference", async () => {
    const byRef = await registered(() => {
      desk(new Tenant("acme", { federations }).ref);
    });
    const itself = await registered(() => {
      desk(new Tenant("acme", { federations }));
    });
    assert.deepEqual(itself, byRef);
  });

  it("is taken from another stack, as an output", async () => {
    const resources = await registered(() => {
      new Tool("orders", {
        tenant: pulumi.output(mixed),
        federation: "functions",
        subject: { lambda: {} },
      });
      new Agent("triage", {
        tenant: { ...others, federations: pulumi.output(federations) },
        federation: "cluster",
      });
    });
    assert.deepEqual(principalsOf(resources, "orders"), [{ Service: "lambda.amazonaws.com" }]);
    assert.deepEqual(principalsOf(resources, "triage"), [{ Federated: providerArn }]);
  });

  it("needs no choice where it names one federation alone", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: { ...others, federations: { cluster: eksIrsa } } });
    });
    assert.deepEqual(principalsOf(resources, "triage"), [{ Federated: providerArn }]);
  });

  const tenant = (args: TenantArgs) => () => new Tenant("acme", args);
  const tool =
    (args: Partial<ToolArgs>, of: TenantRef = mixed) =>
    () =>
      new Tool("search", { tenant: of, ...args });
  const elsewhere = { account: "444455556666", region: "eu-central-1" };
  const farAway = { account: "111122223333", region: "eu-west-1" };
  const gatewayOf = (of: Record<string, TenantFederation>, federation?: string) => () => {
    const search = new Tool("search", {
      tenant: { ...others, federations: of },
      federation: "functions",
      subject: { lambda: {} },
    });
    return new Gateway("tools", {
      tenant: { ...others, federations: of },
      ...(federation !== undefined && { federation }),
      targets: [{ tool: search.ref, operations: [{ name: "find", description: "Finds" }] }],
    });
  };
  const choices = "give one of `cluster`, `functions`, `runtimes`, `jobs`, `spire`";

  const rejects: Readonly<Record<string, readonly [() => unknown, string]>> = {
    "no federation": [
      tenant({}),
      "tenant `acme`: federation is missing; give one, or several by name as `federations`",
    ],
    "no federations by name": [
      tenant({ federations: {} }),
      "tenant `acme`: federations is empty; give at least one, by a name",
    ],
    "both forms": [
      tenant({ federation: eksIrsa, federations }),
      "tenant `acme`: `federation` and `federations` are both set; give one of them",
    ],
    "a name that is none": [
      tenant({ federations: { "The Cluster": eksIrsa } }),
      "tenant `acme`: federations has the name `The Cluster`; give lowercase letters, digits and single `-` inside, at most 63",
    ],
    "a federation of two kinds": [
      tenant({ federations: { cluster: { ...eksIrsa, lambda: place } } }),
      "tenant `acme`: federations.cluster: federation has `eksIrsa` and `lambda`; give exactly one of `eksIrsa`, `eksPodIdentity`, `github`, `gitlab`, `oidc`, `spiffe`, `rolesAnywhere`, `ecs`, `lambda`, `agentCore`",
    ],
    "a federation with a mistake": [
      tenant({
        federations: { cluster: eksIrsa, functions: { lambda: { ...place, region: "x" } } },
      }),
      "tenant `acme`: federations.functions: lambda.region is `x`; give a region such as `eu-central-1`",
    ],
    "two accounts": [
      tenant({ federations: { cluster: eksIrsa, functions: { lambda: elsewhere } } }),
      "tenant `acme`: federations.cluster and federations.functions are of two accounts, `111122223333` in `aws` and `444455556666` in `aws`; a tenant's roles are in one, so make a tenant for each",
    ],
    "two clusters": [
      tenant({
        federations: { a: eksIrsa, b: { eksIrsa: { providerArn: `${providerArn}2` } } },
      }),
      `tenant \`acme\`: federations.a and federations.b are of two clusters, \`${issuer}\` and \`${issuer}2\`; a tenant's namespace is in one, so make a tenant for each`,
    ],
    "a workload that chooses none": [
      tool({}),
      `tool \`search\`: federation is missing, and the tenant has several; ${choices}`,
    ],
    "a workload that chooses one that there is not": [
      tool({ federation: "function" }),
      `tool \`search\`: federation \`function\` is none of the tenant's; ${choices}; did you mean \`functions\`?`,
    ],
    "a choice where the only federation has no name": [
      tool({ federation: "cluster" }, acme),
      "tool `search`: federation `cluster` is chosen, but the tenant has one `federation` without a name; leave it out, or give the tenant `federations` by name",
    ],
    "the subject of another federation": [
      tool({ federation: "functions", subject: { agentCore: {} } }),
      "tool `search`: subject has `agentCore`; its federation is `lambda`, so give `subject.lambda` alone",
    ],
    "a subject of a workload in Kubernetes": [
      tool({ federation: "cluster", subject: { lambda: {} } }),
      "tool `search`: subject is set, but its federation, `eksIrsa`, identifies workloads by their ServiceAccount; leave `subject` out",
    ],
    "a gateway of a federation that it cannot front": [
      gatewayOf(federations, "cluster"),
      "gateway `tools`: federation `cluster` is `eksIrsa`, and a gateway fronts functions of AWS Lambda or runtimes of Bedrock AgentCore; give a tenant whose federation is `lambda` or `agentCore`",
    ],
    "a gateway of one of several regions": [
      gatewayOf({ functions: { lambda: place }, far: { lambda: farAway } }),
      "gateway `tools`: federation is missing, and the tenant has functions or runtimes in several regions; give one of `functions`, `far`",
    ],
    "a gateway in front of a tool of another region": [
      gatewayOf({ functions: { lambda: place }, far: { lambda: farAway } }, "far"),
      "gateway `tools`: targets[0] fronts tool `search` in region `eu-central-1`, and the gateway is in `eu-west-1`; give a gateway for each region",
    ],
  };
  for (const [name, [program, message]] of Object.entries(rejects)) {
    it(`refuses ${name}, before anything is registered`, () => {
      mocked();
      assert.throws(program, { message });
    });
  }

  const allows: Readonly<Record<string, () => unknown>> = {
    "two kinds of federation of one cluster": tenant({
      federations: { tokens: eksIrsa, pods: { eksPodIdentity: { clusterArn } }, spire: spiffe },
    }),
    "two federations of one kind outside Kubernetes": tenant({
      federations: { near: { lambda: place }, far: { lambda: farAway } },
    }),
    "a gateway of the region of its tools": gatewayOf(
      { functions: { lambda: place }, far: { lambda: farAway } },
      "functions",
    ),
  };
  for (const [name, program] of Object.entries(allows)) {
    it(`allows ${name}`, async () => {
      assert.ok((await registered(() => void program())).length > 0);
    });
  }

  it("is refused once its federations turn out to be of two accounts", () => {
    const known = [
      { name: "cluster", federation: eksIrsa },
      { name: "functions", federation: { lambda: elsewhere } },
    ];
    assert.throws(() => readFederations("tenant `acme`", known), {
      message: rejects["two accounts"]?.[1],
    });
  });
});
