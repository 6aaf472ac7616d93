import assert from "node:assert/strict";
import { readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import type { Snapshot } from "../../core/snapshot/resource";
import { Unknown, type ValueRecord } from "../../core/snapshot/value";
import { previewProgram, readManifests } from "../../engine";
import { expandConfig } from "../../engine/kubernetes/expand-config";
import { buildKustomization } from "../../engine/kubernetes/kustomize";
import { withFolder } from "./support/programs";
import { failingTool, printingTool, withEnvironment, withTools } from "./support/tools-on-path";
import { inProgramHost } from "../support/program-host";

const object = (kind: string, name: string, origin = "", more = ""): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n${
    origin === "" ? "" : `  annotations:\n    config.kubernetes.io/origin: |\n      ${origin}\n`
  }  name: ${name}\n${more}`;
const many = (...objects: readonly string[]): string => objects.join("---\n");
const account = object("ServiceAccount", "agent");
const kustomize = { kustomize: printingTool };

function read(folder: string): Snapshot {
  const found = readManifests([folder]);
  assert.ok(found.kind === "snapshot", JSON.stringify(found));
  return found.snapshot;
}

function names({ resources }: Snapshot): readonly string[] {
  return resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
}

/** The notes, with `K` for the path of the folder. */
function notes({ notes: found }: Snapshot, folder: string): readonly (readonly string[])[] {
  const shown = relative(process.cwd(), folder);
  return found.map(({ kind, message, source }) => [
    kind,
    `${source?.file}:${source?.line}`,
    message.replaceAll(shown, "K"),
  ]);
}

describe("a folder with kustomizations", () => {
  inProgramHost();

  const files = {
    "base/all.yaml": many("# one\n", account, object("Pod", "desk")),
    "base/kustomization.yaml": "resources: [all.yaml]\n",
    "prod/kustomization.yaml":
      "resources: [../base]\nnamePrefix: prod-\npatches: [{ path: patch.yaml }]\nsecretGenerator: [{ name: token, files: [a=token.yaml] }]\n",
    "prod/patch.yaml": object("Pod", "desk"),
    "prod/token.yaml": "a: {{ .template }}\n",
    "prod/other.yaml": object("ServiceAccount", "other"),
    "prod/printed": many(
      object("ServiceAccount", "prod-agent", "path: @/../base/all.yaml"),
      object(
        "Secret",
        "prod-token-2c4g6t8m9b",
        "configuredIn: @/kustomization.yaml",
        "data: { a: aHVudGVyMg== }\n",
      ),
      object(
        "Pod",
        "prod-desk",
        "path: @/../base/all.yaml",
        "spec: { volumes: [{ secret: { secretName: prod-token-2c4g6t8m9b } }, { secret: { secretName: own-2c4g6t8m9b } }] }\n",
      ),
    ),
  };

  it("has what kustomize prints, at the documents that it was read from, without hashes of secrets", () =>
    withTools(kustomize, () =>
      withFolder(files, (folder) => {
        const snapshot = read(folder);
        assert.deepEqual(snapshot.notes, []);
        assert.deepEqual(
          snapshot.resources.map(({ name, inputs, source }) => [
            name,
            inputs["metadata"],
            `${source?.file}:${source?.line}:${source?.column}`,
          ]),
          [
            ["prod-agent", { name: "prod-agent", annotations: {} }, "base/all.yaml:3:1"],
            ["prod-token", { name: "prod-token", annotations: {} }, "prod/kustomization.yaml:1:1"],
            ["prod-desk", { name: "prod-desk", annotations: {} }, "base/all.yaml:8:1"],
            ["other", { name: "other" }, "prod/other.yaml:1:1"],
          ],
        );
        assert.deepEqual(snapshot.resources[2]?.inputs["spec"], {
          volumes: [
            { secret: { secretName: "prod-token" } },
            { secret: { secretName: "own-2c4g6t8m9b" } },
          ],
        });
      }),
    ));

  it("points to the kustomization where an object comes from a file that is not among those judged", () =>
    withTools(kustomize, () =>
      withFolder(files, (folder) => {
        const sources = read(join(folder, "prod")).resources.map(({ source }) => source?.file);
        const own = "kustomization.yaml";
        assert.deepEqual(sources, [own, own, own, "other.yaml"]);
      }),
    ));

  it("leaves the user's files as they are, and no folder of its own behind", () =>
    withTools(kustomize, () =>
      withFolder({ ...files, "temporary/.keep": "" }, async (folder) => {
        const temporary = join(folder, "temporary");
        const [first] = await withEnvironment({ TMPDIR: temporary }, () => read(folder).resources);
        assert.equal(first?.source?.file, "base/all.yaml");
        assert.deepEqual(readdirSync(temporary), [".keep"]);
        for (const [file, text] of Object.entries(files)) {
          assert.equal(readFileSync(join(folder, file), "utf8"), text);
        }
      }),
    ));

  it("is built also where no temporary folder can be created", () =>
    withTools(kustomize, () =>
      withFolder(files, async (folder) => {
        const TMPDIR = join(folder, "nowhere");
        const [first] = await withEnvironment({ TMPDIR }, () => read(folder).resources);
        assert.equal(first?.source?.file, "prod/kustomization.yaml");
      }),
    ));

  it("is built by kubectl where kustomize is not installed", () =>
    withTools({ kubectl: printingTool }, () =>
      withFolder(files, (folder) => {
        assert.equal(names(read(folder)).length, 4);
      }),
    ));

  it("gives the tool neither credentials of the environment nor network access", () =>
    withFolder({ "kustomization.yaml": "", printed: account }, async (folder) => {
      const log = join(folder, "log");
      const script = `#!/bin/sh\necho "$0 $@" > ${log}\nexport -p >> ${log}\nexit 1\n`;
      await withEnvironment({ AWS_SECRET_ACCESS_KEY: "hunter2" }, () =>
        withTools({ kustomize: script }, () => buildKustomization(folder)),
      );
      const logged = readFileSync(log, "utf8");
      assert.match(logged, new RegExp(`^\\S+/kustomize build ${folder}\n`));
      assert.doesNotMatch(logged, /AWS_|hunter2/);
      assert.match(logged, /GIT_ALLOW_PROTOCOL=['"]?none/);
      assert.match(logged, /HTTPS_PROXY=['"]?http:\/\/127\.0\.0\.1:1\b/);
    }));

  const unjudged: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    [
      "without kustomize and kubectl",
      {},
      "`K/prod` is a kustomization, and neither `kustomize` nor `kubectl` is installed; judge its output: `kustomize build K/prod | npx --no-install agentid check -`",
    ],
    [
      "of which parts are on the network, in Git",
      {
        kustomize: failingTool(
          "Error: accumulating resources: failed to run 'git fetch https://github.com/acme/infra v1': fatal: transport 'https' not allowed\n: exit status 128",
        ),
      },
      "kustomize would download parts of `K/prod`, and nothing is downloaded here; judge its output: `kustomize build K/prod | npx --no-install agentid check -`",
    ],
    [
      "of which parts are on the network",
      {
        kustomize: failingTool(
          'Error: Get "https://example.com/a.yaml": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused',
        ),
      },
      "kustomize would download parts of `K/prod`, and nothing is downloaded here; judge its output: `kustomize build K/prod | npx --no-install agentid check -`",
    ],
    [
      "that kustomize refuses, after a warning",
      {
        kustomize: failingTool(
          "# Warning: 'bases' is deprecated.\nError: invalid Kustomization: json: unknown field \"namePrefixx\"",
        ),
      },
      'kustomize cannot build `K/prod`: invalid Kustomization: json: unknown field "namePrefixx"',
    ],
    [
      "that kubectl refuses",
      {
        kubectl: failingTool(
          "error: no matches for Id Secret.v1.[noGrp]/q.[noNs]; failed to find unique target",
        ),
      },
      "kustomize cannot build `K/prod`: no matches for Id Secret.v1.noGrp/q.noNs; failed to find unique target",
    ],
    [
      "of which kustomize quotes a configuration",
      {
        kustomize: failingTool(
          "Error: trouble configuring builtin PatchTransformer with config: `\npatch: 'hunter2'\n`: unable to parse SM or JSON patch from [patch: \"hunter2\"]",
        ),
      },
      "kustomize cannot build `K/prod`: trouble configuring builtin PatchTransformer: unable to parse SM or JSON patch from",
    ],
    [
      "of which kustomize quotes a literal",
      {
        kustomize: failingTool(
          "Error: loading KV pairs: literal sources [hunter2]: invalid literal source hunter2, expected key=value",
        ),
      },
      "kustomize cannot build `K/prod`: loading KV pairs: literal sources",
    ],
    [
      "of which kustomize quotes an address with a password, and a node",
      {
        kustomize: failingTool(
          "Error: no such host 'https://me:hunter2@example.com/a': value: {hunter2}\nhunter2",
        ),
      },
      "kustomize cannot build `K/prod`: no such host 'https://example.com/a': value:",
    ],
    [
      "of which kustomize says nothing",
      { kustomize: "#!/bin/sh\nexit 1\n" },
      "kustomize cannot build `K/prod`: it gives no reason",
    ],
    [
      "of which kustomize prints without end",
      { kustomize: "#!/bin/sh\nwhile :; do printf '%1000000d' 1; done\n" },
      "kustomize cannot build `K/prod`: it printed more than 32 MiB",
    ],
    [
      "of which kustomize prints what is no YAML",
      { kustomize: "#!/bin/sh\necho 'a: [hunter2'\n" },
      "what kustomize prints for `K/prod` cannot be read: this is no YAML that is read here: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
  ];
  for (const [what, scripts, message] of unjudged) {
    it(`is not judged, with the reason: one ${what}`, () =>
      withTools(scripts, () =>
        withFolder(files, (folder) => {
          const snapshot = read(folder);
          assert.deepEqual(notes(snapshot, folder), [
            ["unrendered", "prod/kustomization.yaml:1", message],
          ]);
          assert.deepEqual(names(snapshot), ["ServiceAccount other"]);
        }),
      ));
  }

  it("is not judged where the tool takes too long, or those before it did", () =>
    withTools({ kustomize: "#!/bin/sh\nwhile :; do :; done\n" }, () =>
      withFolder({ "kustomization.yaml": "" }, (folder) => {
        const shown = relative(process.cwd(), folder);
        for (const [milliseconds, reason] of [
          [1_000, "it did not end within 1 s"],
          [0, "the kustomizations before it took too long"],
        ] as const) {
          assert.deepEqual(buildKustomization(folder, Date.now() + milliseconds), {
            kind: "problem",
            problem: `kustomize cannot build \`${shown}\`: ${reason}`,
          });
        }
      }),
    ));

  it("is not judged where the tool cannot be started", () =>
    withTools({ "kustomize/a": "" }, () =>
      withFolder({ "kustomization.yaml": "" }, (folder) => {
        const built = buildKustomization(folder);
        assert.ok(built.kind === "problem");
        assert.match(built.problem, /cannot be run \(EACCES\)$/);
      }),
    ));

  it("is built by itself where kustomize has no origins", () =>
    withTools(
      {
        kustomize: `#!/bin/sh\ncase $2 in *agentid-kustomize-*) exit 1;; esac\n/bin/cat "$2/printed"\n`,
      },
      () =>
        withFolder(
          { "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": account, printed: account },
          (folder) => {
            const { resources, notes: found } = read(folder);
            assert.deepEqual(found, []);
            assert.deepEqual(
              resources.map(({ name, source }) => [name, source]),
              [["agent", { file: "kustomization.yaml", line: 1, column: 1 }]],
            );
          },
        ),
    ));

  it("alone, that cannot be built, is why nothing is judged", () =>
    withTools({}, () =>
      withFolder({ "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": account }, (folder) => {
        const shown = relative(process.cwd(), folder);
        assert.deepEqual(readManifests([folder]), {
          kind: "could-not-run",
          reason: `kustomization.yaml:1:1: \`${shown}\` is a kustomization, and neither \`kustomize\` nor \`kubectl\` is installed; judge its output: \`kustomize build ${shown} | npx --no-install agentid check -\``,
        });
      }),
    ));

  it("may be one of Flux, an object that no tool has to build", () =>
    withTools({}, () =>
      withFolder(
        {
          "kustomization.yaml":
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: apps, namespace: flux-system }\nspec: { path: ./apps }\n",
        },
        (folder) => {
          const snapshot = read(folder);
          assert.deepEqual(snapshot.notes, []);
          assert.deepEqual(names(snapshot), ["Kustomization flux-system/apps"]);
        },
      ),
    ));

  it("may have a component that no kustomization lists: it is skipped", () =>
    withTools({}, () =>
      withFolder(
        {
          "a.yaml": account,
          "c/kustomization.yaml":
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [b.yaml]\n",
          "c/b.yaml": account,
        },
        (folder) => {
          const snapshot = read(folder);
          assert.deepEqual(notes(snapshot, folder), [
            [
              "manifest",
              "c/kustomization.yaml:1",
              "`K/c` is a component that no kustomization here lists: skipped",
            ],
          ]);
          assert.deepEqual(names(snapshot), ["ServiceAccount agent"]);
        },
      ),
    ));

  it("is built once: not where another lists it, and once where they list each other", () =>
    withTools(kustomize, () =>
      withFolder(
        {
          "kustomization.yaml": "components: [c]\nnamePrefix: ''\n",
          printed: object("Pod", "root"),
          "c/kustomization.yaml": "kind: Component\nresources: [../inner]\n",
          "inner/kustomization.yaml": "",
          "one/kustomization.yaml": "resources: [../two]\n",
          "one/printed": object("Pod", "one"),
          "two/kustomization.yaml": "bases: [../one]\n",
        },
        (folder) => {
          const snapshot = read(folder);
          assert.deepEqual(snapshot.notes, []);
          assert.deepEqual(names(snapshot), ["Pod root", "Pod one"]);
        },
      ),
    ));

  const overlays = {
    "base/a.yaml": object("ConfigMap", "a"),
    "base/kustomization.yaml": "resources: [a.yaml]\n",
    "one/kustomization.yaml": "resources: [../base]\n",
    "one/printed": object("ConfigMap", "a", "path: @/../base/a.yaml"),
    "two/kustomization.yaml": "resources: [../base]\n",
  };

  it("has once what two kustomizations make alike", () =>
    withTools(kustomize, () =>
      withFolder({ ...overlays, "two/printed": overlays["one/printed"] }, (folder) => {
        const snapshot = read(folder);
        assert.deepEqual(snapshot.notes, []);
        assert.deepEqual(names(snapshot), ["ConfigMap a"]);
      }),
    ));

  it("has both where two make objects of one name from different files", () =>
    withTools(kustomize, () =>
      withFolder(
        {
          ...overlays,
          "two/printed": object("ConfigMap", "a", "path: @/a.yaml", "data: { b: c }\n"),
        },
        (folder) => {
          const snapshot = read(folder);
          assert.deepEqual(snapshot.notes, []);
          assert.deepEqual(names(snapshot), ["ConfigMap a", "ConfigMap a#2"]);
        },
      ),
    ));

  it("judges the first of two that differ for one file, and reports it", () =>
    withTools(kustomize, () =>
      withFolder(
        {
          ...overlays,
          "two/printed": overlays["one/printed"] + "data: { b: c }\n",
        },
        (folder) => {
          const snapshot = read(folder);
          assert.deepEqual(notes(snapshot, folder), [
            [
              "unrendered",
              "two/kustomization.yaml:1",
              "`K/two` builds another ConfigMap `a` than `K/one`, which is judged; judge it by itself: `npx --no-install agentid check K/two`",
            ],
          ]);
          assert.deepEqual(names(snapshot), ["ConfigMap a"]);
        },
      ),
    ));

  it("follows no link to a kustomization out of its folder", () =>
    withTools(kustomize, () =>
      withFolder(
        { "out/kustomization.yaml": "", "out/printed": account, "k/a.yaml": account },
        (folder) => {
          symlinkSync(join(folder, "out/kustomization.yaml"), join(folder, "k/kustomization.yaml"));
          const snapshot = read(join(folder, "k"));
          assert.deepEqual(names(snapshot), ["ServiceAccount agent"]);
          assert.match(snapshot.notes[0]?.message ?? "", /^a link out of the folder/);
        },
      ),
    ));
});

/** What a `kustomize.v2` component makes, and what is noted of it. */
function expanded(folder: string, inputs: ValueRecord) {
  const component = {
    urn: "urn:pulumi:dev::p::kubernetes:kustomize/v2:Directory::desk",
    type: "kubernetes:kustomize/v2:Directory",
    name: "desk",
    custom: false,
    inputs,
    dependencies: [],
    propertyDependencies: {},
    source: { file: "index.ts", line: 3 },
  };
  const { children, notes: found } = expandConfig(component, folder, "urn:provider");
  return {
    children: children.map((child) => [child.name, child.inputs["metadata"]]),
    notes: found.map(({ kind, message, source }) => [kind, message, source?.file]),
  };
}

describe("a kustomization that a program names", () => {
  inProgramHost();

  const files = {
    "k/kustomization.yaml": "resources: [a.yaml]\n",
    "k/printed": object("ServiceAccount", "triage"),
  };

  it("is built, in the namespace that the component names", () =>
    withTools(kustomize, () =>
      withFolder(files, (folder) => {
        assert.deepEqual(expanded(folder, { directory: "./k", namespace: "acme" }), {
          children: [["desk:acme/triage", { name: "triage", namespace: "acme" }]],
          notes: [],
        });
        assert.deepEqual(expanded(folder, { directory: join(folder, "k"), resourcePrefix: "a" }), {
          children: [["a:default/triage", { name: "triage", namespace: "default" }]],
          notes: [],
        });
      }),
    ));

  it("is not judged where it is on the network, not there, not known or not built", () =>
    withTools({ kustomize: failingTool("Error: missing") }, () =>
      withFolder(files, (folder) => {
        const noted = (directory: ValueRecord[string]) => {
          const { children, notes: found } = expanded(folder, { directory });
          assert.deepEqual(children, []);
          return found;
        };
        const shown = relative(process.cwd(), folder);
        for (const address of ["https://github.com/acme/infra/tree/main/k", "github.com/a/b"]) {
          assert.deepEqual(noted(address), [
            ["unrendered", `\`${address}\` is on the network and was not fetched`, "index.ts"],
          ]);
        }
        assert.deepEqual(noted("./nowhere"), [
          ["unrendered", `no folder \`${shown}/nowhere\``, "index.ts"],
        ]);
        assert.deepEqual(noted(new Unknown()), [
          ["unrendered", "its manifest is unknown before other resources are made", "index.ts"],
        ]);
        assert.deepEqual(noted("k"), [
          ["unrendered", `kustomize cannot build \`${shown}/k\`: missing`, "index.ts"],
        ]);
      }),
    ));

  for (const [what, scripts, made, found] of [
    ["gives its objects to the component that makes them in the program", kustomize, true, []],
    [
      "is not judged where the program makes its objects and no tool is installed",
      {},
      false,
      [
        "`K/k` is a kustomization, and neither `kustomize` nor `kubectl` is installed; judge its output: `kustomize build K/k | npx --no-install agentid check -`",
      ],
    ],
  ] as const) {
    it(what, () => {
      const kubernetes = JSON.stringify(require.resolve("@pulumi/kubernetes"));
      const program = {
        ...files,
        "Pulumi.yaml": "name: kustomized\nruntime: nodejs\n",
        "index.js": `new (require(${kubernetes}).kustomize.Directory)("desk", { directory: "./k" });\n`,
      };
      return withTools(scripts, () =>
        withFolder(program, async (directory) => {
          const preview = await previewProgram({ directory });
          assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
          const { resources } = preview.snapshot;
          assert.deepEqual(
            notes(preview.snapshot, directory).map(([, , message]) => message),
            found,
          );
          assert.equal(
            resources.some(({ urn }) => urn.endsWith("ServiceAccount::triage")),
            made,
          );
        }),
      );
    });
  }
});
