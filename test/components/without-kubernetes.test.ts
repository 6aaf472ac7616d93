import assert from "node:assert/strict";
import Module from "node:module";
import * as pulumi from "@pulumi/pulumi";
import {
  Agent,
  AgentStack,
  Gateway,
  LegacyTool,
  TaskBroker,
  TaskBrokerDeployment,
  Tenant,
  Tool,
  type TenantArgs,
} from "../../components";
import { outsideArgs } from "./legacy-tool/crm";
import { acme } from "./support/acme";
import { federationKinds, federationOf, place, subjectOf } from "./support/random-federation";
import { mocked, registered } from "./support/registered";
import { plainDeployment } from "./task-broker/plain";

const inside = federationKinds.filter((kind) => subjectOf(kind, "any") === undefined);
const outside = federationKinds.filter(
  (kind) => kind !== "spiffeOutside" && !inside.includes(kind),
);

const inAws: Readonly<Record<string, () => void>> = {
  ...Object.fromEntries(
    outside.map((kind) => [
      `a tenant, an agent and tools by \`${kind}\``,
      () => {
        const tenant = new Tenant("acme", { federation: federationOf(kind) });
        const of = (name: string) => ({ tenant: tenant.ref, subject: subjectOf(kind, name) ?? {} });
        const search = new Tool("search", of("search"));
        new Agent("triage", {
          ...of("triage"),
          grants: [{ tool: search.ref, intents: ["find"] }],
        });
        new LegacyTool("crm", { ...outsideArgs, ...of("crm") });
      },
    ]),
  ),
  "a tenant whose federation is an output": () => {
    const federation = pulumi.output({ ecs: place });
    const tenant = { ...acme, federation };
    new Tool("search", { tenant, subject: { ecs: {} } });
  },
  "a stack of a manifest": () => {
    const text = [
      `federations: { here: { lambda: { account: "${place.account}", region: ${place.region} } } }`,
      "tenants:",
      "  acme:",
      "    federation: here",
      "    agents: { triage: { subject: { lambda: {} } } }",
    ];
    new AgentStack("desk", { text: text.join("\n") });
  },
  "a gateway": () => {
    const tenant = new Tenant("acme", { federation: { lambda: place } });
    const search = new Tool("search", { tenant: tenant.ref, subject: { lambda: {} } });
    new Gateway("desk", {
      tenant: tenant.ref,
      targets: [{ tool: search.ref, operations: [{ name: "find", description: "finds tickets" }] }],
    });
  },
};

const lambdaTenant = (more: Partial<TenantArgs>) => () =>
  void new Tenant("acme", { federation: { lambda: place }, ...more });

/** What makes objects in Kubernetes, by what the sentence names. */
const inKubernetes: readonly (readonly [what: string, subject: string, make: () => void])[] = [
  ...inside.map(
    (kind) =>
      [
        `a tenant by \`${kind}\``,
        "tenant `acme`",
        () => void new Tenant("acme", { federation: federationOf(kind) }),
      ] as const,
  ),
  ["a namespace beside Lambda", "tenant `acme`", lambdaTenant({ namespace: "acme" })],
  [
    "egress of a namespace that exists",
    "tenant `acme`",
    lambdaTenant({ existingNamespace: "acme", egress: [] }),
  ],
  [
    "a quota of a namespace that exists",
    "tenant `acme`",
    lambdaTenant({ existingNamespace: "acme", quota: {} }),
  ],
  [
    "accounts of a namespace that exists",
    "tenant `acme`",
    lambdaTenant({ existingNamespace: "acme", serviceAccounts: ["triage"] }),
  ],
  [
    "deployers of a namespace that exists",
    "tenant `acme`",
    lambdaTenant({ existingNamespace: "acme", deployers: [{ group: "desk" }] }),
  ],
  [
    "a workload with a ServiceAccount",
    "agent `triage`",
    () => void new Agent("triage", { tenant: acme }),
  ],
  [
    "a key that an operator brings",
    "tool `crm`",
    () =>
      void new LegacyTool("crm", {
        ...outsideArgs,
        key: { externalSecret: { store: "vault", remoteKey: "crm" } },
        egress: [{ cidr: "203.0.113.7/32", ports: [443] }],
      }),
  ],
  [
    "a registration at SPIRE from outside",
    "tool `search`",
    () =>
      void new Tool("search", {
        tenant: { ...acme, federation: federationOf("spiffe") },
        subject: subjectOf("spiffeOutside", "search") ?? {},
      }),
  ],
  [
    "a task broker",
    "task broker `decider`",
    () =>
      void new TaskBroker("decider", {
        tenant: "acme",
        issuer: "https://broker.acme.example",
        federation: federationOf("eksIrsa"),
      }),
  ],
  [
    "the deployment of a task broker",
    "task broker deployment `running`",
    () => void new TaskBrokerDeployment("running", plainDeployment),
  ],
];

describe("the components without `@pulumi/kubernetes`", () => {
  const resolver = Module as unknown as { _resolveFilename: (...args: unknown[]) => string };
  const resolve = resolver._resolveFilename;

  before(() => {
    resolver._resolveFilename = (request, ...others) => {
      if (/^@pulumi\/kubernetes\b/.test(String(request))) throw new Error("not installed");
      return resolve(request, ...others);
    };
  });

  after(() => {
    resolver._resolveFilename = resolve;
  });

  for (const [what, make] of Object.entries(inAws)) {
    it(`make ${what}`, async () => {
      const made = await registered(make);
      assert.ok(made.length > 1);
      assert.deepEqual(
        made.filter(({ type }) => type.startsWith("kubernetes:")),
        [],
      );
    });
  }

  for (const [what, subject, make] of inKubernetes) {
    it(`name the package to install for ${what}`, () => {
      mocked();
      assert.throws(make, (error: unknown) => {
        assert.ok(pulumi.RunError.isInstance(error), String(error));
        assert.equal(
          error.message,
          `${subject} makes objects in Kubernetes and needs \`@pulumi/kubernetes\`, which is not installed; add it to the program's package.json`,
        );
        return true;
      });
    });
  }
});
