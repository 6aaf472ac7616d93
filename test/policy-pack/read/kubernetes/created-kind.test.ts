import assert from "node:assert/strict";
import { Secret, Unknown, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import type { Resource } from "../../../../core/snapshot/resource";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import type { Finding } from "../../../../policy-pack/findings/finding";
import { IncrementalJudge, judgeSnapshot } from "../../../../policy-pack/run/judge";
import { resource, snapshotOf, urnOf } from "../../../support/resources";
import { fakes } from "../credentials/fakes";

/** An object of a core kind, with faults that only a reader of its kind finds. */
interface CoreObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly body: ValueRecord;
}

const key = { name: "CRM_API_KEY", value: fakes.slack };
const fromSecret = { secretKeyRef: { name: "crm", key: "token" } };
const spec = {
  serviceAccountName: "shared",
  containers: [
    { name: "main", image: "acme/main", env: [key, { name: "T", valueFrom: fromSecret }] },
  ],
};
const anonymous = [
  { kind: "User", name: "system:anonymous", apiGroup: "rbac.authorization.k8s.io" },
];
const assumed = { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/crm" };
const rbac = "rbac.authorization.k8s.io/v1";

const objects: readonly CoreObject[] = [
  { apiVersion: "v1", kind: "Pod", body: { spec } },
  { apiVersion: "apps/v1", kind: "Deployment", body: { spec: { template: { spec } } } },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    body: { spec: { jobTemplate: { spec: { template: { spec } } } } },
  },
  { apiVersion: "v1", kind: "Secret", body: { stringData: { token: fakes.slack } } },
  { apiVersion: "v1", kind: "ConfigMap", body: { data: { CRM_API_KEY: fakes.slack } } },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    body: { metadata: { annotations: assumed } },
  },
  {
    apiVersion: rbac,
    kind: "Role",
    body: { rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] },
  },
  {
    apiVersion: rbac,
    kind: "RoleBinding",
    body: { roleRef: { kind: "Role", name: "main" }, subjects: anonymous },
  },
  {
    apiVersion: rbac,
    kind: "ClusterRoleBinding",
    body: { roleRef: { kind: "ClusterRole", name: "cluster-admin" }, subjects: anonymous },
  },
  {
    apiVersion: "v1",
    kind: "Namespace",
    body: { metadata: { labels: { "agentid.dev/tenant": "acme" } } },
  },
];

/** The token that a program has for an object, by how it declares the object. */
const carriers: Readonly<Record<string, (object: CoreObject) => string>> = {
  "the typed class": ({ apiVersion, kind }) => typed(apiVersion, kind),
  CustomResource: ({ apiVersion, kind }) => `kubernetes:${apiVersion}:${kind}`,
  "the typed class of a patch": ({ apiVersion, kind }) => `${typed(apiVersion, kind)}Patch`,
  CustomResourcePatch: ({ apiVersion, kind }) => `kubernetes:${apiVersion}:${kind}Patch`,
};

function typed(apiVersion: string, kind: string): string {
  return `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
}

/** Objects beside the one in question, with which it shares, or which it binds. */
const beside = [
  placed("Pod", "beside", { spec: { ...spec, serviceAccountName: "shared" } }),
  placed("Pod", "globex", {
    metadata: { labels: { "agentid.dev/tenant": "globex" } },
    spec: { serviceAccountName: "main", containers: [{ name: "main", image: "acme/main" }] },
  }),
  placed("ServiceAccount", "shared", { metadata: { annotations: assumed } }),
  placed("RoleBinding", "bound", {
    roleRef: { kind: "Role", name: "main" },
    subjects: [{ kind: "ServiceAccount", name: "main", namespace: "acme" }],
  }),
];

function placed(kind: string, name: string, body: ValueRecord): Resource {
  const apiVersion = kind === "RoleBinding" ? rbac : "v1";
  const given = body["metadata"] as ValueRecord | undefined;
  const metadata = { ...given, name, namespace: "acme" };
  return resource(typed(apiVersion, kind), name, { apiVersion, kind, ...body, metadata });
}

function declared(
  token: string,
  { apiVersion, kind, body }: CoreObject,
  own: ValueRecord = {},
): Resource {
  const named = kind === "Namespace" ? { name: "acme" } : { name: "main", namespace: "acme" };
  const given = body["metadata"] as ValueRecord | undefined;
  return resource(token, "main", {
    apiVersion,
    kind,
    ...body,
    metadata: { ...given, ...named },
    ...own,
  });
}

async function findings(...resources: readonly Resource[]): Promise<readonly string[]> {
  const judged = await judgeSnapshot(snapshotOf([...beside, ...resources]), {
    settings: defaultSettings,
  });
  return judged.findings.map(lineOf).sort();
}

function lineOf({ rule, severity, verdict, message, at }: Finding): string {
  const name = at.urn.slice(at.urn.lastIndexOf("::") + 2);
  return `${rule} ${severity} ${verdict} ${name}#${at.property}: ${message}`;
}

const others = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.startsWith("agentid "));
const own = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith("agentid "));

describe("objects of core kinds", () => {
  for (const object of objects) {
    describe(object.kind, () => {
      const usual = () => findings(declared(typed(object.apiVersion, object.kind), object));

      it("has a fault that only its reader finds", async () => {
        assert.notDeepEqual(await usual(), await findings());
      });

      for (const [carrier, tokenOf] of Object.entries(carriers)) {
        it(`has the findings of its kind as ${carrier}`, async () => {
          assert.deepEqual(await findings(declared(tokenOf(object), object)), await usual());
        });

        it(`has them where its kind is unknown as ${carrier}`, async () => {
          const unknown = declared(tokenOf(object), object, { kind: new Unknown() });
          assert.deepEqual(await findings(unknown), await usual());
        });
      }

      const token = object.kind === "ConfigMap" ? "Endpoints" : "ConfigMap";

      it("has the findings of its own kind under the token of another, which is reported", async () => {
        const found = await findings(declared(`kubernetes:core/v1:${token}`, object));
        assert.deepEqual(others(found), await usual());
        const [line = "", ...more] = own(found);
        assert.deepEqual(more, []);
        assert.match(
          line,
          new RegExp(`of kind \`${token}\`, and the cluster creates a \`${object.kind}`),
        );
      });

      it("has the same findings as it comes as when all is read", async () => {
        const main = declared(`kubernetes:core/v1:${token}`, object);
        const judge = new IncrementalJudge({ settings: defaultSettings });
        for (const each of [...beside, main]) await judge.add(each);
        const judged = await judge.finish(snapshotOf([...beside, main]));
        assert.deepEqual(judged.findings.map(lineOf).sort(), await findings(main));
      });
    });
  }
});

describe("the kind of an object that is created", () => {
  const secret = objects.find(({ kind }) => kind === "Secret") as CoreObject;

  it("is not shown where it is marked as secret", async () => {
    const kind: Value = new Secret("Secret");
    const [line = ""] = own(await findings(declared("kubernetes:core/v1:Event", secret, { kind })));
    assert.match(line, /of kind `Event`, and the cluster creates an object of another kind$/);
  });

  it("is the one of the token where the object has none that the cluster takes", async () => {
    for (const kind of [undefined, "", "a:Pod", 7] as const) {
      const given = declared("kubernetes:v1:Secret", secret, kind === undefined ? {} : { kind });
      assert.deepEqual(own(await findings(given)), []);
    }
  });

  it("is reported where neither the token nor the object has one", async () => {
    const tokens = [
      "kubernetes:v1:Calling [toString] on an [Output<T>]",
      "kubernetes:apiextensions.k8s.io:CustomResource",
    ];
    for (const token of tokens) {
      const found = own(await findings(declared(token, secret, { kind: new Unknown() })));
      assert.match(found[0] ?? "", /its kind is not known before it is created$/);
      assert.deepEqual(own(await findings(declared(token, secret))), []);
    }
  });

  it("is the same in another version of its API", async () => {
    const deployment = objects.find(({ kind }) => kind === "Deployment") as CoreObject;
    const given = declared("kubernetes:extensions/v1beta1:Deployment", deployment);
    assert.deepEqual(own(await findings(given)), []);
  });

  it("is no matter of charts and groups of files", async () => {
    const types = [
      "helm.sh/v3:Release",
      "helm.sh/v4:Chart",
      "yaml/v2:ConfigGroup",
      "yaml:ConfigFile",
    ];
    for (const type of types) {
      const given = resource(`kubernetes:${type}`, "main", { kind: "Pod", apiVersion: "v1" });
      assert.deepEqual(own(await findings(given)), []);
    }
  });

  it("is found by a reference to an object under the token of a custom resource", async () => {
    const pod = (token: string, called: string): Resource => {
      const name = new Unknown([urnOf(token, "main")]);
      const env = [{ name: "T", valueFrom: { secretKeyRef: { name, key: "token" } } }];
      return resource("kubernetes:v1:Pod", called, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: called, namespace: "acme" },
        spec: { containers: [{ name: "main", env }] },
      });
    };
    const by = (token: string): Promise<readonly string[]> =>
      findings(declared(token, secret), pod(token, "one"), pod(token, "two"));
    const found = await by("kubernetes:v1:Secret");
    assert.deepEqual(found, await by("kubernetes:core/v1:Secret"));
    assert.ok(
      found.some((line) => /^no-shared-secret critical violated .*main\[token\]/.test(line)),
    );
  });
});
