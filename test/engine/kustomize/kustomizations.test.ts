import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import type { Snapshot } from "../../../core/snapshot/resource";
import { readManifests } from "../../../engine";
import { withFolder } from "../support/programs";

const ACCOUNT =
  "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: agent, namespace: acme }\n";
const CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n";
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: agent }
spec: { template: { spec: { serviceAccountName: agent, containers: [{ name: agent, image: a/agent:1 }] } } }
`;
const PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: agent }\n";

function read(folder: string): Snapshot {
  const found = readManifests([folder]);
  assert.ok(found.kind === "snapshot", JSON.stringify(found));
  return found.snapshot;
}

function names({ resources }: Snapshot): readonly string[] {
  return resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
}

type Files = Readonly<Record<string, string>>;

describe("a folder with kustomizations", () => {
  const quiet: readonly (readonly [string, Files, readonly string[]])[] = [
    [
      "lists files and folders beside others",
      {
        "kustomization.yaml": "resources: [account.yaml, ../k/deep]\npatches: []\n",
        "account.yaml": ACCOUNT,
        "deep/kustomization.yml": "resources: [a.yaml]\n",
        "deep/a.yaml": CONFIG,
      },
      ["ServiceAccount acme/agent", "ConfigMap a"],
    ],
    [
      "has no ending to its name",
      { Kustomization: "resources: [a.yaml]\nnamePrefix: b-\n", "a.yaml": CONFIG },
      ["ConfigMap b-a"],
    ],
    [
      "is a component that nobody names: its files stand as they are",
      {
        "kustomization.yaml":
          "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [a.yaml]\npatches: [{ path: patch.yaml }]\n",
        "a.yaml": CONFIG,
        "patch.yaml": PATCH,
      },
      ["ConfigMap a"],
    ],
    [
      "is one of Flux, and no kustomization of a folder",
      {
        "kustomization.yaml":
          "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: apps, namespace: flux-system }\nspec: { path: ./apps }\n",
      },
      ["Kustomization flux-system/apps"],
    ],
    [
      "takes files for contents of ConfigMaps, whatever they hold",
      {
        "kustomization.yaml":
          "configMapGenerator: [{ name: a, files: [b=conf.yaml, page.json] }]\n",
        "conf.yaml": "a: {{ .template }}\n",
        "page.json": "[",
      },
      ["ConfigMap a"],
    ],
    [
      "has a file beside it that it does not list",
      {
        "kustomization.yaml": "namePrefix: b-\nresources: [a.yaml]\n",
        "a.yaml": CONFIG,
        "z.yaml": ACCOUNT,
      },
      ["ConfigMap b-a", "ServiceAccount acme/agent"],
    ],
    [
      "makes the same of a base as another, which is there once",
      {
        "base/a.yaml": CONFIG,
        "base/kustomization.yaml": "resources: [a.yaml]\n",
        "one/kustomization.yaml": "resources: [../base]\n",
        "two/kustomization.yaml": "resources: [../base]\n",
      },
      ["ConfigMap a"],
    ],
    [
      "makes of a base what another does not, in a namespace of its own",
      {
        "base/a.yaml": CONFIG,
        "base/kustomization.yaml": "resources: [a.yaml]\n",
        "one/kustomization.yaml": "resources: [../base]\nnamespace: one\n",
        "two/kustomization.yaml": "resources: [../base]\nnamespace: two\n",
      },
      ["ConfigMap one/a", "ConfigMap two/a"],
    ],
  ];
  for (const [what, files, expected] of quiet) {
    it(`is carried out, which ${what}`, () =>
      withFolder(
        Object.fromEntries(Object.entries(files).map(([file, text]) => [`k/${file}`, text])),
        (folder) => {
          const snapshot = read(folder);
          assert.deepEqual(snapshot.notes, []);
          assert.deepEqual(names(snapshot), expected);
        },
      ));
  }

  it("is carried out with a base outside of what is read, and points to the base's own lines", () =>
    withFolder(
      {
        "base/a.yaml": `# one\n---\n${DEPLOYMENT}`,
        "base/kustomization.yaml": "resources: [a.yaml]\n",
        "prod/kustomization.yaml":
          "resources: [../base]\nnamePrefix: prod-\nsecretGenerator:\n  - { name: token, literals: [a=b] }\n",
      },
      (folder) => {
        const snapshot = read(join(folder, "prod"));
        assert.deepEqual(snapshot.notes, []);
        assert.deepEqual(
          snapshot.resources.map(({ name, source }) => [name, source]),
          [
            ["prod-agent", { file: "../base/a.yaml", line: 3, column: 1 }],
            ["prod-token", { file: "kustomization.yaml", line: 4, column: 5 }],
          ],
        );
      },
    ));

  it("never shows what a generated Secret holds, not even by the hash in its name", () =>
    withFolder(
      { "kustomization.yaml": "secretGenerator: [{ name: token, literals: [a=hunter2] }]\n" },
      (folder) => {
        const [secret] = read(folder).resources;
        assert.equal(secret?.name, "token");
        assert.deepEqual(secret.inputs["data"], { a: "aHVudGVyMg==" });
      },
    ));

  interface Reported {
    readonly message: string;
    readonly at: string;
  }
  const reported: readonly (readonly [string, Files, readonly Reported[]])[] = [
    [
      "lists what is not there",
      { "kustomization.yaml": "resources:\n  - account.yaml\n  - ../base\n" },
      [
        {
          message: "there is no file `../base`; kustomize refuses this",
          at: "kustomization.yaml:3:5",
        },
      ],
    ],
    [
      "lists what lives elsewhere, and is carried out without it",
      {
        "kustomization.yaml":
          'namePrefix: a-\nresources: [account.yaml, "https://example.com/a.yaml"]\npatches: [{ path: patch.yaml }]\n',
        "patch.yaml": PATCH,
      },
      [
        {
          message:
            "`https://example.com/a.yaml` is not read here; judge what `kubectl kustomize K` prints",
          at: "kustomization.yaml:2:27",
        },
      ],
    ],
    [
      "lists a file outside of its folder",
      { "kustomization.yaml": "resources: [account.yaml, ../out.yaml]\n", "../out.yaml": CONFIG },
      [
        {
          message:
            "`../out.yaml` is outside the folder of the kustomization, where kustomize reads no files; kustomize refuses this",
          at: "kustomization.yaml:1:27",
        },
      ],
    ],
    [
      "patches what is not there",
      {
        "kustomization.yaml": "resources: [account.yaml]\npatches:\n  - path: patch.yaml\n",
        "patch.yaml": PATCH,
      },
      [
        {
          message: "no object is `Deployment agent`, which the patch names; kustomize refuses this",
          at: "kustomization.yaml:3:5",
        },
      ],
    ],
    [
      "patches with what is no patch",
      { "kustomization.yaml": 'resources: [account.yaml]\npatches: [{ patch: "a: b" }]\n' },
      [
        {
          message:
            "this is neither a strategic merge patch with a kind and a name nor a JSON patch; kustomize refuses this",
          at: "kustomization.yaml:2:11",
        },
      ],
    ],
    [
      "patches with broken YAML",
      {
        "kustomization.yaml": "resources: [account.yaml]\npatches: [{ path: patch.yaml }]\n",
        "patch.yaml": "kind: a\n  b: 1\n",
      },
      [
        {
          message: "mapping values are not allowed in this context; kustomize refuses this",
          at: "patch.yaml:2:4",
        },
      ],
    ],
    [
      "patches what a JSON patch does not find",
      {
        "kustomization.yaml":
          "resources: [account.yaml]\npatches:\n  - target: { kind: ServiceAccount }\n    patch: '[{ op: remove, path: /metadata/labels }]'\n",
      },
      [
        {
          message:
            "there is nothing at `/metadata/labels` in `ServiceAccount acme/agent`; kustomize refuses this",
          at: "kustomization.yaml:3:5",
        },
      ],
    ],
    [
      "is made of itself",
      {
        "kustomization.yaml": "resources: [account.yaml, deep]\n",
        "deep/kustomization.yaml": "resources: [..]\n",
      },
      [
        {
          message: "this kustomization is made of itself; kustomize refuses this",
          at: "deep/kustomization.yaml:1:13",
        },
      ],
    ],
    [
      "says what no kustomization says",
      { "kustomization.yaml": "resources: [account.yaml]\nnamePrefixx: a-\nnameSuffix: [a]\n" },
      [
        {
          message: "`namePrefixx` is no field of a kustomization; kustomize refuses this",
          at: "kustomization.yaml:2:1",
        },
        { message: "`nameSuffix` is a text; kustomize refuses this", at: "kustomization.yaml:3:1" },
      ],
    ],
    [
      "has a chart rendered, and others change and make objects",
      {
        "kustomization.yaml":
          "resources: [account.yaml]\nhelmCharts: [{ name: a }]\ngenerators: [g.yaml]\ntransformers: [t.yaml]\nvalidators: [v.yaml]\n",
        "g.yaml": CONFIG,
        "t.yaml": CONFIG,
        "v.yaml": CONFIG,
      },
      [
        {
          message: "`helmCharts` is rendered by Helm; judge what `kubectl kustomize K` prints",
          at: "kustomization.yaml:2:14",
        },
        {
          message:
            "`generators` makes objects by a plugin; judge what `kubectl kustomize K` prints",
          at: "kustomization.yaml:3:14",
        },
        {
          message:
            "`transformers` changes objects by a plugin; judge what `kubectl kustomize K` prints",
          at: "kustomization.yaml:4:16",
        },
      ],
    ],
    [
      "lists an object twice",
      { "kustomization.yaml": "resources: [account.yaml, b.yaml]\n", "b.yaml": ACCOUNT },
      [
        {
          message: "`ServiceAccount acme/agent` is there twice; kustomize refuses this",
          at: "kustomization.yaml:1:27",
        },
      ],
    ],
    [
      "reads a variable of what is not there, and one twice",
      {
        "kustomization.yaml":
          "resources: [account.yaml]\nvars:\n  - { name: A, objref: { apiVersion: v1, kind: Service, name: a } }\n",
      },
      [
        {
          message: "the variable `A` reads what is not there; kustomize refuses this",
          at: "kustomization.yaml:2:1",
        },
      ],
    ],
    [
      "makes a Secret of a file that is not there",
      {
        "kustomization.yaml":
          "resources: [account.yaml]\nsecretGenerator: [{ name: a, envs: [.env] }]\n",
      },
      [
        {
          message: "there is no file `.env`; kustomize refuses this",
          at: "kustomization.yaml:2:19",
        },
      ],
    ],
  ];
  for (const [what, files, notes] of reported) {
    it(`says with the place that it is not judged, which ${what}`, () =>
      withFolder(
        Object.fromEntries(
          Object.entries({ "account.yaml": ACCOUNT, ...files }).map(([file, text]) => [
            join("k", file),
            text,
          ]),
        ),
        (folder) => {
          const inner = join(folder, "k");
          const snapshot = read(inner);
          assert.deepEqual(
            snapshot.notes.map(({ kind, message, source }) => ({
              kind,
              message: message.replace(relative(process.cwd(), inner), "K"),
              at: `${source?.file}:${source?.line}:${source?.column}`,
            })),
            notes.map((note) => ({ kind: "unrendered", ...note })),
          );
          assert.ok(snapshot.resources.every(({ type }) => !type.endsWith(":Deployment")));
          assert.ok(snapshot.resources.some(({ type }) => type.endsWith(":ServiceAccount")));
        },
      ));
  }

  it("follows no link out of its folder", () =>
    withFolder(
      { "out.yaml": CONFIG, "k/kustomization.yaml": "resources: [in.yaml]\n", "k/a.yaml": ACCOUNT },
      (folder) => {
        symlinkSync(join(folder, "out.yaml"), join(folder, "k/in.yaml"));
        assert.deepEqual(
          read(join(folder, "k")).notes.map(({ message }) => message),
          [
            "`in.yaml` is outside the folder of the kustomization, where kustomize reads no files; kustomize refuses this",
            "a link out of the folder, which kubectl follows; put the file into the folder, or judge a folder that holds both",
          ],
        );
      },
    ));

  it("tells of one kustomization 20 times at most", () =>
    withFolder(
      {
        "kustomization.yaml": `resources: [a.yaml, ${Array.from({ length: 30 }, (_, index) => `no-${index}.yaml`).join(", ")}]\n`,
        "a.yaml": CONFIG,
      },
      (folder) => {
        assert.equal(read(folder).notes.length, 20);
      },
    ));

  it("is not multiplied without end by components that name components", () =>
    withFolder(
      {
        "kustomization.yaml": "resources: [a.yaml]\ncomponents: [c0]\n",
        "a.yaml": CONFIG,
        ...Object.fromEntries(
          Array.from({ length: 20 }, (_, index) => [
            `c${index}/kustomization.yaml`,
            `kind: Component\n${index < 19 ? `components: [../c${index + 1}, ../c${index + 1}]\n` : ""}`,
          ]),
        ),
      },
      (folder) => {
        const notes = read(folder).notes;
        assert.match(notes[0]?.message ?? "", /^more than 2000 kustomizations; judge what /);
      },
    ));

  it("takes a time that grows as the number of its objects", () => {
    const many = (count: number): Files => ({
      "kustomization.yaml":
        "resources: [all.yaml]\nnamePrefix: p-\nnamespace: acme\nlabels: [{ pairs: { a: b }, includeSelectors: true }]\nimages: [{ name: a/agent, newTag: '2' }]\npatches: [{ target: { kind: Deployment }, patch: '[{ op: add, path: /metadata/annotations, value: { a: b } }]' }]\n",
      "all.yaml": Array.from({ length: count }, (_, index) => [
        DEPLOYMENT.replaceAll("agent", `agent-${index}`),
        ACCOUNT.replace("agent", `agent-${index}`),
      ])
        .flat()
        .join("---\n"),
    });
    const seconds = (count: number): Promise<number> =>
      withFolder(many(count), (folder) => {
        const start = process.cpuUsage();
        const snapshot = read(folder);
        assert.deepEqual(snapshot.notes, []);
        assert.equal(snapshot.resources.length, 2 * count);
        const { user } = process.cpuUsage(start);
        return user / 1e6;
      });
    return (async () => {
      await seconds(100);
      const [few, more] = [await seconds(150), await seconds(1500)];
      assert.ok(more < 30 * few, `${few} s for 300 objects, ${more} s for 3,000`);
    })();
  }).timeout(120_000);
});
