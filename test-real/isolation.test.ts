import assert from "node:assert/strict";
import { admissionCases } from "../test/support/admission-cases";
import { resourcesOf, reviewAccess, type Requested, type Kind } from "./support/access";
import { mustUp, onCluster } from "./support/on-cluster";
import { copyProject } from "./support/project";
import { startApiServer, type ApiServer } from "./support/servers/api-server";

const tenants = ["acme", "globex"] as const;

/** Every verb of RBAC. Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/. */
const verbs = [
  ...["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
  ...["bind", "escalate", "impersonate", "approve", "sign", "use", "*"],
];

const reading = ["get", "list", "watch"];
const writing = [...reading, "create", "update", "patch", "delete"];

/** What the program gives a tenant's deployers in its namespace. */
const deployersMay: Readonly<Record<string, readonly string[]>> = {
  "apps/deployments": writing,
  "apps/statefulsets": writing,
  "apps/daemonsets": writing,
  "apps/replicasets": reading,
  "batch/jobs": writing,
  "batch/cronjobs": writing,
  "autoscaling/horizontalpodautoscalers": writing,
  "/services": writing,
  "/configmaps": writing,
  "/pods": reading,
  "/pods/log": reading,
  "/events": reading,
};

/** What the program gives the account `inspector`; a verb with a name is for that object alone. */
const inspectorMay: Readonly<Record<string, readonly string[]>> = {
  "/configmaps": ["get settings"],
  "apps/deployments": reading,
};

/** What authenticated users may review about themselves. Source: kubernetes.io, RBAC, discovery roles. */
const everybodyMay: Readonly<Record<string, readonly string[]>> = {
  "authorization.k8s.io/selfsubjectaccessreviews": ["create"],
  "authorization.k8s.io/selfsubjectrulesreviews": ["create"],
  "authentication.k8s.io/selfsubjectreviews": ["create"],
};

describe("the isolation of two tenants on an API server", () => {
  let cluster: ApiServer;
  let kinds: readonly Kind[];

  before(async () => {
    cluster = await startApiServer("https://issuer.example");
    const project = await copyProject("test-real/programs/tenants");
    project.write(onCluster("tenants"));
    await mustUp(project, cluster);
    kinds = await resourcesOf(cluster);
  });

  after(() => cluster.stop());

  for (const tenant of tenants) {
    const accounts = {
      inspector: { user: account(tenant, "inspector"), may: inspectorMay },
      triage: { user: account(tenant, "triage"), may: {} },
      default: { user: account(tenant, "default"), may: {} },
      "a deployer by group": {
        user: { name: "somebody", groups: [`${tenant}-deployers`, "system:authenticated"] },
        may: deployersMay,
      },
      "a deployer by account": { user: account("ci", `${tenant}-deployer`), may: deployersMay },
    };
    for (const [name, { user, may }] of Object.entries(accounts)) {
      it(`allows ${name} of ${tenant} what was granted there, and nothing else anywhere`, async function () {
        this.timeout(600_000);
        const requested = kinds.flatMap((kind) => questionsOf(kind, tenant, may));
        assert.ok(requested.length > 3_000);
        const answers = await reviewAccess(cluster, user, requested);
        const wrong = requested.filter(({ expected }, index) => answers[index] !== expected);
        assert.deepEqual(wrong, []);
      });
    }
  }

  it("is in force", async () => {
    await inForce(cluster, ["acme", "globex"]);
  });

  for (const { name, because, objects, refused } of admissionCases) {
    it(`${refused === undefined ? "accepts" : "refuses"} ${name}`, async () => {
      await inForce(cluster, ["acme"]);
      const denied: string[] = [];
      // One after the other: a pod is let in only once its account is there.
      for (const object of objects) {
        const answer = await tryOut(cluster, object);
        if (answer !== undefined) denied.push(answer);
      }
      assert.deepEqual(
        denied.map((message) => message.replace(/^.*denied request: /, "")),
        refused === undefined ? [] : [refused],
        because,
      );
    });
  }

  it("accepts a token of EKS Pod Identity where the tenant uses that, and no other as long", async () => {
    await inForce(cluster, ["globex"]);
    const long = (audience: string) =>
      tryOut(cluster, {
        ...podOf("globex", "triage"),
        spec: {
          ...podOf("globex", "triage").spec,
          volumes: [
            {
              name: "eks-pod-identity-token",
              projected: {
                sources: [
                  { serviceAccountToken: { path: "token", audience, expirationSeconds: 86_400 } },
                ],
              },
            },
          ],
        },
      });
    assert.equal(await long("pods.eks.amazonaws.com"), undefined);
    assert.match(String(await long("sts.amazonaws.com")), /lasts 3600 seconds at most$/);
  });

  it("keeps out pods that are more than restricted", async () => {
    const pod = podOf("acme", "triage");
    const refused = await tryOut(cluster, { ...pod, spec: { ...pod.spec, hostNetwork: true } });
    assert.match(String(refused), /violates PodSecurity "restricted:latest": host namespaces/);
  });

  it("leaves namespaces alone that are no tenant's", async () => {
    const pod = podOf("default", "default");
    assert.equal(await tryOut(cluster, pod), undefined);
  });
});

function account(namespace: string, name: string) {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: [
      "system:serviceaccounts",
      `system:serviceaccounts:${namespace}`,
      "system:authenticated",
    ],
  };
}

/** Every verb for a kind in each namespace and in the cluster as a whole, and for the object that rights name. */
function questionsOf(
  kind: Kind,
  home: string,
  may: Readonly<Record<string, readonly string[]>>,
): readonly Requested[] {
  const key = `${kind.group}/${kind.resource}`;
  const granted = may[key] ?? [];
  // A name matters to RBAC only where a rule has names.
  const names = granted.some((verb) => verb.includes(" ")) ? [undefined, "settings"] : [undefined];
  return [...tenants, ""].flatMap((namespace) =>
    verbs.flatMap((verb) =>
      names.map((name) => {
        const own = namespace === home ? granted : [];
        const expected =
          own.includes(verb) ||
          (name !== undefined && own.includes(`${verb} ${name}`)) ||
          (everybodyMay[key] ?? []).includes(verb);
        return { ...kind, namespace, verb, expected, ...(name !== undefined && { name }) };
      }),
    ),
  );
}

function podOf(namespace: string, serviceAccountName: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name: "tried" },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "main",
          image: "registry.example/tried:1.0.0",
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    },
  };
}

/** The refusal of an object by the API server; nothing where it accepts it. Accounts are created, all else is only tried. */
async function tryOut(cluster: ApiServer, object: unknown): Promise<string | undefined> {
  const { kind, metadata } = object as { kind: string; metadata: { namespace: string } };
  const path = `/api/v1/namespaces/${metadata.namespace}/${kind.toLowerCase()}s`;
  const query = kind === "ServiceAccount" ? "" : "?dryRun=All";
  const { status, body } = await cluster.query<{ message: string }>(`${path}${query}`, {
    method: "POST",
    body: object,
  });
  return status < 300 ? undefined : body.message;
}

/** Waits until the API server has taken up the policies, which it does a little after it has taken them in. */
async function inForce(cluster: ApiServer, namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) {
    while (
      !/ValidatingAdmissionPolicy/.test((await tryOut(cluster, podOf(namespace, "default"))) ?? "")
    ) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
