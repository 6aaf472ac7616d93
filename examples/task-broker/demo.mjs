// One task from its beginning to its end, without a cloud or a cluster: `npm start -- examples/task-broker`.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { decodeJwt } from "jose";
import { callProvider, exchange } from "pulumi-agentid/agent";
import { issuer } from "./issuers.mjs";
import { startTool } from "./tool.mjs";

const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "agentid-task-broker-"));
const say = (...columns) =>
  console.log(
    columns
      .map((text, at) => text.padEnd([9, 46][at] ?? 0))
      .join("")
      .trimEnd(),
  );

// Who there is: a user, a person who approves, an operator, and workloads, each with a token of its own.
const [cluster, people] = [
  await issuer("https://cluster.example"),
  await issuer("https://login.example"),
];
const [brokerPort, toolPort] = [await freePort(), await freePort()];
const brokerUrl = `http://127.0.0.1:${brokerPort}`;
const resource = `http://127.0.0.1:${toolPort}/mcp`;
const account = (name) => `system:serviceaccount:acme:${name}`;
const workloadToken = (name) => () => cluster.sign({ sub: account(name), aud: brokerUrl });
const userToken = (name, claims) =>
  people.sign({ sub: name, aud: "agents", org: "acme", ...claims });

writeFileSync(join(folder, "cluster.json"), JSON.stringify(cluster.keys));
writeFileSync(join(folder, "people.json"), JSON.stringify(people.keys));
// The component TaskBroker writes this file from what a program declares. JSON is YAML.
writeFileSync(
  join(folder, "broker.yaml"),
  JSON.stringify({
    tenant: "acme",
    issuer: brokerUrl,
    listen: `127.0.0.1:${brokerPort}`,
    state: { sqlite: "broker.db" },
    drainSeconds: 0,
    issuers: [
      { name: "cluster", kind: "kubernetes", issuer: cluster.url, keys: "cluster.json" },
      { name: "people", kind: "oidc", issuer: people.url, keys: "people.json" },
    ],
    workloads: [
      { name: "desk", subjects: subjects("desk"), clients: ["desk-web"] },
      { name: "triage", subjects: subjects("triage") },
    ],
    tools: [{ name: "orders", resource, subjects: subjects("orders") }],
    users: { issuer: "people", audiences: ["agents"], require: { org: "acme" } },
    approvers: { require: { groups: "refund-approvers" } },
    operators: { require: { groups: "platform" } },
    login: { client: "agentid" },
    grants: [
      grant({ intents: ["read"], sensitivity: "confidential" }),
      grant({ intents: ["note"], sensitivity: "internal" }),
      grant({
        ...{ intents: ["refund"], sensitivity: "confidential", approval: "human" },
        conditions: [
          { key: "cents", atMost: 5000 },
          { key: "actors", oneOf: ["desk"] },
        ],
      }),
    ],
  }),
);
for (const [name, groups] of [
  ["ann", ["refund-approvers"]],
  ["olga", ["platform"]],
]) {
  // As of a login a moment ago at the broker's own client: no workload has such a token.
  const login = { azp: "agentid", auth_time: Math.floor(Date.now() / 1000) };
  const token = await userToken(name, { groups, ...login });
  writeFileSync(join(folder, name), token, { mode: 0o600 });
}

const broker = spawn(process.execPath, [cli, "broker", "--config", join(folder, "broker.yaml")], {
  stdio: ["ignore", "pipe", "ignore"],
});
const connections = new Map();
let isAsExpected = true;
let tool;
try {
  for await (const line of createInterface(broker.stdout)) {
    console.log(`${line}\n`);
    break;
  }
  tool = await startTool({
    issuer: brokerUrl,
    port: toolPort,
    workloadToken: workloadToken("orders"),
  });
  await show();
} finally {
  broker.kill("SIGTERM");
  await once(broker, "exit");
  for (const { client } of connections.values()) await client?.close();
  tool?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = isAsExpected ? 0 : 1;

async function show() {
  // The orchestrator has the user's token, and hands the task on: for one order, and to one agent.
  const desk = { issuer: brokerUrl, workloadToken: workloadToken("desk") };
  const alice = await userToken("alice", { azp: "desk-web" });
  const { token: task } = await exchange(desk, {
    subjectToken: () => alice,
    ...{ audience: "acme.triage", details: [{ tools: ["orders"], targets: ["order/8812"] }] },
  });
  console.log(
    "alice asks desk about order 8812; desk hands the task to triage, for that order alone\n",
  );

  const read = { tool: "read_order", intent: "read", order: "8812", sensitivity: "internal" };
  const refund = { tool: "refund_order", intent: "refund", order: "8812", cents: 4900 };
  await call("allowed", "reads the order", task, read);
  await call("allowed", "writes a note", task, {
    ...{ ...read, tool: "note_order", intent: "note", text: "damaged" },
  });
  await call("waits", "refunds 49.00", task, refund);
  agentid("approve", approvalOf(agentid("approve")), "--token-file", "ann");
  await call("allowed", "refunds 49.00, once ann has approved", task, refund);

  await call("refused", "another order", task, { ...read, order: "8813" });
  await call("refused", "an intent that no grant has", task, { ...read, intent: "close" });
  await call("refused", "data that is more sensitive", task, {
    ...read,
    sensitivity: "restricted",
  });
  await call("waits", "refunds 48.00: a person has to agree", task, { ...refund, cents: 4800 });
  await call("refused", "refunds 51.00: more than the grant has", task, { ...refund, cents: 5100 });
  const mallory = await userToken("mallory", { azp: "desk-web", org: "globex" });
  await call("refused", "for a user of another tenant", mallory, read, "desk");
  const { txn } = decodeJwt(task);
  const ended = agentid("revoke", "--task", txn, "--token-file", "olga");
  if (!ended.startsWith(`revoked task ${txn}`)) isAsExpected = false;
  await call("refused", "reads the order, after the end of the task", task, read);

  console.log("\nwho acted, by the trail:\n");
  const lines = agentid("trail", "--task", txn, "--token-file", "olga").trimEnd().split("\n");
  // Grants are named by their hash, and times by the second: left out here, for the width.
  for (const line of lines)
    console.log(line.replace(/^\S+T(\S+)\.\d+Z/, "$1").replace(/ {2}grant \S+/, ""));
}

/** The agent calls the tool by the official MCP client, and what comes of it is printed. */
async function call(expected, what, subject, wanted, by = "triage") {
  const { tool: name, intent, order, sensitivity = "confidential", ...args } = wanted;
  let outcome, text;
  const client = await connected(subject, by, {
    intent,
    target: `order/${order}`,
    sensitivity,
    context: args,
  }).catch((error) => ({ callTool: () => Promise.reject(error) }));
  try {
    const { content } = await client.callTool({ name, arguments: { order, ...args } });
    [outcome, text] = ["allowed", content[0].text];
  } catch (error) {
    const { message } = error.cause ?? error;
    outcome = message.includes("authorization_pending") ? "waits" : "refused";
    text = message.replace(/^.*?(\w+: )(?:\w+: )?/, "$1");
  }
  if (outcome !== expected) isAsExpected = false;
  say(outcome, what, text);
}

/** A connection for each workload and subject; each call has a token of its own, for the details of that call. */
async function connected(subject, by, details) {
  const key = `${by} ${subject}`;
  const known = connections.get(key) ?? { details };
  connections.set(key, known);
  known.details = details;
  known.client ??= await open(subject, by, known);
  return known.client;
}

async function open(subject, by, known) {
  const provider = callProvider(
    { issuer: brokerUrl, workloadToken: workloadToken(by) },
    { resource, subjectToken: () => subject, details: () => known.details },
  );
  const client = new Client({ name: by, version: "1" });
  const options = { authProvider: provider, fetch: provider.fetch };
  await client.connect(new StreamableHTTPClientTransport(new URL(resource), options));
  return client;
}

function agentid(command, ...args) {
  const flags = args.includes("--token-file") ? [] : ["--token-file", "ann"];
  const given = [command, "--broker", brokerUrl, ...args, ...flags];
  const { stdout, stderr } = spawnSync(process.execPath, [cli, ...given], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  if (stdout === "") throw new Error(stderr);
  return stdout;
}

function approvalOf(listed) {
  const [id] = listed.split(" ");
  say("", `agentid approve ${id.slice(0, 8)}…, as ann`, "");
  return id;
}

function subjects(name) {
  return [{ issuer: "cluster", subject: account(name) }];
}

function grant(parts) {
  return { caller: "triage", tool: "orders", approval: "none", maxSeconds: 60, ...parts };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
