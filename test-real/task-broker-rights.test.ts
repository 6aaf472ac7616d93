import assert from "node:assert/strict";
import { desk } from "../test/components/task-broker/desk";
import { registered } from "../test/components/support/registered";
import { startApiServer, type ApiServer } from "./support/servers/api-server";

const rbac = "rbac.authorization.k8s.io";

/** The Role that the deployment makes for the intent `refund` of the tool. */
const tool = "acme.refunds.refund";

/** The components' objects in a cluster that limit a task broker, in the order of their creation. */
const made = [
  "Namespace",
  "ResourceQuota",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
];

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

describe("the rights of a task broker on an API server", () => {
  let cluster: ApiServer;
  let broker: string;

  before(async () => {
    cluster = await startApiServer("https://issuer.example");
    const resources = await registered(() => void desk());
    const objects = resources.map(({ inputs }) => inputs as unknown as Named);
    for (const kind of made) {
      const ofKind = objects.filter((object) => object.kind === kind);
      assert.ok(ofKind.length > 0, kind);
      for (const object of ofKind) await mustMake(object);
    }
    await mustMake(roleOf("other", "secrets"));
    await mustMake(bindingOf("theirs", tool, []));
    broker = await tokenOf("acme-broker", "decider", 600);
    await inForce();
  });

  after(() => cluster.stop());

  const roleOf = (name: string, resource: string) => ({
    apiVersion: `${rbac}/v1`,
    kind: "Role",
    metadata: { name, namespace: "acme" },
    rules: [{ apiGroups: [""], resources: [resource], verbs: ["get", "list"] }],
  });

  const bindingOf = (name: string, role: string, subjects: readonly object[], more = {}) => ({
    apiVersion: `${rbac}/v1`,
    kind: "RoleBinding",
    metadata: { name, namespace: "acme", labels: { "agentid/txn": "t1" } },
    roleRef: { apiGroup: rbac, kind: "Role", name: role },
    subjects,
    ...more,
  });

  const accountOf = (name: string, namespace = "acme-tasks") => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace, labels: { "agentid/txn": "t1" } },
  });

  const subject = (name: string, namespace = "acme-tasks") => ({
    kind: "ServiceAccount",
    namespace,
    name,
  });

  function pathOf({ apiVersion, kind, metadata }: Named): string {
    const group = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
    const space = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
    const plural = kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
    return `${group}${space}/${plural.toLowerCase()}`;
  }

  async function mustMake(object: Named): Promise<void> {
    const { status, body } = await cluster.query(pathOf(object), { method: "POST", body: object });
    assert.ok(status < 300 || status === 409, JSON.stringify(body));
  }

  /** The API server's answer to the broker: a status, and its refusal. */
  async function query(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: object,
    token = broker,
  ): Promise<string> {
    const answer = await cluster.query<{ readonly message?: string }>(path, {
      method,
      token,
      ...(body !== undefined && { body }),
    });
    const message = answer.body.message?.replace(/^.*denied request: /, "") ?? "";
    return answer.status < 300 ? "allowed" : `${answer.status} ${message}`;
  }

  const make = (object: Named): Promise<string> => query("POST", pathOf(object), object);

  async function tokenOf(namespace: string, name: string, seconds: number): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { body } = await cluster.query<{ readonly status: { readonly token: string } }>(path, {
      method: "POST",
      body: tokenRequest(seconds),
    });
    return body.status.token;
  }

  const tokenRequest = (seconds: number) => ({
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { audiences: [cluster.url], expirationSeconds: seconds },
  });

  const askToken = (namespace: string, name: string, seconds = 600): Promise<string> =>
    query(
      "POST",
      `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      tokenRequest(seconds),
    );

  /** Waits until the API server has taken up the policies. */
  async function inForce(): Promise<void> {
    const probes = [bindingOf("probe", tool, [subject("probe")]), accountOf("probe")];
    for (const probe of probes) {
      for (;;) {
        const answer = await query("POST", `${pathOf(probe)}?dryRun=All`, probe);
        if (answer.startsWith("422") || answer.startsWith("403 the task broker")) break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  /** Waits for an answer: the API server's authorizer receives bindings by a watch. */
  async function assumes(wanted: string, use: () => Promise<string>): Promise<void> {
    for (let answer = await use(); !answer.startsWith(wanted); answer = await use()) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it("allow an account, a binding and a token for a task, and their end", async () => {
    const account = accountOf("task-1");
    const binding = bindingOf("task-1", tool, [subject("task-1")]);
    assert.equal(await make(account), "allowed");
    assert.equal(await make(binding), "allowed");
    assert.equal(await askToken("acme-tasks", "task-1"), "allowed");
    const task = await tokenOf("acme-tasks", "task-1", 600);
    const use = () => query("GET", "/api/v1/namespaces/acme/configmaps", undefined, task);
    await assumes("allowed", use);
    assert.match(await query("GET", "/api/v1/namespaces/acme/secrets", undefined, task), /^403/);
    assert.equal(await query("DELETE", `${pathOf(binding)}/task-1`), "allowed");
    await assumes("403", use);
    assert.equal(await query("DELETE", `${pathOf(account)}/task-1`), "allowed");
    assert.equal(await query("GET", "/api/v1/namespaces/acme-tasks/serviceaccounts"), "allowed");
  });

  const task = [subject("task-2")];
  const everyone = [{ apiGroup: rbac, kind: "Group", name: "system:authenticated" }];
  const clusterRole = {
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "cluster-admin" },
  };
  const onlySubject =
    "the only subject of a task's binding is the ServiceAccount of the same name in `acme-tasks`";
  const ofTask = "the task broker makes and deletes bindings named `task-…` alone";
  const ofAccounts = "the task broker makes, deletes and uses accounts named `task-…` alone";
  const refusals: Readonly<Record<string, readonly [() => Promise<string>, RegExp | string]>> = {
    "bind another Role": [
      () => make(bindingOf("task-2", "other", task)),
      /^403 .*attempting to grant RBAC permissions not currently held/s,
    ],
    "bind a ClusterRole": [
      () => make(bindingOf("task-2", "", task, clusterRole)),
      /^403 .*attempting to grant RBAC permissions/s,
    ],
    "bind for the whole cluster": [
      () =>
        make({
          ...bindingOf("task-2", "", task, clusterRole),
          kind: "ClusterRoleBinding",
          metadata: { name: "task-2" },
        }),
      /^403 /,
    ],
    "bind everyone": [() => make(bindingOf("task-2", tool, everyone)), `422 ${onlySubject}`],
    "bind itself": [
      () => make(bindingOf("task-2", tool, [subject("decider", "acme-broker")])),
      `422 ${onlySubject}`,
    ],
    "bind the account of another task": [
      () => make(bindingOf("task-2", tool, [subject("task-3")])),
      `422 ${onlySubject}`,
    ],
    "bind a second account beside the task's": [
      () => make(bindingOf("task-2", tool, [...task, subject("triage", "acme")])),
      `422 ${onlySubject}`,
    ],
    "bind no account": [() => make(bindingOf("task-2", tool, [])), `422 ${onlySubject}`],
    "bind under another name": [
      () => make(bindingOf("mine", tool, [subject("mine")])),
      `422 ${ofTask}`,
    ],
    "bind without the task's label": [
      () =>
        make({
          ...bindingOf("task-2", tool, task),
          metadata: { name: "task-2", namespace: "acme" },
        }),
      "422 a task's binding has the label `agentid/txn`",
    ],
    "delete a binding of others": [
      () => query("DELETE", `/apis/${rbac}/v1/namespaces/acme/rolebindings/theirs`),
      `422 ${ofTask}`,
    ],
    "change a binding": [
      () =>
        query("PATCH", `/apis/${rbac}/v1/namespaces/acme/rolebindings/theirs`, { subjects: task }),
      /^403 .*cannot patch resource "rolebindings"/,
    ],
    "bind in its own namespace": [
      () =>
        make({
          ...bindingOf("task-2", tool, task),
          metadata: { name: "task-2", namespace: "acme-broker" },
        }),
      /^403 .*cannot create resource "rolebindings"/,
    ],
    "make a Role": [() => make(roleOf("mine", "secrets")), /^403 .*cannot create resource "roles"/],
    "make an account of another name": [() => make(accountOf("mine")), `422 ${ofAccounts}`],
    "make an account elsewhere": [
      () => make(accountOf("task-2", "acme")),
      /^403 .*cannot create resource "serviceaccounts"/,
    ],
    "delete an account of others": [
      () => query("DELETE", "/api/v1/namespaces/acme-tasks/serviceaccounts/default"),
      `422 ${ofAccounts}`,
    ],
    "ask for a token of another account of the namespace": [
      () => askToken("acme-tasks", "default"),
      `422 ${ofAccounts}`,
    ],
    "ask for a token of an agent": [
      () => askToken("acme", "triage"),
      /^403 .*cannot create resource "serviceaccounts\/token"/,
    ],
    "ask for a token of its own": [
      () => askToken("acme-broker", "decider"),
      /^403 .*cannot create resource "serviceaccounts\/token"/,
    ],
    "read Secrets": [
      () => query("GET", "/api/v1/namespaces/acme-tasks/secrets"),
      /^403 .*cannot list resource "secrets"/,
    ],
  };
  for (const [what, [attempt, refused]] of Object.entries(refusals)) {
    it(`do not allow ${what}`, async () => {
      const answer = await attempt();
      if (typeof refused === "string") assert.equal(answer, refused);
      else assert.match(answer, refused);
    });
  }

  it("do not allow a token that outlasts its task", async () => {
    assert.equal(await make(accountOf("task-4")), "allowed");
    assert.equal(
      await askToken("acme-tasks", "task-4", 3600),
      "422 a task's token lasts 600 seconds at most",
    );
  });

  it("leave others alone", async () => {
    assert.match(await tokenOf("acme-tasks", "default", 3600), /^ey/);
    await mustMake(bindingOf("others", tool, everyone));
  });

  it("allow no pod among the accounts of tasks", async () => {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "mine", namespace: "acme-tasks" },
      spec: {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "main",
            image: "registry.example/mine:1.0.0",
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
            },
          },
        ],
      },
    };
    const { status, body } = await cluster.query<{ readonly message: string }>(pathOf(pod), {
      method: "POST",
      body: pod,
    });
    assert.equal(status, 403);
    assert.match(body.message, /exceeded quota: agentid-quota|status unknown for quota/);
  });
});
