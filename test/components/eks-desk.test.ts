import assert from "node:assert/strict";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { knownString } from "../../core/snapshot/read";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import { previewProgram } from "../../engine";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { inProgramHost } from "../support/program-host";

const directory = "test/components/programs/eks-desk";
const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const account = "arn:aws:iam::111122223333";
const providerArn = `${account}:oidc-provider/${issuer}`;

/** Previews without a state, by configuration: several tests start from the same. */
const firsts = new Map<string, Promise<Snapshot>>();

function preview(
  configuration: Readonly<Record<string, string>> = {},
  state?: Snapshot,
): Promise<Snapshot> {
  if (state !== undefined) return previewAnew(configuration, state);
  const key = JSON.stringify(configuration);
  const first = firsts.get(key) ?? previewAnew(configuration);
  firsts.set(key, first);
  return first;
}

async function previewAnew(
  configuration: Readonly<Record<string, string>>,
  state?: Snapshot,
): Promise<Snapshot> {
  const given = Object.entries(configuration).map(([key, value]) => [`eks-desk:${key}`, value]);
  const previewed = await previewProgram({
    directory,
    config: Object.fromEntries(given) as Record<string, string>,
    ...(state && { state }),
  });
  assert.ok(previewed.kind === "snapshot", JSON.stringify(previewed));
  return previewed.snapshot;
}

/** The stack after deployment, as in a later preview of the program. */
async function deployed(configuration: Readonly<Record<string, string>> = {}): Promise<Snapshot> {
  const first = await preview(configuration);
  const resources = first.resources.map((each) => ({ ...each, outputs: outputsOf(each) }));
  const later = await preview(configuration, { ...first, resources });
  return { ...later, resources: later.resources.map(withOutputs) };
}

/** What AWS answers for what the program makes, as far as others refer to it. */
function outputsOf({ type, name, inputs }: Resource): ValueRecord {
  const own = knownString(inputs, "name") ?? name;
  const path = knownString(inputs, "path") ?? "/";
  switch (type) {
    case "eks:index:Cluster":
      return {
        oidcProviderArn: providerArn,
        oidcProviderUrl: `https://${issuer}`,
        kubeconfigJson: "{}",
      };
    case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
      return { id: providerArn, arn: providerArn, url: issuer };
    case "aws:iam/role:Role":
      return { id: own, name: own, arn: `${account}:role${path}${own}` };
    case "aws:iam/policy:Policy":
      return { id: own, name: own, arn: `${account}:policy${path}${own}` };
    default:
      return { id: own };
  }
}

function withOutputs(resource: Resource): Resource {
  return { ...resource, outputs: { ...resource.inputs, ...outputsOf(resource) } };
}

/** Findings, a line each, and what was not judged. */
async function findingsIn(snapshot: Snapshot): Promise<readonly string[]> {
  const { findings } = await judgeSnapshot(snapshot, { settings: defaultSettings });
  return [
    ...findings.map(({ rule, verdict, message }) => `${rule} ${verdict}: ${message}`),
    ...snapshot.notes.map(({ message }) => message),
  ].sort();
}

/** The trust policy of a role. */
function trustOf({ resources }: Snapshot, name: string): Value | undefined {
  const isOwn = (each: Resource): boolean =>
    each.type === "aws:iam/role:Role" && each.name === name;
  return resources.find(isOwn)?.inputs["assumeRolePolicy"];
}

/** That the component's own optionhas nodes two hops, which is true of it. */
const hops =
  "no-node-identity-fallback violated: Pods on `workers` can use the node role `nodes`: `httpPutResponseHopLimit` is 2, not 1";

describe("a support desk on a cluster of @pulumi/eks", () => {
  inProgramHost();

  for (const broker of ["text", "output", "made"]) {
    it(`is proven in its first preview and as deployed, with its broker as ${broker}`, async () => {
      assert.deepEqual(await findingsIn(await preview({ broker })), [hops]);
      const later = await deployed({ broker });
      assert.equal(typeof trustOf(later, "search"), "string");
      assert.deepEqual(await findingsIn(later), [hops]);
    });
  }

  it("is reported where its own broker runs without the grants of an agent, in each preview", async () => {
    const configuration = { broker: "made", "left-out": "triage" };
    const found = [
      hops,
      "require-runtime-policy violated: The grant on tool `acme/refunds`, which causes `payment`, is missing in task broker `decider`",
    ];
    assert.deepEqual(await findingsIn(await preview(configuration)), found);
    assert.deepEqual(await findingsIn(await deployed(configuration)), found);
  });

  for (const { widened, found } of [
    {
      widened: "text",
      found: "no-public-trust violated: Role `acme.desk` can be assumed from any AWS account",
    },
    {
      widened: "part",
      found:
        "require-source-identity undetermined: Role `acme.desk` can be assumed by other roles without a source identity",
    },
  ]) {
    it(`is judged by a trust that a transformation puts in place: ${widened}`, async () => {
      assert.deepEqual(await findingsIn(await preview({ widened })), [hops, found]);
    });
  }

  it("is not proven where a transformation makes a trust of the component's own, which is judged once it is known", async () => {
    const widened = "result";
    assert.deepEqual(await findingsIn(await preview({ widened })), [
      "no-cross-tenant-trust undetermined: Role `acme.desk` can be assumed from another tenant",
      hops,
      "no-public-trust undetermined: Role `acme.desk` can be assumed from any AWS account",
    ]);
    assert.deepEqual(await findingsIn(await deployed({ widened })), [
      "no-broad-subject violated: Role `acme.desk` trusts any matching ServiceAccount of one namespace: `sub` may be `system:serviceaccount:acme:*`",
      hops,
    ]);
  });
});
