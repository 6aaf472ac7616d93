import assert from "node:assert/strict";
import type { Resource, Snapshot } from "../../../../core/snapshot/resource";
import { isRecord, type ValueRecord } from "../../../../core/snapshot/value";
import { previewProgram } from "../../../../engine";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { inProgramHost } from "../../../support/program-host";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const providerArn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
const directory = "test/engine/programs/eks-irsa";

async function preview(
  configuration: Readonly<Record<string, string>>,
  state?: Snapshot,
): Promise<Snapshot> {
  const config = Object.fromEntries(
    Object.entries(configuration).map(([key, value]) => [`eks-irsa:${key}`, value]),
  );
  const previewed = await previewProgram({ directory, config, ...(state && { state }) });
  assert.ok(previewed.kind === "snapshot", JSON.stringify(previewed));
  return previewed.snapshot;
}

/** What the cluster, its provider and the objects turn out to have. */
function outputsOf({ type, name, inputs }: Resource): ValueRecord {
  switch (type) {
    case "eks:index:Cluster":
      return {
        core: { oidcProvider: { arn: providerArn, url: issuer } },
        kubeconfig: {},
        oidcIssuer: issuer,
        oidcProviderArn: providerArn,
      };
    case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
      return { id: providerArn, arn: providerArn, url: issuer };
    case "aws:iam/role:Role":
      return { id: name, name, arn: `arn:aws:iam::111122223333:role/${name}` };
    default:
      return { ...inputs, id: name };
  }
}

const deployed = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  resources: snapshot.resources.map((each) => ({
    ...each,
    outputs: { ...each.inputs, ...outputsOf(each) },
  })),
});

const aboutTrust = /^(?:no-public-trust|require-(?:subject|audience|issuer)|no-broad-subject)/;

async function findingsIn(snapshot: Snapshot): Promise<readonly string[]> {
  const { findings } = await judgeSnapshot(snapshot, { settings: defaultSettings });
  return findings
    .filter(({ rule }) => aboutTrust.test(rule))
    .map(({ rule, verdict, dependsOn }) => {
      const names = dependsOn.map((urn) => urn.slice(urn.lastIndexOf("::") + 2));
      return [rule, verdict, ...names].join(" ");
    });
}

/** The findings of a first preview, a later one, and of its state. */
async function inEachForm(configuration: Readonly<Record<string, string>>) {
  const first = await preview(configuration);
  const later = await preview(configuration, deployed(first));
  const [made] = later.resources.filter(
    ({ name, type }) => name === "reader" && /Role$/.test(type),
  );
  assert.equal(isRecord(made?.inputs["assumeRolePolicy"]), false, "all of it is known later");
  return Promise.all([first, later, deployed(later)].map(findingsIn));
}

describe("a role by IRSA on a cluster of @pulumi/eks", () => {
  inProgramHost();

  const open: Readonly<Record<string, string>> = {
    output: "main-eksCluster main",
    lifted: "main-eksCluster main-oidcProvider main",
    applied: "main-oidcProvider",
  };
  for (const [spelled, dependencies] of Object.entries(open)) {
    it(`is not proven by its subject before the issuer is known, and passes then: ${spelled}`, async () => {
      const wanted = `require-subject-condition undetermined ${dependencies}`;
      assert.deepEqual(await inEachForm({ issuer: spelled }), [[wanted], [], []]);
    });
    it(`is not proven, then reported, where no condition tests the subject: ${spelled}`, async () => {
      const found = await inEachForm({ issuer: spelled, trust: "no-subject" });
      const wanted = `require-subject-condition undetermined ${dependencies}`;
      const reported = ["require-subject-condition violated"];
      assert.deepEqual(found, [[wanted], reported, reported]);
    });
  }

  it("is reported as public where it is", async () => {
    const reported = ["no-public-trust violated"];
    assert.deepEqual(await inEachForm({ trust: "everyone" }), [reported, reported, reported]);
  });
});
