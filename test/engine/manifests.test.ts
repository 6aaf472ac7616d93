import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { readManifests } from "../../engine";
import { readDocuments } from "../../engine/kubernetes/documents";
import { withFolder } from "./support/programs";

const ACCOUNT =
  "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: agent, namespace: acme }\n";

describe("manifests on disk", () => {
  it("are in the default namespace where they name none and are of a namespaced kind", () =>
    withFolder(
      {
        "all.yaml": [
          "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: agent }",
          "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: other, namespace: globex }",
          "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: reads }",
          "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: crm }",
          "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: { name: vault }",
        ].join("\n---\n"),
      },
      (folder) => {
        const read = readManifests([folder], "acme");
        assert.ok(read.kind === "snapshot", JSON.stringify(read));
        assert.deepEqual(
          read.snapshot.resources.map(({ name, inputs }) => [name, inputs["metadata"]]),
          [
            ["acme/agent", { name: "agent", namespace: "acme" }],
            ["globex/other", { name: "other", namespace: "globex" }],
            ["reads", { name: "reads" }],
            ["acme/crm", { name: "crm", namespace: "acme" }],
            ["vault", { name: "vault" }],
          ],
        );
      },
    ));

  describe("that `helm template` printed", () => {
    const rendered = (template: string, name: string, labels = ""): string =>
      `---\n# Source: ${template}\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name}, namespace: acme${labels} }\n`;
    const parentsIn = (
      folder: string,
      namespace?: string,
    ): readonly (readonly [string, string | undefined])[] => {
      const read = readManifests([folder], namespace);
      assert.ok(read.kind === "snapshot", JSON.stringify(read));
      return read.snapshot.resources
        .filter(({ custom }) => custom)
        .map(({ name, parent }) => [name, parent?.split("::").at(-1)]);
    };
    const of = (release: string): string => `, labels: { app.kubernetes.io/instance: ${release} }`;

    it("have their chart for a parent, with those of the charts that it is made of", () =>
      withFolder(
        {
          "desk.yaml":
            rendered("desk/templates/api.yaml", "api") +
            rendered("desk/charts/db/templates/db.yaml", "db"),
          "till.yaml": rendered("till/templates/api.yaml", "till"),
        },
        (folder) => {
          assert.deepEqual(parentsIn(folder), [
            ["acme/api", "desk in desk.yaml"],
            ["acme/db", "desk in desk.yaml"],
            ["acme/till", "till in till.yaml"],
          ]);
        },
      ));

    it("are in no namespace that others beside them name for themselves", () => {
      const api = rendered("desk/templates/api.yaml", "api").replace(", namespace: acme", "");
      const dashboard = rendered("desk/templates/dashboard.yaml", "dashboard");
      return withFolder({ "desk.yaml": api + dashboard }, (folder) => {
        assert.deepEqual(
          parentsIn(folder).map(([name]) => name),
          ["api", "acme/dashboard"],
        );
      });
    });

    it("are in the namespace that a binding has for their account", () => {
      const account = rendered("desk/templates/a.yaml", "desk").replace(", namespace: acme", "");
      const binding = (name: string, namespace: string): string =>
        `---\n# Source: desk/templates/b.yaml\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: ${name} }\nroleRef: { kind: Role, name: desk }\nsubjects: [{ kind: ServiceAccount, name: ${name}, namespace: ${namespace} }]\n`;
      const files = {
        "desk.yaml": account + binding("desk", "acme"),
        "other.yaml": account + binding("robot", "acme"),
      };
      return withFolder(files, (folder) => {
        assert.deepEqual(
          parentsIn(folder).map(([name]) => name),
          ["acme/desk", "acme/desk", "desk", "robot"],
        );
        assert.deepEqual(
          parentsIn(folder, "given").map(([name]) => name),
          ["given/desk", "given/desk", "given/desk#2", "given/robot"],
        );
      });
    });

    it("are in the namespace of what runs as their account", () => {
      const account = rendered("desk/templates/a.yaml", "desk").replace(", namespace: acme", "");
      const deployment = (name: string, as: string): string =>
        `---\n# Source: desk/templates/b.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: acme }\nspec: { template: { spec: { serviceAccountName: ${as} } } }\n`;
      const files = {
        "desk.yaml": account + deployment("desk", "desk"),
        "other.yaml": account + deployment("robot", "robot"),
      };
      return withFolder(files, (folder) => {
        assert.deepEqual(
          parentsIn(folder).map(([name]) => name),
          ["acme/desk", "acme/desk", "desk", "acme/robot"],
        );
      });
    });

    it("have one also where each is in a file of its own", () =>
      withFolder({}, (folder) => {
        mkdirSync(join(folder, "out/desk/templates"), { recursive: true });
        for (const name of ["api", "db"]) {
          const template = `desk/templates/${name}.yaml`;
          writeFileSync(join(folder, "out", template), rendered(template, name));
        }
        assert.deepEqual(
          new Set(parentsIn(folder).map(([, parent]) => parent)),
          new Set(["desk in out/desk/templates/api.yaml"]),
        );
      }));

    describe("of two releases without labels, one after the other", () => {
      const account = (name: string): string => rendered("desk/templates/account.yaml", name);
      const deployment = (name: string, template = "api", hook = ""): string =>
        `---\n# Source: desk/templates/${template}.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: acme${hook} }\n`;
      const hook = ", annotations: { helm.sh/hook: pre-install }";
      const runsOf = (text: string): Promise<readonly string[]> =>
        withFolder({ "all.yaml": text }, (folder) =>
          Promise.resolve(parentsIn(folder).map(([name, parent]) => `${name} ${parent}`)),
        );

      it("have a chart each, with their hooks", async () => {
        const text =
          account("a") +
          deployment("a-api") +
          deployment("a-once", "once", hook) +
          account("b") +
          deployment("b-api");
        assert.deepEqual(await runsOf(text), [
          "acme/a desk in all.yaml",
          "acme/a-api desk in all.yaml",
          "acme/a-once desk in all.yaml",
          "acme/b desk in all.yaml (2)",
          "acme/b-api desk in all.yaml (2)",
        ]);
      });

      it("have one where the second has what the first has not", async () => {
        const text = deployment("a-api") + account("b") + deployment("b-api");
        assert.deepEqual(await runsOf(text), [
          "acme/a-api desk in all.yaml",
          "acme/b desk in all.yaml (2)",
          "acme/b-api desk in all.yaml (2)",
        ]);
      });

      it("are one where a template made several, or the file is sorted otherwise", async () => {
        const several = deployment("a") + deployment("b");
        const otherwise = deployment("c", "c") + account("c") + deployment("d", "d");
        const looped = deployment("e", "both") + rendered("desk/templates/both.yaml", "e");
        for (const text of [several, otherwise, looped + looped.replaceAll("name: e", "name: f")]) {
          const parents = (await runsOf(text)).map((line) => line.replace(/^\S+ /, ""));
          assert.deepEqual(new Set(parents), new Set(["desk in all.yaml"]));
        }
      });

      it("are one where a template of several kinds is in a file of another order", async () => {
        const of = (kind: string, template: string, name: string, labels = ""): string =>
          `---\n# Source: desk/templates/${template}.yaml\napiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: acme${labels} }\n`;
        const labels = (release: string): string =>
          `, labels: { app.kubernetes.io/instance: ${release} }`;
        const sorted = (release?: readonly [string, string]): string => {
          const [first, second] = (release ?? []).map(labels);
          return (
            of("ClusterRole", "rbac", "desk", first) +
            of("Deployment", "web", "web", first) +
            of("Role", "rbac", "desk", second) +
            of("StatefulSet", "worker", "worker", second)
          );
        };
        const chartsOf = async (text: string): Promise<readonly string[]> =>
          (await runsOf(text)).map((line) => line.replace(/^\S+ /, ""));
        const [one, two] = ["desk in all.yaml", "desk in all.yaml (2)"];
        assert.deepEqual(await chartsOf(sorted()), [one, one, one, one]);
        assert.deepEqual(await chartsOf(sorted(["a", "a"])), [one, one, one, one]);
        assert.deepEqual(await chartsOf(sorted(["a", "b"])), [one, one, two, two]);
        const roles = (second: string): string =>
          of("Role", "rbac", "reads", labels("a")) +
          of("Deployment", "web", "web", labels("a")) +
          of("Role", "rbac", second, labels("a"));
        assert.deepEqual(await chartsOf(roles("writes")), [one, one, one]);
        assert.deepEqual(await chartsOf(roles("reads")), [one, one, two]);
      });
    });

    it("have none where a file has two releases of a chart, or no comment names a chart", () =>
      withFolder(
        {
          "all.yaml":
            rendered("desk/templates/a.yaml", "a", of("one")) +
            rendered("desk/templates/b.yaml", "b", of("two")) +
            rendered("desk/templates/c.yaml", "c"),
          "own.yaml": `# Source: our own hands\n${ACCOUNT}`,
        },
        (folder) => {
          assert.deepEqual(
            parentsIn(folder).map(([, parent]) => parent),
            [undefined, undefined, undefined, undefined],
          );
        },
      ));
  });

  it("become resources with Pulumi's types, in order of files, with file, line and column", () =>
    withFolder(
      {
        "b.yaml": `# a comment\n${ACCOUNT}---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: agent\n`,
        "a.json": JSON.stringify({
          apiVersion: "external-secrets.io/v1",
          kind: "ExternalSecret",
          metadata: { name: "crm", namespace: "acme" },
        }),
      },
      (folder) => {
        mkdirSync(join(folder, "nested"));
        writeFileSync(join(folder, "nested/c.yml"), ACCOUNT);
        const read = readManifests([folder]);
        assert.ok(read.kind === "snapshot", JSON.stringify(read));
        const project = basename(folder);
        const base = { custom: true, dependencies: [], propertyDependencies: {} };
        const urn = (type: string, name: string): string =>
          `urn:pulumi:manifests::${project}::${type}::${name}`;
        const account = {
          apiVersion: "v1",
          kind: "ServiceAccount",
          metadata: { name: "agent", namespace: "acme" },
        };
        assert.deepEqual(read.snapshot, {
          project,
          stack: "manifests",
          notes: [],
          resources: [
            {
              ...base,
              urn: urn("kubernetes:external-secrets.io/v1:ExternalSecret", "acme/crm"),
              type: "kubernetes:external-secrets.io/v1:ExternalSecret",
              name: "acme/crm",
              inputs: {
                apiVersion: "external-secrets.io/v1",
                kind: "ExternalSecret",
                metadata: { name: "crm", namespace: "acme" },
              },
              source: { file: "a.json", line: 1, column: 1 },
            },
            {
              ...base,
              urn: urn("kubernetes:core/v1:ServiceAccount", "acme/agent"),
              type: "kubernetes:core/v1:ServiceAccount",
              name: "acme/agent",
              inputs: account,
              source: { file: "b.yaml", line: 2, column: 1 },
            },
            {
              ...base,
              urn: urn("kubernetes:apps/v1:Deployment", "agent"),
              type: "kubernetes:apps/v1:Deployment",
              name: "agent",
              inputs: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "agent" } },
              source: { file: "b.yaml", line: 6, column: 1 },
            },
            {
              ...base,
              urn: urn("kubernetes:core/v1:ServiceAccount", "acme/agent#2"),
              type: "kubernetes:core/v1:ServiceAccount",
              name: "acme/agent#2",
              inputs: account,
              source: { file: "nested/c.yml", line: 1, column: 1 },
            },
          ],
        });
      },
    ));

  it("have the items of their lists, each with its own place", () =>
    withFolder(
      {
        "list.yaml":
          "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    metadata: { name: a }\n" +
          "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleList\nitems: [{ metadata: { name: b } }]\n",
      },
      (folder) => {
        const read = readManifests([join(folder, "list.yaml")]);
        assert.ok(read.kind === "snapshot", JSON.stringify(read));
        assert.deepEqual(
          read.snapshot.resources.map(({ urn, source }) => [urn, source]),
          [
            [
              "urn:pulumi:manifests::list.yaml::kubernetes:core/v1:Secret::a",
              { file: "list.yaml", line: 4, column: 5 },
            ],
            [
              "urn:pulumi:manifests::list.yaml::kubernetes:rbac.authorization.k8s.io/v1:Role::b",
              { file: "list.yaml", line: 10, column: 9 },
            ],
          ],
        );
      },
    ));

  it("skip, with a note, what is no Kubernetes object, and do not follow links", () =>
    withFolder(
      {
        "account.yaml": `${ACCOUNT}---\njust: settings\n`,
        "tsconfig.json": '{ "strict": true, /* a comment */ }',
        "values.yaml": "replicas: 2\n",
      },
      (folder) => {
        symlinkSync(folder, join(folder, "loop"));
        symlinkSync(join(folder, "account.yaml"), join(folder, "again.yaml"));
        const read = readManifests([folder]);
        assert.ok(read.kind === "snapshot", JSON.stringify(read));
        assert.equal(read.snapshot.resources.length, 1);
        assert.deepEqual(read.snapshot.notes, [
          {
            kind: "manifest",
            message: "`account.yaml`: 1 document that is no Kubernetes object: skipped",
          },
          ...["tsconfig.json", "values.yaml"].map((file) => ({
            kind: "manifest",
            message: `\`${file}\` has no Kubernetes object: skipped`,
          })),
        ]);
      },
    ));

  const refused: readonly (readonly [string, string, string])[] = [
    [
      "broken YAML",
      "kind: a\n  b: 1\n",
      "f.yaml:1:7: this is no YAML that is read here: Nested mappings are not allowed in compact mappings",
    ],
    ["a key given twice", "a: b\na: c\n", "f.yaml:2:1: map keys must be unique"],
    [
      "a key given twice in braces",
      "a: { b: 1, c: 2, b: 3 }\n",
      "f.yaml:1:18: map keys must be unique",
    ],
    [
      "a template in place of a value",
      "kind: a\nname: {{ .Values.name }}\n",
      "f.yaml:2:7: this is a template (`{{`), not a manifest; render it first, for example with `helm template`",
    ],
    [
      "a template around lines",
      "kind: a\n{{- if .Values.on }}\napiVersion: v1\n{{- end }}\n",
      "f.yaml:2:1: this is a template (`{{`), not a manifest; render it first, for example with `helm template`",
    ],
    [
      "a template of Jinja",
      "kind: a\n{% if on %}\napiVersion: v1\n{% endif %}\n",
      "f.yaml:2:1: this is a template (`{%`), not a manifest; render it first, for example with `helm template`",
    ],
    [
      "aliases that multiply",
      `a: &a [${"x,".repeat(20)}]\nb: &b [${"*a,".repeat(20)}]\nc: &c [${"*b,".repeat(20)}]\nd: [${"*c,".repeat(20)}]\n`,
      "f.yaml:1:40: document contains excessive aliasing",
    ],
    [
      "lists nested 100,000 deep",
      "[".repeat(100_000),
      "f.yaml:1:259: nested deeper than 256 levels",
    ],
  ];
  for (const [what, text, reason] of refused) {
    it(`stop at ${what}`, () =>
      withFolder({ "f.yaml": text }, (folder) => {
        assert.deepEqual(readManifests([folder]), { kind: "could-not-run", reason });
      }));
  }

  it("names each unreadable file, with its location, and has what all others have", () =>
    withFolder(
      {
        "account.yaml": ACCOUNT,
        "broken.yaml": "a: b\na: c\n",
        "jinja.yaml": "{% if on %}\nkind: a\n{% endif %}\n",
      },
      (folder) => {
        const read = readManifests([folder]);
        assert.ok(read.kind === "snapshot", JSON.stringify(read));
        assert.deepEqual(
          read.snapshot.resources.map(({ name }) => name),
          ["acme/agent"],
        );
        assert.deepEqual(read.snapshot.notes, [
          {
            kind: "unreadable",
            message: "map keys must be unique",
            source: { file: "broken.yaml", line: 2, column: 1 },
          },
          {
            kind: "unreadable",
            message:
              "this is a template (`{%`), not a manifest; render it first, for example with `helm template`",
            source: { file: "jinja.yaml", line: 1, column: 1 },
          },
        ]);
      },
    ));

  it("name a Helm chart once for all its templates, of which those without a `{{` are objects", () =>
    withFolder(
      {
        "chart/Chart.yaml": "apiVersion: v2\nname: desk\n",
        "chart/values.yaml": "a: 1\n",
        "chart/templates/quoted.yaml":
          'apiVersion: v1\nkind: Pod\nmetadata: { name: "{{ .x }}" }\n',
        "chart/templates/deep/open.yaml": "kind: {{ .Values.kind }}\n",
        "chart/templates/plain.yaml": ACCOUNT,
        "made/values.yaml": "a: 1\n",
        "made/templates/open.yaml": "kind: {{ .Values.kind }}\n",
      },
      (folder) => {
        const read = readManifests([folder]);
        assert.ok(read.kind === "snapshot", JSON.stringify(read));
        assert.deepEqual(
          read.snapshot.resources.map(({ name }) => name),
          ["acme/agent"],
        );
        const shown = relative(process.cwd(), join(folder, "chart"));
        const made = relative(process.cwd(), join(folder, "made"));
        assert.deepEqual(
          read.snapshot.notes.filter(({ kind }) => kind !== "manifest"),
          [
            {
              kind: "unreadable",
              message: `a Helm chart, of which 2 templates cannot be read before Helm renders them; judge what \`helm template ${shown}\` prints`,
              source: { file: "chart/Chart.yaml", line: 1 },
            },
            {
              kind: "unreadable",
              message: `a Helm chart, of which 1 template cannot be read before Helm renders them; judge what \`helm template ${made}\` prints`,
              source: { file: "made/values.yaml", line: 1 },
            },
          ],
        );
      },
    ));

  it("are called by something where they have no name, each by its own, but for what configures a tool", () =>
    withFolder(
      {
        "all.yaml": [
          "apiVersion: v1\nkind: Pod\nspec: {}",
          "apiVersion: v1\nkind: Pod\nmetadata: { namespace: acme }",
          "apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: run- }",
          "apiVersion: v1\nkind: Config\nclusters: []",
        ].join("\n---\n"),
      },
      (folder) => {
        const read = readManifests([folder]);
        assert.ok(read.kind === "snapshot", JSON.stringify(read));
        assert.deepEqual(
          read.snapshot.resources.map(({ name, inputs }) => [name, inputs["metadata"]]),
          [
            ["unnamed-pod", { name: "unnamed-pod" }],
            ["acme/unnamed-pod-2", { name: "unnamed-pod-2", namespace: "acme" }],
            ["run-xxxxx", { generateName: "run-", name: "run-xxxxx" }],
            ["", undefined],
          ],
        );
      },
    ));

  it("may have templates of other tools within quotes", () => {
    const text = "apiVersion: v1\nkind: ConfigMap\ndata: { line: '{{ .password }}' }\n";
    const read = readDocuments(text, "f.yaml");
    assert.ok(read.kind === "ok" && read.value.objects.length === 1);
  });

  it("are read as Kubernetes reads them: YAML 1.1, but no sexagesimals and no dates", () => {
    const text =
      "apiVersion: v1\nkind: ConfigMap\ndata: {a: yes, b: 0777, c: 12:30:45, d: 2020-01-01, e: ., f: e12, g: .5e1, __proto__: x}\n";
    const read = readDocuments(text, "f.yaml");
    assert.ok(read.kind === "ok");
    assert.equal(
      JSON.stringify(read.value.objects[0]?.object["data"]),
      '{"a":true,"b":511,"c":"12:30:45","d":"2020-01-01","e":".","f":"e12","g":5,"__proto__":"x"}',
    );
    assert.equal(Object.getPrototypeOf(read.value.objects[0]?.object["data"]), Object.prototype);
  });

  it("report an empty result: no file, no object", () =>
    withFolder({ "values.yaml": "a: 1\n" }, (folder) => {
      assert.deepEqual(readManifests([join(folder, "none")]), {
        kind: "could-not-run",
        reason: `no file or folder \`${folder}/none\``,
      });
      assert.deepEqual(readManifests([folder]), {
        kind: "could-not-run",
        reason: `no Kubernetes object in \`${folder}\`; name a file or folder of manifests`,
      });
    }));

  it("pass over our own settings, the waivers and the baseline beside them", () =>
    withFolder(
      {
        "a.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: a }\n",
        "agentid.yaml": "scope: all\n",
        "agentid.waivers.yaml": "waivers: []\n",
        "agentid.baseline.json": '{ "formatVersion": 1, "findings": [] }\n',
        "waivers.yaml": "waivers: []\n",
      },
      (folder) => {
        const read = readManifests([folder]);
        assert.ok(read.kind === "snapshot");
        assert.deepEqual(read.snapshot.notes, [
          { kind: "manifest", message: "`waivers.yaml` has no Kubernetes object: skipped" },
        ]);
      },
    ));

  it("list the programs of a repository", () =>
    withFolder({ "infra/desk/Pulumi.yaml": "name: desk\n", "package.json": "{}" }, (folder) => {
      assert.deepEqual(readManifests([folder]), {
        kind: "could-not-run",
        reason: `no Pulumi.yaml in \`${folder}\` itself; name the folder of a program in it: \`${folder}/infra/desk\``,
      });
    }));

  it("report a program without a project, as one that drives Pulumi itself", () =>
    withFolder(
      {
        "package.json": '{ "dependencies": { "@pulumi/pulumi": "^3.0.0" } }',
        "other/package.json": '{ "dependencies": { "express": "^5.0.0" } }',
        "other/tasks.yaml": "a: 1\n",
      },
      (folder) => {
        assert.deepEqual(readManifests([folder]), {
          kind: "could-not-run",
          reason: `no Pulumi.yaml in \`${folder}\`, whose package.json names \`@pulumi/pulumi\`: a program that drives Pulumi itself is not run; name the folder of the program that it drives, or have it preview with the policy pack`,
        });
        const other = join(folder, "other");
        assert.deepEqual(readManifests([other]), {
          kind: "could-not-run",
          reason: `no Kubernetes object in \`${other}\`; name a file or folder of manifests`,
        });
      },
    ));
});
