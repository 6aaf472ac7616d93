import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import noSharedIdentity from "../../../../policy-pack/rules/no-shared-identity";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { manifest, resource, snapshotOf } from "../../../support/resources";
import { stated } from "../../../support/stated";

const chart = resource("helm:manifests:Chart", "desk in desk.yaml", {});
const other = resource("helm:manifests:Chart", "till in till.yaml", {});

function deployment(name: string, labels = ""): readonly Resource[] {
  return manifest(
    `\napiVersion: apps/v1\nkind: Deployment\nmetadata: { namespace: acme, name: ${name}, labels: { ${labels} } }\nspec: { template: { spec: { serviceAccountName: desk, containers: [{ name: x, image: y }] } } }\n`,
  );
}

const below = (parent: Resource, resources: readonly Resource[]): readonly Resource[] =>
  resources.map((each) => ({ ...each, parent: parent.urn }));

async function toldOf(...resources: readonly Resource[]): Promise<readonly string[]> {
  const judging = { settings: defaultSettings, rules: [noSharedIdentity] };
  const { findings } = await judgeSnapshot(snapshotOf(resources), judging);
  return findings.map(stated);
}

const both = [
  "ServiceAccount `acme/desk` is shared by 2 workloads <acme/a>",
  "ServiceAccount `acme/desk` is shared by 2 workloads <acme/b>",
];

describe("objects that a manifest marks as of one chart", () => {
  it("is one workload", async () => {
    const made = below(chart, [...deployment("a"), ...deployment("b")]);
    assert.deepEqual(await toldOf(chart, ...made), []);
  });

  it("is one workload with what names its release", async () => {
    const labels = "app.kubernetes.io/managed-by: Helm, app.kubernetes.io/instance: desk";
    const made = below(chart, [...deployment("a", labels), ...deployment("b")]);
    assert.deepEqual(await toldOf(chart, ...made), []);
  });

  it("is none with what another chart made", async () => {
    const made = [...below(chart, deployment("a")), ...below(other, deployment("b"))];
    assert.deepEqual(await toldOf(chart, other, ...made), both);
  });

  it("is none with what declares itself an agent, or another workload", async () => {
    for (const mark of ["agentid.dev/kind: agent", "agentid.dev/workload: b"]) {
      const made = below(chart, [...deployment("a"), ...deployment("b", mark)]);
      assert.deepEqual(await toldOf(chart, ...made), both);
    }
  });
});
