import assert from "node:assert/strict";
import { dirname } from "node:path";
import { readManifests } from "../engine";
import { buildKustomization } from "../engine/kubernetes/kustomize";
import { withFolder } from "../test/engine/support/programs";
import { withEnvironment } from "../test/engine/support/tools-on-path";
import { builtPrograms } from "./support/tools";

const account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: agent }\n";

const files = {
  "base/kustomization.yaml": "resources: [all.yaml]\n",
  "base/all.yaml": `# one\n---\n${account}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: desk }
spec:
  template:
    spec:
      serviceAccountName: agent
      containers: [{ name: desk, image: acme/desk:1, envFrom: [{ secretRef: { name: token } }] }]
`,
  "prod/kustomization.yaml": `resources: [../base]
namePrefix: prod-
namespace: acme
components: [../component]
secretGenerator: [{ name: token, literals: [a=hunter2] }]
`,
  "component/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches: [{ path: patch.yaml }]
`,
  "component/patch.yaml":
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: desk }\nspec: { replicas: 2 }\n",
};

/** Runs a test where kustomize is on the PATH, with git, which it would download bases with. */
function withKustomize<T>(use: () => T | Promise<T>): Promise<T> {
  const [kustomize] = builtPrograms(["kustomize"]);
  return withEnvironment({ PATH: `${dirname(kustomize)}:/usr/bin` }, use);
}

/** Why a kustomization is not built, with `K` for the path of its folder. */
async function refusal(
  kustomization: string,
  others: Readonly<Record<string, string>> = {},
): Promise<string> {
  return withFolder({ "k/kustomization.yaml": kustomization, ...others }, (folder) => {
    const built = buildKustomization(`${folder}/k`);
    assert.ok(built.kind === "problem", JSON.stringify(built));
    return built.problem.replaceAll(/`[^` ]*\/k`/g, "`K`").replaceAll(/ \S+\/k \|/g, " K |");
  });
}

describe("kustomize itself", () => {
  it("makes what is judged: names, references, patches, and the origin of each object", () =>
    withKustomize(() =>
      withFolder(files, (folder) => {
        const read = readManifests([folder]);
        assert.ok(read.kind === "snapshot", JSON.stringify(read));
        assert.deepEqual(read.snapshot.notes, []);
        assert.deepEqual(
          read.snapshot.resources.map(({ name, source }) => [
            name,
            `${source?.file}:${source?.line}`,
          ]),
          [
            ["acme/prod-agent", "base/all.yaml:3"],
            ["acme/prod-token", "prod/kustomization.yaml:1"],
            ["acme/prod-desk", "base/all.yaml:7"],
          ],
        );
        const { metadata, spec } = read.snapshot.resources[2]?.inputs ?? {};
        assert.deepEqual(metadata, { name: "prod-desk", namespace: "acme", annotations: {} });
        assert.deepEqual(spec, {
          replicas: 2,
          template: {
            spec: {
              serviceAccountName: "prod-agent",
              containers: [
                {
                  name: "desk",
                  image: "acme/desk:1",
                  envFrom: [{ secretRef: { name: "prod-token" } }],
                },
              ],
            },
          },
        });
      }),
    ));

  it("downloads nothing: neither files nor repositories", () =>
    withKustomize(async () => {
      for (const address of [
        "https://example.com/a.yaml",
        "http://example.com/a.yaml",
        "http://localhost:1/a.yaml",
        "http://169.254.169.254/latest/user-data",
        "https://github.com/acme/infra//k?ref=v1",
        "git@github.com:acme/infra.git?ref=v1",
        "ssh://git@github.com/acme/infra.git",
      ]) {
        assert.equal(
          await refusal(`resources: ["${address}"]\n`),
          "kustomize would download parts of `K`, and nothing is downloaded here; judge its output: `kustomize build K | npx --no-install agentid check -`",
        );
      }
    }));

  it("runs no plugin and no Helm, and reads no file outside of the folder", () =>
    withKustomize(async () => {
      assert.equal(
        await refusal("helmCharts: [{ name: desk }]\n"),
        "kustomize cannot build `K`: trouble configuring builtin HelmChartInflationGenerator: must specify --enable-helm",
      );
      const plugin = `apiVersion: acme/v1\nkind: Desk\nmetadata: { name: a, annotations: { config.kubernetes.io/function: "exec: { path: ./a.sh }" } }\n`;
      assert.equal(
        await refusal("resources: [a.yaml]\ntransformers: [t.yaml]\n", {
          "k/a.yaml": account,
          "k/t.yaml": plugin,
        }),
        "kustomize cannot build `K`: external plugins disabled; unable to load external plugin 'Desk'",
      );
      assert.match(
        await refusal("resources: [../a.yaml]\n", { "a.yaml": account }),
        /security; file '\S+' is not in or below '\S+'/,
      );
    }));

  it("quotes secrets in its errors, and they are left out", () =>
    withKustomize(async () => {
      for (const [kustomization, message] of [
        [
          "secretGenerator: [{ name: a, literals: [hunter2] }]\n",
          "loading KV pairs: literal sources",
        ],
        [
          "resources: [a.yaml]\npatches: [{ patch: 'token: hunter2' }]\n",
          "trouble configuring builtin PatchTransformer: unable to parse SM or JSON patch from",
        ],
      ] as const) {
        assert.equal(
          await refusal(kustomization, { "k/a.yaml": account }),
          `kustomize cannot build \`K\`: ${message}`,
        );
      }
    }));
});
