import * as assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Agent, Orchestrator, Tenant, Tool } from "../../components";
import { componentProvider } from "../../provider/component-provider";
import schema from "../../provider/schema.json";
import { acme } from "../components/support/acme";
import { mocked } from "../components/support/registered";

const root = join(__dirname, "../..");

describe("the schema", () => {
  it("has the components and no stray output", () => {
    const outputs = Object.entries(schema.resources).map(([type, { properties }]) => [
      type,
      Object.keys(properties),
    ]);
    const workload = [
      "namespace",
      "serviceAccountName",
      "roleArn",
      "roleName",
      "pod",
      "ecsTask",
      "lambda",
      "agentCoreRuntime",
      "profileArn",
    ];
    assert.deepEqual(Object.fromEntries(outputs), {
      "agentid:index:Tenant": ["name", "namespace", "boundaryArn", "trustAnchorArn", "ref"],
      "agentid:index:Orchestrator": [...workload, "brokerRef"],
      "agentid:index:Agent": [...workload, "brokerRef"],
      "agentid:index:Tool": [...workload, "ref", "brokerRef"],
      "agentid:index:LegacyTool": [
        ...workload,
        "ref",
        "brokerRef",
        "secretArn",
        "secretName",
        "providerName",
        "rotateBefore",
      ],
      "agentid:index:Gateway": ["arn", "url", "roleArn", "policyEngineId", "ref"],
      "agentid:index:GrantPolicyStore": ["policyStoreId", "arn", "entities"],
      "agentid:index:TaskBroker": [
        "roleArn",
        "namespace",
        "serviceAccountName",
        "tasksNamespace",
        "ref",
      ],
      "agentid:index:TaskBrokerDeployment": ["issuer", "serviceName"],
      "agentid:index:AgentStack": ["workloads", "gateways"],
    });
  });

  it("has no enumeration in an output, which programs in YAML could not pass on", () => {
    const types: Readonly<Record<string, object>> = schema.types;
    const reached = new Set<string>();
    const visit = (value: unknown): void => {
      for (const [, token = ""] of JSON.stringify(value).matchAll(/"#\/types\/([^"]+)"/g)) {
        if (reached.has(token)) continue;
        reached.add(token);
        visit(types[token]);
      }
    };
    for (const { properties } of Object.values(schema.resources)) visit(properties);
    assert.ok(reached.has("agentid:index:ToolRisk"));
    assert.deepEqual(
      [...reached].filter((token) => "enum" in (types[token] ?? {})),
      [],
    );
  });

  it("carries the package's version, as the runnable provider does", () => {
    const versionOf = (path: string): unknown =>
      (JSON.parse(readFileSync(join(root, path), "utf8")) as { version: unknown }).version;
    assert.equal(schema.version, versionOf("package.json"));
    assert.equal(schema.version, versionOf("provider/package.json"));
  });
});

describe("the component provider", () => {
  const provider = componentProvider(schema, [Tenant, Orchestrator, Agent, Tool]);

  it("constructs a component and answers the outputs that its schema names", async () => {
    const seen = mocked();
    const made = await provider.construct?.("refunds", "agentid:index:Tool", { tenant: acme }, {});
    assert.equal(
      await valueOf(made?.urn),
      "urn:pulumi:stack::project::agentid:index:Tool::refunds",
    );
    assert.deepEqual(Object.keys(made?.state ?? {}), [
      "namespace",
      "serviceAccountName",
      "roleArn",
      "roleName",
      "pod",
      "ecsTask",
      "lambda",
      "agentCoreRuntime",
      "profileArn",
      "ref",
      "brokerRef",
    ]);
    assert.equal(
      await valueOf(made?.state["roleArn"]),
      "arn:aws:iam::111122223333:role/agentid/acme/acme.refunds",
    );
    assert.equal(await valueOf(made?.state["serviceAccountName"]), "refunds");
    assert.deepEqual(
      seen().map(({ type }) => type),
      ["agentid:index:Tool", "aws:iam/role:Role", "kubernetes:core/v1:ServiceAccount"],
    );
  });

  it("names its components when another is requested", async () => {
    const known =
      "`agentid:index:Tenant`, `agentid:index:Orchestrator`, `agentid:index:Agent`, `agentid:index:Tool`";
    await assert.rejects(
      provider.construct?.("x", "agentid:index:Agents", {}, {}) ?? assert.fail(),
      {
        message: `component \`agentid:index:Agents\` is unknown; use one of ${known}`,
      },
    );
  });

  it("starts as a plugin that returns its schema", async () => {
    const plugin = spawn(
      process.execPath,
      ["--require", "./test/support/from-source.cjs", "provider/index.ts", "127.0.0.1:1"],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    try {
      assert.deepEqual(JSON.parse(await schemaFrom(await portOf(plugin))), schema);
    } finally {
      plugin.kill();
    }
  });
});

function portOf(plugin: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    plugin.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(Number.parseInt(text, 10));
    });
    plugin.on("exit", (code) => {
      reject(new Error(`the plugin ended with ${code}`));
    });
  });
}

function schemaFrom(port: number): Promise<string> {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return new Promise((resolve, reject) => {
    client.getSchema(new GetSchemaRequest(), (error: Error | null, response: GetSchemaResponse) => {
      client.close();
      if (error) reject(error);
      else resolve(response.getSchema());
    });
  });
}

function valueOf(value: unknown): Promise<unknown> {
  return (pulumi.output(value) as unknown as { promise: () => Promise<unknown> }).promise();
}
