import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { decodeJwt, type JSONWebKeySet } from "jose";
import type { Configuration } from "../broker/configuration/configuration";
import { sessionPolicy } from "../broker/credentials/session-policy";
import { startBroker, type Running } from "../broker/start";
import type { Value } from "../core/snapshot/value";
import { deskConfiguration, grant, peopleKey, signed } from "../test/broker/support/desk";
import { mayMake } from "../test/support/requests";
import { checkout } from "./support/checkout";
import { runCommand } from "./support/command";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { startMoto, type Moto } from "./support/servers/moto";
import { startSpire, type Spire } from "./support/servers/spire";
import { temporaryFolder } from "./support/temporary";

const clusterIssuer = "https://cluster.example";
const issuer = "https://broker.acme.example";
const resource = "https://refunds.acme.example/mcp";
const rbac = "/apis/rbac.authorization.k8s.io/v1";
const awsType = "urn:agentid:params:oauth:token-type:aws-session";
const kubernetesType = "urn:agentid:params:oauth:token-type:kubernetes-account";

type Answered = Readonly<Record<string, unknown>>;

describe("a task broker on an API server, SPIRE and AWS", () => {
  let cluster: ApiServer;
  let spire: Spire;
  let moto: Moto;
  let running: Running;
  const folder = temporaryFolder();

  before(async () => {
    [cluster, spire, moto] = await Promise.all([
      startApiServer(clusterIssuer),
      startSpire("acme.example", "spire.acme.example"),
      startMoto(),
    ]);
    Object.assign(process.env, moto.env);
    await setUp();
    running = await startBroker(await configuration(), () => undefined);
  });

  after(async () => {
    await running.stop();
    await Promise.all([cluster.stop(), spire.stop(), moto.stop()]);
  });

  async function make(path: string, body: object): Promise<void> {
    const { status } = await cluster.query(path, { method: "POST", body });
    assert.ok(status < 300 || status === 409, `${path}: ${status}`);
  }

  /** What the component `TaskBroker` makes in a cluster, with an agent and what its tool reads. */
  async function setUp(): Promise<void> {
    for (const name of ["acme", "acme-tasks", "broker"]) {
      await make("/api/v1/namespaces", { metadata: { name } });
    }
    await make("/api/v1/namespaces/acme/serviceaccounts", { metadata: { name: "triage" } });
    await make("/api/v1/namespaces/broker/serviceaccounts", { metadata: { name: "broker" } });
    await make("/api/v1/namespaces/acme/configmaps", {
      ...{ metadata: { name: "orders" }, data: { a: "1" } },
    });
    const roles: readonly (readonly [string, string, readonly object[]])[] = [
      [
        ...(["acme", "refunds"] as const),
        [{ apiGroups: [""], resources: ["configmaps"], resourceNames: ["orders"], verbs: ["get"] }],
      ],
      [
        ...(["acme", "broker"] as const),
        [
          {
            apiGroups: ["rbac.authorization.k8s.io"],
            ...{ resources: ["rolebindings"], verbs: ["create", "delete"] },
          },
          {
            apiGroups: ["rbac.authorization.k8s.io"],
            ...{ resources: ["roles"], resourceNames: ["refunds"], verbs: ["bind"] },
          },
          { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
        ],
      ],
      [
        ...(["acme-tasks", "broker"] as const),
        [
          { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["create", "delete"] },
          { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
        ],
      ],
    ];
    for (const [namespace, name, rules] of roles) {
      await make(`${rbac}/namespaces/${namespace}/roles`, { metadata: { name }, rules });
      if (name !== "broker") continue;
      await make(`${rbac}/namespaces/${namespace}/rolebindings`, {
        metadata: { name },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
        subjects: [{ kind: "ServiceAccount", name: "broker", namespace: "broker" }],
      });
    }
  }

  async function accountToken(namespace: string, name: string, spec: object): Promise<string> {
    const { body } = await cluster.query<{ status: { token: string } }>(
      `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      {
        method: "POST",
        body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec },
      },
    );
    return body.status.token;
  }

  async function configuration(): Promise<Configuration> {
    const base = await deskConfiguration();
    const { body: clusterKeys } = await cluster.query<JSONWebKeySet>("/openid/v1/jwks");
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, await accountToken("broker", "broker", {}), { mode: 0o600 });
    const caFile = join(folder, "ca.crt");
    const { clusters } = JSON.parse(readFileSync(cluster.kubeconfig, "utf8")) as {
      clusters: { cluster: Record<string, string> }[];
    };
    writeFileSync(
      caFile,
      Buffer.from(clusters[0]?.cluster["certificate-authority-data"] ?? "", "base64"),
    );
    const set = (keys: JSONWebKeySet): Configuration["issuers"][number]["keys"] => ({
      kind: "set",
      set: { keys: keys.keys },
    });
    const spireKeys = await spire.keys();
    return {
      ...base,
      state: { kind: "sqlite", file: join(folder, "broker.db") },
      issuers: base.issuers.map((one) =>
        one.name === "spire"
          ? { ...one, keys: set(spireKeys), algorithms: ["ES256", "RS256"] }
          : one.name === "cluster"
            ? { ...one, keys: set(clusterKeys) }
            : one,
      ),
      workloads: base.workloads.map((one) =>
        one.name === "refunds"
          ? {
              ...one,
              tool: {
                resource,
                roleArn: "arn:aws:iam::111122223333:role/agentid/acme/refunds",
                sessions: [
                  {
                    ...{ intents: ["refund"], actions: ["s3:GetObject"] },
                    resources: ["arn:aws:s3:::orders/{target}"],
                  },
                ],
                roles: { namespace: "acme", of: [{ intents: ["refund"], role: "refunds" }] },
              },
            }
          : one,
      ),
      kubernetes: {
        api: { url: cluster.url, caFile, tokenFile },
        tasksNamespace: "acme-tasks",
      },
      grants: [grant({ maxSeconds: 120 })],
    };
  }

  async function query(
    parts: Readonly<Record<string, string>> = {},
    client?: { readonly assertion: string; readonly type: string },
  ): Promise<{ readonly status: number; readonly body: Answered }> {
    const user = await userTokenOf("alice");
    const permissionHolder = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const { assertion, type } = client ?? {
      assertion: await accountToken("acme", "triage", {
        audiences: [issuer],
        expirationSeconds: 600,
      }),
      type: permissionHolder,
    };
    const answer = await fetch(`http://127.0.0.1:${running.port}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        ...{ subject_token: user, subject_token_type: "urn:ietf:params:oauth:token-type:jwt" },
        ...{ client_assertion: assertion, client_assertion_type: type, resource },
        authorization_details: JSON.stringify([
          { type: "agentid_call", intent: "refund", target: "8812", sensitivity: "internal" },
        ]),
        ...parts,
      }),
    });
    return { status: answer.status, body: (await answer.json()) as Answered };
  }

  async function userTokenOf(name: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return signed(await peopleKey, {
      ...{ iss: "https://login.acme.example", sub: name, aud: "agents", azp: "triage-web" },
      ...{ org: "acme", iat: now, exp: now + 3000, jti: randomUUID() },
    });
  }

  async function revoke(kind: string, value: string, seconds: number): Promise<Answered> {
    const token = await signed(await peopleKey, {
      ...{ iss: "https://login.acme.example", sub: "olga", aud: "agents", org: "acme" },
      ...{ groups: ["platform"], azp: "console", auth_time: Math.floor(Date.now() / 1000) },
    });
    const answer = await fetch(`http://127.0.0.1:${running.port}/revocations`, {
      ...{ method: "POST", headers: { authorization: `Bearer ${token}` } },
      body: JSON.stringify({ kind, value, seconds }),
    });
    assert.equal(answer.status, 200);
    return (await answer.json()) as Answered;
  }

  const orders = "/api/v1/namespaces/acme/configmaps/orders";
  const accounts = async (): Promise<readonly string[]> => {
    const { body } = await cluster.query<{ items: { metadata: { name: string } }[] }>(
      "/api/v1/namespaces/acme-tasks/serviceaccounts",
    );
    return body.items
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith("task-"));
  };

  it("takes a JWT-SVID of SPIRE and a ServiceAccount token of the API server", async () => {
    const svid = await spire.mintToken("spiffe://acme.example/acme/triage", issuer, 120);
    const type = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe";
    const bySpire = await query({}, { assertion: svid, type });
    assert.equal(bySpire.status, 200, JSON.stringify(bySpire.body));
    const byCluster = await query();
    assert.equal(byCluster.status, 200, JSON.stringify(byCluster.body));
    const other = await spire.mintToken("spiffe://acme.example/acme/nobody", issuer, 120);
    assert.equal((await query({}, { assertion: other, type })).status, 401);
    const away = await spire.mintToken("spiffe://acme.example/acme/triage", "https://x", 120);
    assert.equal((await query({}, { assertion: away, type })).status, 401);
  });

  it("gives an account of Kubernetes that does what the tool's Role does, and is refused at once when revoked", async () => {
    const { status, body } = await query({ requested_token_type: kubernetesType });
    assert.equal(status, 200, JSON.stringify(body));
    const token = String(body["access_token"]);
    assert.equal((await cluster.query(orders, { token })).status, 200);
    assert.equal(
      (await cluster.query("/api/v1/namespaces/acme/configmaps", { token })).status,
      403,
    );
    assert.equal((await accounts()).length, 1);
    const ended = await revoke("agent", "triage", 0);
    const { kubernetes } = ended["ended"] as { kubernetes: { count: number } };
    assert.equal(kubernetes.count, 1);
    assert.equal((await cluster.query(orders, { token })).status, 403);
    assert.deepEqual(await accounts(), []);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.equal((await query({ requested_token_type: kubernetesType })).status, 200);
  });

  it("takes an account away when its time is over", async () => {
    const details = { type: "agentid_call", intent: "refund", sensitivity: "internal", seconds: 2 };
    const { body } = await query({
      requested_token_type: kubernetesType,
      authorization_details: JSON.stringify([details]),
    });
    const token = String(body["access_token"]);
    assert.equal((await cluster.query(orders, { token })).status, 200);
    while ((await cluster.query(orders, { token })).status !== 403) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });

  it("gives a session of the tool's role, by which an SDK calls AWS, with who acts and the task in it", async () => {
    const { status, body } = await query({ requested_token_type: awsType });
    assert.equal(status, 200, JSON.stringify(body));
    const given = body["aws"] as Record<string, string>;
    const client = new STSClient({
      credentials: {
        accessKeyId: String(given["AccessKeyId"]),
        secretAccessKey: String(given["SecretAccessKey"]),
        sessionToken: String(given["SessionToken"]),
      },
    });
    const { Arn: arn = "" } = await client.send(new GetCallerIdentityCommand({}));
    assert.match(arn, /^arn:aws:sts::111122223333:assumed-role\/refunds\/[0-9a-f-]{36}$/);
    const left = Date.parse(String(given["Expiration"])) - Date.now();
    assert.ok(left > 100_000 && left <= 120_000, `${left} ms`);
    const rows = await running.broker.store.all("select line from trail where txn = $1", [
      arn.split("/").at(-1) ?? "",
    ]);
    const [line] = rows.map((row) => JSON.parse(String(row["line"])) as Answered);
    assert.deepEqual(
      [line?.["kind"], line?.["user"], line?.["chain"], line?.["target"]],
      ["aws", "alice", ["triage"], "8812"],
    );
  });

  it("gives an unchanged SDK the same session for a task, by the container credentials endpoint and credential_process", async () => {
    const [identity, subject, authorization] = ["identity", "subject", "authorization"].map(
      (name) => join(folder, name),
    ) as [string, string, string];
    writeFileSync(
      identity,
      await accountToken("acme", "triage", { audiences: [issuer], expirationSeconds: 600 }),
    );
    writeFileSync(subject, await userTokenOf("alice"));
    writeFileSync(authorization, "what only the agent's pod has");
    const args = [
      ...["credentials", "--broker", `http://127.0.0.1:${running.port}`],
      ...["--identity", identity, "--subject", subject, "--resource", resource, "--details"],
      JSON.stringify({ intent: "refund", target: "8812", sensitivity: "internal" }),
    ];
    const cli = [join(checkout, "dist/cli/main.js"), ...args];
    const child = spawn(
      process.execPath,
      [...cli, "--listen", "127.0.0.1:0", "--authorization", authorization],
      { stdio: ["ignore", "pipe", "inherit"], cwd: checkout },
    );
    try {
      const [stated] = (await once(child.stdout, "data")) as [Buffer];
      const [, uri = ""] = stated.toString().trim().split("=");
      const script = `
        const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
        (async () => {
          const arns = [];
          for (let at = 0; at < 3; at++) {
            arns.push((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn);
          }
          console.log(JSON.stringify(arns));
        })();`;
      const { AWS_ENDPOINT_URL, AWS_REGION } = moto.env;
      const env = { PATH: process.env["PATH"], HOME: folder, AWS_ENDPOINT_URL, AWS_REGION };
      const byEndpoint = await runCommand(process.execPath, ["-e", script], {
        cwd: checkout,
        env: {
          ...env,
          AWS_CONTAINER_CREDENTIALS_FULL_URI: uri,
          AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: authorization,
        },
      });
      assert.equal(byEndpoint.exitCode, 0, byEndpoint.stderr);
      const arns = JSON.parse(byEndpoint.stdout) as string[];
      assert.equal(new Set(arns).size, 1);
      assert.match(
        arns[0] ?? "",
        /^arn:aws:sts::111122223333:assumed-role\/refunds\/[0-9a-f-]{36}$/,
      );
      for (const headers of [{}, { authorization: "Bearer what only the agent's pod has" }]) {
        assert.equal((await fetch(uri, { headers })).status, 403);
      }
      const profile = join(folder, "aws-config");
      const command = [process.execPath, ...cli.map((each) => `'${each}'`)].join(" ");
      writeFileSync(profile, `[default]\ncredential_process = ${command}\n`);
      const byProcess = await runCommand(process.execPath, ["-e", script], {
        cwd: checkout,
        env: { ...env, AWS_CONFIG_FILE: profile },
      });
      assert.equal(byProcess.exitCode, 0, byProcess.stderr);
      assert.match(byProcess.stdout, /assumed-role\/refunds/);
    } finally {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
  });

  it("gives a session that AWS refuses after its window, by core's evaluator", () => {
    const until = 1_800_000_000;
    const rules = [
      {
        intents: ["refund"],
        actions: ["s3:GetObject"],
        resources: ["arn:aws:s3:::orders/{target}"],
      },
    ];
    const policy = sessionPolicy(rules, { intent: "refund", target: "8812" }, until, "refunds");
    const session = (JSON.parse(policy) as { Statement: Value }).Statement;
    const identity = [[{ Effect: "Allow", Action: "s3:*", Resource: "*" }]];
    const at = (seconds: number): string =>
      mayMake(
        { identity, session },
        {
          ...{ action: "s3:GetObject", on: "arn:aws:s3:::orders/8812" },
          keys: { "aws:CurrentTime": new Date((until + seconds) * 1000).toISOString() },
        },
      );
    assert.deepEqual([at(-1), at(0)], ["yes", "no"]);
  });

  it("ends what a pod received once the pod is gone", async () => {
    const podOf = async (): Promise<string> => {
      const { body } = await cluster.query<{ metadata: { uid: string } }>(
        "/api/v1/namespaces/acme/pods",
        {
          method: "POST",
          body: {
            metadata: { name: "triage-1" },
            spec: {
              serviceAccountName: "triage",
              containers: [{ name: "triage", image: "triage" }],
            },
          },
        },
      );
      assert.ok("uid" in body.metadata, JSON.stringify(body));
      return body.metadata.uid;
    };
    const uid = await podOf();
    const assertion = await accountToken("acme", "triage", {
      ...{ audiences: [issuer], expirationSeconds: 600 },
      boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "triage-1", uid },
    });
    const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const { body } = await query({ requested_token_type: kubernetesType }, { assertion, type });
    const token = String(body["access_token"]);
    await running.broker.endOfPods();
    assert.equal((await cluster.query(orders, { token })).status, 200);
    await fetchDelete("/api/v1/namespaces/acme/pods/triage-1");
    await podOf();
    await running.broker.endOfPods();
    await running.broker.reap();
    assert.equal((await cluster.query(orders, { token })).status, 403);
  });

  async function fetchDelete(path: string): Promise<void> {
    const { status } = await cluster.query(`${path}?gracePeriodSeconds=0`, { method: "DELETE" });
    assert.equal(status, 200);
  }

  it("issues nothing that it could not record, and leaves no account behind", async () => {
    const before = (await accounts()).length;
    const failing = running.broker.tasks;
    const issue = failing.issue.bind(failing);
    failing.issue = () => Promise.reject(new Error("disk full"));
    try {
      const { status, body } = await query({ requested_token_type: kubernetesType });
      assert.deepEqual([status, body], [503, { error: "temporarily_unavailable" }]);
    } finally {
      failing.issue = issue;
    }
    const rows = await running.broker.store.all(
      "select id from account where state = 'planned' and until > 0",
      [],
    );
    assert.equal(rows.length, 1);
    await running.broker.store.write({
      statements: [{ sql: "update account set until = 1 where state = 'planned'", values: [] }],
    });
    await running.broker.reap();
    assert.equal((await accounts()).length, before);
  });

  it("names the task of a token of Kubernetes in the API server's log", async () => {
    const { body } = await query({ requested_token_type: kubernetesType });
    const { sub = "" } = decodeJwt(String(body["access_token"]));
    const [, txn = ""] =
      /^system:serviceaccount:acme-tasks:task-([0-9a-f-]{36})-[0-9a-f]{8}$/.exec(sub) ?? [];
    const rows = await running.broker.store.all("select line from trail where txn = $1", [txn]);
    assert.deepEqual(
      rows.map(({ line }) => (JSON.parse(String(line)) as Answered)["kind"]),
      ["kubernetes"],
    );
  });
});
