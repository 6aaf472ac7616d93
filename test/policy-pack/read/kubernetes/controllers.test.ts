import assert from "node:assert/strict";
import { Secret, type Value } from "../../../../core/snapshot/value";
import { manifest, outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf } from "../aws/reading";
import { only, stated } from "./reading";

const podSpec = "{ serviceAccountName: triage, containers: [{ name: main, image: x }] }";

const template: Readonly<Record<string, string>> = {
  Pod: `spec: ${podSpec}`,
  CronJob: `spec: { jobTemplate: { spec: { template: { spec: ${podSpec} } } } }`,
};

function controller(apiVersion: string, kind: string, rest = ""): string {
  const spec = template[kind] ?? `spec: { template: { spec: ${podSpec} } }`;
  return `\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { namespace: acme, name: a ${rest} }\n${spec}\n`;
}

const path = (kind: string): string =>
  kind === "Pod"
    ? "spec"
    : kind === "CronJob"
      ? "spec.jobTemplate.spec.template.spec"
      : "spec.template.spec";

const kinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["v1", "Pod"],
  ["v1", "ReplicationController"],
  ["apps/v1", "Deployment"],
  ["apps/v1beta2", "Deployment"],
  ["extensions/v1beta1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["apps/v1", "ReplicaSet"],
  ["batch/v1", "Job"],
  ["batch/v1", "CronJob"],
  ["batch/v1beta1", "CronJob"],
];

const deploymentType = "kubernetes:apps/v1:Deployment";

function deployment(
  metadata: Readonly<Record<string, Value>>,
  spec: Value = { containers: [{ name: "main" }] },
  options: Parameters<typeof resource>[3] = {},
) {
  const inputs = { metadata: { name: "a", ...metadata }, spec: { template: { spec } } };
  return resource(deploymentType, "a", inputs, options);
}

const groups = (metadata: Readonly<Record<string, Value>>): readonly string[] =>
  only(stated([deployment({ namespace: "acme", ...metadata })]), "alias").slice(1);

describe("the reader of controllers", () => {
  for (const [apiVersion, kind] of kinds) {
    it(`reads a ${kind} of ${apiVersion}: a workload, its names and the account it runs as`, () => {
      const sentence = stated(manifest(controller(apiVersion, kind)));
      assert.deepEqual(only(sentence, "makes-pods"), [
        `makes-pods @${path(kind)} workload=<acme/a> namespace=k8s|default||Namespace|acme labels={"kind":"known","labels":{}} hostNetwork=false`,
      ]);
      assert.deepEqual(only(sentence, "alias", "workload", "inside", "runs-as"), [
        `alias @metadata.name thing=<acme/a> also=k8s|default|acme|${kind}|a`,
        `workload @ workload=<acme/a> is=undeclared what=${kind} label=acme/a declarationOnly=false`,
        "inside @metadata.namespace thing=<acme/a> namespace=k8s|default||Namespace|acme",
        `runs-as @${path(kind)}.serviceAccountName workload=<acme/a> identity=k8s|default|acme|ServiceAccount|triage how=ServiceAccount isDefault=false mounts=unset`,
      ]);
    });
  }

  it("reads a patch as the object that it patches", () => {
    const [only_] = manifest(controller("apps/v1", "Deployment"));
    const patch = { ...only_!, type: "kubernetes:apps/v1:DeploymentPatch" };
    assert.deepEqual(only(stated([patch]), "alias", "workload"), [
      "alias @metadata.name thing=<acme/a> also=k8s|default|acme|Deployment|a",
      "workload @ workload=<acme/a> is=undeclared what=Deployment label=acme/a declarationOnly=false",
    ]);
  });

  it("reads each item of a list, by its name in the cluster", () => {
    const items = ["a", "b"].map((name) => ({
      metadata: { name, namespace: "acme" },
      spec: { template: { spec: { containers: [] } } },
    }));
    const list = resource("kubernetes:apps/v1:DeploymentList", "all", { items });
    assert.deepEqual(only(stated([list]), "workload", "runs-as"), [
      "workload @items[0]. workload=k8s|default|acme|Deployment|a is=undeclared what=Deployment label=acme/a declarationOnly=false",
      "runs-as @items[0].spec.template.spec.serviceAccountName workload=k8s|default|acme|Deployment|a identity=k8s|default|acme|ServiceAccount|default how=ServiceAccount isDefault=true mounts=unset",
      "workload @items[1]. workload=k8s|default|acme|Deployment|b is=undeclared what=Deployment label=acme/b declarationOnly=false",
      "runs-as @items[1].spec.template.spec.serviceAccountName workload=k8s|default|acme|Deployment|b identity=k8s|default|acme|ServiceAccount|default how=ServiceAccount isDefault=true mounts=unset",
    ]);
  });

  it("reads a custom resource with a pod template, wherever it is, and distinguishes it from the built-in kind", () => {
    const custom = manifest(`
apiVersion: acme.com/v1
kind: Deployment
metadata: { namespace: acme, name: a }
spec: { heads: [{ podTemplate: { spec: ${podSpec} } }] }
`);
    assert.deepEqual(only(stated(custom), "makes-pods"), [
      "makes-pods @spec.heads[0].podTemplate.spec workload=<acme/a> namespace=k8s|default||Namespace|acme labels=unknown() hostNetwork=false",
    ]);
    assert.deepEqual(only(stated(custom), "alias", "workload", "inside", "runs-as"), [
      "alias @metadata.name thing=<acme/a> also=k8s|default|acme|Deployment.acme.com|a",
      "workload @ workload=<acme/a> is=undeclared what=Deployment label=acme/a declarationOnly=false",
      "inside @metadata.namespace thing=<acme/a> namespace=k8s|default||Namespace|acme",
      "runs-as @spec.heads[0].podTemplate.spec.serviceAccountName workload=<acme/a> identity=k8s|default|acme|ServiceAccount|triage how=ServiceAccount isDefault=false mounts=unset",
    ]);
  });

  it("passes over custom resources without a pod template, schemas of them, and pod templates too deep to be one", () => {
    const deep = `${"{ x: ".repeat(12)}{ spec: ${podSpec} }${" }".repeat(12)}`;
    for (const text of [
      "\napiVersion: acme.com/v1\nkind: Sandbox\nmetadata: { name: a }\nspec: { containers: many }\n",
      "\napiVersion: acme.com/v1\nkind: Sandbox\nmetadata: { name: a }\nspec: { containers: [] }\n",
      "\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a }\nspec: { containers: [{ name: x }] }\n",
      `\napiVersion: acme.com/v1\nkind: Sandbox\nmetadata: { name: a }\nspec: ${deep}\n`,
    ]) {
      // What is too deep still names its account, so that the kind is not read.
      assert.deepEqual(
        stated(manifest(text)).filter((fact) => !fact.startsWith("not-read ")),
        [],
      );
    }
  });

  it("reads an absent account as the namespace's default one, and supports the deprecated spelling", () => {
    const account = (spec: Readonly<Record<string, Value>>) =>
      only(stated([deployment({ namespace: "acme" }, { containers: [], ...spec })]), "runs-as");
    const runs = (name: string, isDefault: boolean) => [
      `runs-as @spec.template.spec.serviceAccountName workload=<a> identity=k8s|default|acme|ServiceAccount|${name} how=ServiceAccount isDefault=${isDefault} mounts=unset`,
    ];
    assert.deepEqual(account({}), runs("default", true));
    assert.deepEqual(account({ serviceAccountName: "" }), runs("default", true));
    assert.deepEqual(account({ serviceAccountName: "default" }), runs("default", true));
    assert.deepEqual(account({ serviceAccount: "old" }), runs("old", false));
    assert.deepEqual(
      account({ serviceAccountName: "new", serviceAccount: "old" }),
      runs("new", false),
    );
  });

  it("names an unknown account by the one ServiceAccount it depends on", () => {
    const one = urnOf("kubernetes:core/v1:ServiceAccount", "triage");
    const two = urnOf("kubernetes:core/v1:ServiceAccount", "other");
    const password = urnOf("random:index/randomPassword:RandomPassword", "pw");
    const identity = (...urns: readonly string[]) =>
      only(
        stated([deployment({ namespace: "acme" }, { serviceAccountName: outputOf(...urns) })]),
        "runs-as",
      );
    const runs = (name: string) => [
      `runs-as @spec.template.spec.serviceAccountName workload=<a> identity=${name} how=ServiceAccount isDefault=false mounts=unset`,
    ];
    assert.deepEqual(identity(one), runs("<triage>"));
    assert.deepEqual(identity(one, password), runs("<triage>"));
    assert.deepEqual(identity(one, two), runs("unknown(<triage>,<other>)"));
    assert.deepEqual(identity(), runs("unknown()"));
  });

  it("returns a pod with an unknown spec as unknown", () => {
    const dependencies = outputOf(urnOf("aws:eks/cluster:Cluster", "prod"));
    assert.deepEqual(
      only(stated([deployment({ namespace: "acme" }, dependencies)]), "runs-as", "uses"),
      [
        "runs-as @spec.template.spec.serviceAccountName workload=<a> identity=unknown(<prod>) how=ServiceAccount isDefault=false mounts=unknown(<prod>)",
        "uses @spec.template.spec workload=<a> secret=unknown(<prod>) through=env whole=true",
      ],
    );
  });

  it("returns a generated value that a container receives, whatever its name", () => {
    const password = resource(
      "random:index/randomPassword:RandomPassword",
      "pw",
      {},
      { outputs: { result: new Secret("mAdE-by-random-1") } },
    );
    const env = [{ name: "SETTING", value: "mAdE-by-random-1" }];
    const given = deployment(
      { namespace: "acme" },
      { containers: [{ name: "main", env }] },
      { propertyDependencies: { spec: [password.urn] } },
    );
    const at = "@spec.template.spec.containers[0].env[0].value";
    const place = "value-at|<a>|spec.template.spec.containers[0].env[0].value";
    assert.deepEqual(only(stated([password, given]), "literal", "receives", "contains", "uses"), [
      `literal ${at} holder=<a> credential=value of SETTING under=SETTING severity=critical value=literal|… place=exposed marked=false`,
      `receives ${at} receiver=<a> from=<pw>`,
      `contains ${at} container=${place} content=<pw> derived=false`,
      `uses ${at} workload=<a> secret=${place} through=env`,
    ]);
  });

  it("reads the Secret that authenticates a CSI driver, and no items without a key", () => {
    const volumes = [
      { name: "v", csi: { driver: "x", nodePublishSecretRef: { name: "driver" } } },
      { name: "w", secret: { secretName: "s", items: [{ path: "p" }] } },
    ];
    const spec = { containers: [{ name: "main" }], volumes };
    assert.deepEqual(only(stated([deployment({ namespace: "acme" }, spec)]), "uses"), [
      "uses @spec.template.spec.volumes[0].csi.nodePublishSecretRef.name workload=<a> secret=k8s|default|acme|Secret|driver through=csi volume",
      "uses @spec.template.spec.volumes[1].secret workload=<a> secret=k8s|default|acme|Secret|s through=volume",
    ]);
  });

  it("reads names through a secret mark on the whole spec", () => {
    const spec = new Secret({ serviceAccountName: "triage", containers: [] });
    assert.deepEqual(only(stated([deployment({ namespace: "acme" }, spec)]), "runs-as"), [
      "runs-as @spec.template.spec.serviceAccountName workload=<a> identity=k8s|default|acme|ServiceAccount|triage how=ServiceAccount isDefault=false mounts=unset",
    ]);
  });

  describe("returns the namespace", () => {
    const provider = resource("pulumi:providers:kubernetes", "k", { namespace: "acme" });
    const made = resource("kubernetes:core/v1:Namespace", "space", {});
    const named = resource("kubernetes:core/v1:Namespace", "space", { metadata: { name: "acme" } });
    const account = resource("kubernetes:core/v1:ServiceAccount", "s", {
      metadata: { name: "s", namespace: "acme" },
    });
    const inside = (
      metadata: Readonly<Record<string, Value>>,
      ...before: readonly ReturnType<typeof resource>[]
    ) =>
      only(
        stated([
          ...before,
          deployment(
            metadata,
            undefined,
            before.includes(provider) ? { provider: provider.urn } : {},
          ),
        ]),
        "inside",
        "alias",
      );

    it("that is omitted: the provider's, else default", () => {
      const scope = provider.urn.replace(/.*::/, "<") + ">";
      assert.deepEqual(inside({}), [
        "alias @metadata.name thing=<a> also=k8s|default|default|Deployment|a",
        "inside @metadata.namespace thing=<a> namespace=k8s|default||Namespace|default",
      ]);
      assert.deepEqual(inside({}, provider), [
        `alias @metadata.name thing=<a> also=k8s|${scope}|acme|Deployment|a`,
        `inside @metadata.namespace thing=<a> namespace=k8s|${scope}||Namespace|acme`,
      ]);
    });

    it("by the Namespace that its name depends on, generated name or not", () => {
      assert.deepEqual(inside({ namespace: outputOf(named.urn) }, named), [
        "alias @metadata.name thing=<a> also=k8s|default|acme|Deployment|a",
        "inside @metadata.namespace thing=<a> namespace=k8s|default||Namespace|acme",
      ]);
      assert.deepEqual(inside({ namespace: outputOf(made.urn) }, made), [
        "alias @metadata.name thing=<a> also=k8s|default|<space>|Deployment|a",
        "inside @metadata.namespace thing=<a> namespace=<space>",
      ]);
    });

    it("by another object whose namespace it takes", () => {
      assert.deepEqual(inside({ namespace: outputOf(account.urn) }, account), [
        "alias @metadata.name thing=<a> also=k8s|default|acme|Deployment|a",
        "inside @metadata.namespace thing=<a> namespace=k8s|default||Namespace|acme",
      ]);
    });

    it("as unknown where it depends on something else", () => {
      assert.deepEqual(inside({ namespace: outputOf(urnOf("aws:eks/cluster:Cluster", "c")) }), [
        "inside @metadata.namespace thing=<a> namespace=unknown(<c>)",
      ]);
    });
  });

  describe("joins what is one workload", () => {
    it("by the label of a declaration", () => {
      assert.deepEqual(
        groups({ labels: { "agentid.dev/workload": "triage", "app.kubernetes.io/name": "x" } }),
        ["alias @metadata.labels thing=<a> also=workload|default|acme|label|triage"],
      );
      const agent = { "agentid.dev/workload": "triage", "agentid.dev/kind": "agent" };
      assert.deepEqual(groups({ labels: agent }), [
        "alias @metadata.labels thing=<a> also=workload|default|acme|agent|triage",
      ]);
    });

    it("by instance and name, by a Helm release, and by the chart above it", () => {
      const both = { "app.kubernetes.io/instance": "i", "app.kubernetes.io/name": "n" };
      assert.deepEqual(groups({ labels: both }), [
        "alias @metadata.labels thing=<a> also=workload|default|acme|app|i|n",
      ]);
      assert.deepEqual(groups({ annotations: { "meta.helm.sh/release-name": "r" } }), [
        "alias @metadata.labels thing=<a> also=workload|default|acme|helm|r",
      ]);
      assert.deepEqual(groups({ labels: { ...both, "app.kubernetes.io/managed-by": "Helm" } }), [
        "alias @metadata.labels thing=<a> also=workload|default|acme|helm|i",
      ]);
      const rendered = { "app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "desk-1.2.3" };
      assert.deepEqual(groups({ labels: rendered }), [
        "alias @metadata.labels thing=<a> also=workload|default|acme|helm chart|desk-1.2.3",
      ]);
      assert.deepEqual(groups({ labels: { "helm.sh/chart": "desk-1.2.3" } }), []);
      const older = { heritage: "Tiller", release: "r" };
      assert.deepEqual(groups({ labels: older }), [
        "alias @metadata.labels thing=<a> also=workload|default|acme|helm|r",
      ]);
      const chart = resource("kubernetes:helm.sh/v4:Chart", "c", {}, { custom: false });
      const child = deployment({ namespace: "acme" }, undefined, { parent: chart.urn });
      assert.deepEqual(only(stated([chart, child]), "alias").slice(1), [
        "alias @metadata.labels thing=<a> also=workload|default|acme|chart|<c>",
      ]);
    });

    it("by the controller that creates it, and not by an owner that does not, or is none", () => {
      const owner = (over: Readonly<Record<string, Value>>) =>
        groups({
          ownerReferences: [
            {
              apiVersion: "apps/v1",
              kind: "Deployment",
              name: "d",
              uid: "1",
              controller: true,
              ...over,
            },
          ],
        });
      assert.deepEqual(owner({}), [
        "alias @metadata.ownerReferences thing=<a> also=k8s|default|acme|Deployment|d",
      ]);
      assert.deepEqual(owner({ apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" }), [
        "alias @metadata.ownerReferences thing=<a> also=k8s|default|acme|Rollout.argoproj.io|d",
      ]);
      assert.deepEqual(owner({ controller: false }), []);
      assert.deepEqual(owner({ name: "" }), []);
      assert.deepEqual(owner({ apiVersion: "kafka.strimzi.io/v1beta2", kind: "Kafka" }), []);
      assert.deepEqual(owner({ apiVersion: "acme.example/v1" }), []);
    });

    it("not by one of the two labels, and not where it is declared an agent", () => {
      const both = { "app.kubernetes.io/instance": "i", "app.kubernetes.io/name": "n" };
      assert.deepEqual(groups({ labels: { "app.kubernetes.io/instance": "i" } }), []);
      assert.deepEqual(groups({ labels: { "app.kubernetes.io/name": "n" } }), []);
      assert.deepEqual(groups({ labels: { ...both, "agentid.dev/kind": "agent" } }), []);
      assert.deepEqual(groups({ labels: { ...both, "agentid.dev/kind": "utility" } }), [
        "alias @metadata.labels thing=<a> also=workload|default|acme|app|i|n",
      ]);
    });
  });

  it("returns the declared kind of a workload, also by the label of its template", () => {
    const inputs = {
      metadata: { name: "a", namespace: "acme" },
      spec: {
        template: {
          metadata: { labels: { "agentid.dev/kind": "tool", "agentid.dev/tenant": "acme" } },
          spec: { containers: [] },
        },
      },
    };
    assert.deepEqual(
      only(stated([resource(deploymentType, "a", inputs)]), "workload", "belongs-to"),
      [
        "workload @ workload=<a> is=tool what=Deployment label=acme/a declarationOnly=false",
        'belongs-to @spec.template.metadata.labels["agentid.dev/tenant"] thing=<a> tenant=acme by=own',
      ],
    );
  });

  it("derives the tenant from configuration, from the parent component and from an unknown label", () => {
    const patterns = { namespaces: ["acme", "acme-*"], accounts: [], rolePaths: [], names: [] };
    const agent = resource(
      "agentid:index:Agent",
      "triage",
      { tenant: { name: "acme" } },
      { custom: false },
    );
    const labels = { "agentid.dev/tenant": outputOf(urnOf("aws:ssm/parameter:Parameter", "t")) };
    const child = deployment({ namespace: "acme-x", labels }, undefined, { parent: agent.urn });
    const context = contextOf([agent, child], { tenants: { acme: patterns } });
    assert.deepEqual(only(stated([agent, child], context), "belongs-to"), [
      "belongs-to @metadata.namespace thing=<a> tenant=acme by=configuration",
      'belongs-to @metadata.labels["agentid.dev/tenant"] thing=<a> tenant=unknown(<t>) by=own',
      "belongs-to @ thing=<a> tenant=acme by=component",
    ]);
  });

  it("calls an object whose name Pulumi made up by the name that the program gave", () => {
    const metadata = {
      name: "a-1b2c3d4",
      namespace: "acme",
      annotations: { "pulumi.com/autonamed": "true" },
    };
    assert.deepEqual(only(stated([deployment(metadata)]), "workload"), [
      "workload @ workload=<a> is=undeclared what=Deployment label=acme/a declarationOnly=false",
    ]);
  });
});
