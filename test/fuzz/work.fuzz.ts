import assert from "node:assert/strict";
import { allowedBy, requested, leftOf } from "../../policy-pack/domain/iam/authority/grants";
import { unnarrowed } from "../../policy-pack/domain/iam/authority/effective";
import { parsePolicyDocument } from "../../core/policy/document";
import { patternOf } from "../../core/snapshot/regular-expression";
import { Unknown, type Value, type ValueRecord } from "../../core/snapshot/value";
import type { Resource } from "../../core/snapshot/resource";
import { readDocuments } from "../../engine/kubernetes/documents";
import { embeddedYaml } from "../../policy-pack/read/resource/embedded-yaml";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { callsIn } from "../support/counted-work";
import { account, arn, byLambda, callable, policy, role, times } from "../support/growing";
import { resource, snapshotOf } from "../support/resources";

/** Four times as much may take so many times the work: four would be in proportion, sixteen the square. */
const most = 6;

function pod(name: string, spec: ValueRecord): Resource {
  return resource("kubernetes:core/v1:Pod", `acme/${name}`, {
    metadata: { name, namespace: "acme" },
    spec,
  });
}

function bindingTo(name: string, role: Value, subjects: readonly Value[]): Resource {
  return resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", name, {
    metadata: { name },
    roleRef: { kind: "ClusterRole", name: role },
    subjects,
  });
}

/** What grows in one thing, by how many of it there are. */
const growing: Readonly<Record<string, (count: number) => readonly Resource[]>> = {
  "keys of one Secret in an environment": (count) => [
    pod("desk", {
      containers: [
        {
          name: "main",
          env: times(count, (at) => ({
            name: `K${at}`,
            valueFrom: { secretKeyRef: { name: "crm", key: `k${at}` } },
          })),
        },
      ],
    }),
  ],
  "credentials in a ConfigMap": (count) => [
    resource("kubernetes:core/v1:ConfigMap", "acme/settings", {
      metadata: { name: "settings", namespace: "acme" },
      data: Object.fromEntries(times(count, (at) => [`DB_PASSWORD_${at}`, `Zx9kQ${at}qLp7`])),
    }),
    pod("desk", {
      containers: [{ name: "main", envFrom: [{ configMapRef: { name: "settings" } }] }],
    }),
  ],
  "volumes of a pod": (count) => [
    pod("desk", {
      containers: [
        {
          name: "main",
          volumeMounts: times(count, (at) => ({ name: `v${at}`, mountPath: `/${at}` })),
        },
      ],
      volumes: times(count, (at) => ({ name: `v${at}`, secret: { secretName: `s${at}` } })),
    }),
  ],
  "roles that one role trusts": (count) => [
    role(
      "hub",
      [
        {
          Effect: "Allow",
          Principal: { AWS: times(count, (at) => arn(`r${at}`)) },
          Action: "sts:AssumeRole",
        },
      ],
      "hub",
    ),
    ...times(count, (at) => role(`r${at}`, [byLambda], `t${at}`)),
  ],
  "roles that may assume any": (count) =>
    times(count, (at) => [
      role(`r${at}`, [byLambda], `t${at % 2}`),
      policy(`r${at}`, [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: arn("*") }]),
    ]).flat(),
  "bindings of one account": (count) =>
    times(count, (at) =>
      bindingTo(`b${at}`, "view", [{ kind: "ServiceAccount", name: "desk", namespace: "acme" }]),
    ),
  "accounts that one binding binds": (count) => [
    resource("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "acme/edit", {
      metadata: { name: "edit", namespace: "acme" },
      roleRef: { kind: "ClusterRole", name: "edit" },
      subjects: times(count, (at) => ({
        kind: "ServiceAccount",
        name: `a${at}`,
        namespace: "acme",
      })),
    }),
  ],
  "definitions of custom resources, and groups of which a role gives all": (count) => [
    ...times(count, (at) =>
      resource("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", `d${at}`, {
        metadata: { name: `desks.d${at}.io` },
        spec: { group: `d${at}.io`, names: { plural: "desks" }, scope: "Cluster" },
      }),
    ),
    resource("kubernetes:core/v1:Namespace", "acme", {
      metadata: { name: "acme", labels: { "agentid.dev/tenant": "acme" } },
    }),
    resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "many", {
      metadata: { name: "many" },
      rules: [
        { apiGroups: times(30 * count, (at) => `d${at}.io`), resources: ["*"], verbs: ["get"] },
      ],
    }),
    bindingTo("many", "many", [{ kind: "ServiceAccount", name: "desk", namespace: "acme" }]),
  ],
  "bindings of whom nobody knows": (count) =>
    times(count, (at) =>
      bindingTo(`b${at}`, "view", [
        { kind: "ServiceAccount", name: new Unknown(), namespace: "acme" },
      ]),
    ),
  "resources of a statement": (count) => [
    role("desk", [byLambda]),
    callable("desk", arn("desk")),
    policy("desk", [
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole", "iam:PassRole", "lambda:*"],
        Resource: times(count, (at) => arn(`r${at}`)),
      },
    ]),
  ],
  "accounts associated with one role": (count) =>
    times(count, (at) =>
      resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", `a${at}`, {
        clusterName: "main",
        namespace: "acme",
        serviceAccount: `a${at}`,
        roleArn: arn("desk"),
      }),
    ),
  "functions that each another may call": (count) =>
    times(count, (at) => [
      callable(`tool-${at}`, arn(`tool-${at}`)),
      role(`agent-${at}`, [byLambda]),
      callable(`agent-${at}`, arn(`agent-${at}`)),
      policy(`agent-${at}`, [
        {
          Effect: "Allow",
          Action: "lambda:InvokeFunction",
          Resource: `arn:aws:lambda:*:${account}:function:tool-${at}`,
        },
      ]),
    ])
      .flat()
      .map((each) =>
        each.name.startsWith("tool-")
          ? {
              ...each,
              inputs: {
                ...each.inputs,
                tags: { "agentid.dev/kind": "tool", "agentid.dev/effects": "payment" },
              },
            }
          : each,
      ),
  "pods whose namespace nobody knows": (count) =>
    times(count, (at) =>
      resource("kubernetes:core/v1:Pod", `p${at}`, {
        metadata: { name: `p${at}`, namespace: new Unknown() },
        spec: { serviceAccountName: "desk", containers: [{ name: "main" }] },
      }),
    ),
  "entries of whom nobody knows which user it is": (count) => [
    ...times(count, (at) => [
      role(`r${at}`, [byLambda]),
      resource("aws:eks/accessEntry:AccessEntry", `e${at}`, {
        clusterName: "main",
        principalArn: arn(`r${at}`),
        userName: new Unknown(),
      }),
    ]).flat(),
    ...times(count, (at) => bindingTo(`b${at}`, "view", [{ kind: "User", name: `u${at}` }])),
  ],
  "entries of whom nobody knows which group of a tenant it is": (count) =>
    times(count, (at) => [
      role(`r${at}`, [byLambda], `t${at}`),
      resource("aws:eks/accessEntry:AccessEntry", `e${at}`, {
        clusterName: "main",
        principalArn: arn(`r${at}`),
        kubernetesGroups: [new Unknown()],
      }),
      resource("kubernetes:core/v1:Namespace", `n${at}`, {
        metadata: { name: `n${at}`, labels: { "agentid.dev/tenant": `t${at}` } },
      }),
      resource("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", `n${at}/gives`, {
        metadata: { name: "gives", namespace: `n${at}` },
        roleRef: { kind: "ClusterRole", name: "edit" },
        subjects: [{ kind: "Group", name: `g${at}` }],
      }),
    ]).flat(),
  "functions whose name nobody knows": (count) =>
    times(count, (at) =>
      resource("aws:lambda/function:Function", `f${at}`, {
        name: new Unknown(),
        role: arn(`r${at}`),
      }),
    ),
  "statements that allow, and as many that deny": (count) => [
    role("desk", [byLambda]),
    policy("desk", [
      ...times(count, (at) => ({
        Effect: "Allow",
        Action: ["iam:PassRole", "lambda:*"],
        Resource: arn(`r${at}`),
      })),
      ...times(count, (at) => ({
        Effect: "Deny",
        Action: ["iam:PassRole", "lambda:*"],
        Resource: arn(`x${at}`),
      })),
    ]),
  ],
  "resources that one statement allows, and as many that another denies": (count) => [
    role("desk", [byLambda]),
    policy("desk", [
      {
        Effect: "Allow",
        Action: ["iam:PassRole", "lambda:*"],
        Resource: times(count, (at) => arn(`r${at}`)),
      },
      {
        Effect: "Deny",
        Action: ["iam:PassRole", "lambda:*"],
        Resource: [arn("r0"), ...times(count, (at) => arn(`x${at}`))],
      },
    ]),
  ],
  "statements under a condition": (count) => [
    role("desk", [byLambda]),
    callable("desk", arn("desk")),
    policy(
      "desk",
      times(count, (at) => ({
        Effect: "Allow",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": `r${at}` } },
      })),
    ),
  ],
};

/** Manifests that grow in one thing, as texts. */
const texts: Readonly<Record<string, (count: number) => string>> = {
  "keys of one map": (count) =>
    ["apiVersion: v1", "kind: ConfigMap", "metadata: { name: many }", "data:"]
      .concat(times(count, (at) => `  k${at}: v${at}`))
      .join("\n"),
  "keys of one map in braces": (count) =>
    `{ apiVersion: v1, kind: ConfigMap, data: { ${times(count, (at) => `k${at}: v`).join(", ")} } }`,
  "documents of one file": (count) =>
    times(count, (at) => `apiVersion: v1\nkind: Pod\nmetadata: { name: p${at} }`).join("\n---\n"),
};

describe("the work of reading", function () {
  for (const [what, make] of Object.entries(texts)) {
    it(`does not grow by the square of the ${what}`, async () => {
      read(make(10));
      const few = await callsIn(() => {
        read(make(200));
      });
      const many = await callsIn(() => {
        read(make(800));
      });
      assert.ok(many / few < most, `${few} calls and ${many} calls`);
    });
  }
});

function read(text: string): void {
  assert.equal(readDocuments(text, "many.yaml").kind, "ok");
  embeddedYaml(text);
}

describe("the work of judging", function () {
  for (const [what, make] of Object.entries(growing)) {
    it(`does not grow by the square of the ${what}`, async () => {
      await judge(make(10));
      const few = await callsIn(() => judge(make(50)));
      const many = await callsIn(() => judge(make(200)));
      assert.ok(many / few < most, `${few} calls and ${many} calls`);
    });
  }
});

describe("the work of comparing", () => {
  it("of a text with an expression is in proportion to the text, however it repeats", async () => {
    for (const pattern of ["^(a*)*b$", "^(a|a)*b$", "a*a*a*a*a*a*b", "^(a+)+$"]) {
      const fits = patternOf(pattern);
      const few = await callsIn(() => fits?.("a".repeat(250)));
      const many = await callsIn(() => fits?.("a".repeat(1_000)));
      assert.ok(many > few && many < most * few, `${pattern}: ${few} and ${many} calls`);
    }
  });

  it("of wildcards in Allow and Deny is done once for many requested actions", async () => {
    const statements = (effect: string, letter: string) =>
      times(60, (at) => ({ Effect: effect, Action: "*", Resource: `*${letter}${at}*` }));
    const parsed = parsePolicyDocument({
      Version: "2012-10-17",
      Statement: [...statements("Allow", "a"), ...statements("Deny", "b")],
    });
    assert.ok(parsed.kind === "document");
    const content = { kind: "document", document: parsed.document } as const;
    const policy = { name: "p", at: { urn: "p", property: "policy" }, content };
    const authority = { policies: [policy], limits: [] };
    const query = (action: string) => (): void => {
      const wanted = { actions: [requested(action)], resources: [requested("*")] };
      const allowed = allowedBy([policy], wanted, unnarrowed());
      assert.equal(leftOf(allowed, authority, unnarrowed()).length, 60);
    };
    const first = await callsIn(query("s3:GetObject"));
    const second = await callsIn(query("s3:PutObject"));
    assert.ok(second > 0 && second < first / 3, `${first} and ${second} calls`);
  });
});

async function judge(stack: readonly Resource[]): Promise<void> {
  const { findings } = await judgeSnapshot(snapshotOf(stack), { settings: defaultSettings });
  assert.deepEqual(
    findings.filter(({ rule }) => rule === "agentid"),
    [],
  );
}
