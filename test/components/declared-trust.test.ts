import assert from "node:assert/strict";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import { Unknown, type Value, type ValueRecord } from "../../core/snapshot/value";
import { Agent, Tenant } from "../../components";
import { judgeSnapshot } from "../../policy-pack/judge";
import { defaultSettings } from "../../policy-pack/settings";
import { registered } from "./support/registered";
import { snapshotOf } from "./support/snapshot";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const head = "urn:pulumi:stack::project::";
const providerType = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const clusterType = "aws:eks/cluster:Cluster";
const urnOf = (type: string, name: string) => `${head}${type}::${name}`;

/** A cluster with its provider, as a program declares them. */
function cluster(name: string): readonly Resource[] {
  const resource = (type: string, inputs: ValueRecord): Resource => ({
    ...{ urn: urnOf(type, name), type, name, custom: true },
    ...{ inputs, dependencies: [], propertyDependencies: {} },
  });
  const url = new Unknown([urnOf(clusterType, name)]);
  return [resource(clusterType, {}), resource(providerType, { url })];
}

/** What is not known in a first preview, and what it waits for. */
interface Hidden {
  readonly provider?: Value;
  readonly issuer?: Value;
  readonly trust?: Value;
  readonly annotation?: Value;
}

const own = new Unknown([urnOf(providerType, "own")]);
const another = new Unknown([urnOf(providerType, "another")]);

/** Two agents of one tenant, as a later preview knows them, or with parts of them hidden. */
async function stack(hidden: Hidden = {}): Promise<Snapshot> {
  const made = snapshotOf(
    await registered(() => {
      const providerArn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
      const acme = new Tenant("acme", { federation: { eksIrsa: { providerArn } } });
      new Agent("triage", { tenant: acme.ref });
      new Agent("refunds", { tenant: acme.ref });
    }),
  );
  const resources = made.resources.map((each) => ({ ...each, inputs: hide(each, hidden) }));
  return { ...made, resources: [...cluster("own"), ...cluster("another"), ...resources] };
}

function hide({ type, inputs }: Resource, { provider, trust, annotation, ...rest }: Hidden) {
  const changed = JSON.parse(JSON.stringify(inputs)) as Record<string, never>;
  const set = (value: Value | undefined, ...path: readonly string[]): void => {
    const last = path.at(-1);
    let here: Record<string, unknown> | undefined = changed;
    for (const step of path.slice(0, -1)) here = here?.[step] as Record<string, unknown>;
    if (value !== undefined && last !== undefined && here !== undefined) here[last] = value;
  };
  if (type === "agentid:index:Agent") {
    set(provider, "tenant", "federation", "eksIrsa", "providerArn");
    set(rest.issuer, "tenant", "federation", "eksIrsa", "issuer");
  }
  if (type === "aws:iam/role:Role") set(trust, "assumeRolePolicy");
  if (type === "kubernetes:core/v1:ServiceAccount") {
    set(annotation, "metadata", "annotations", "eks.amazonaws.com/role-arn");
  }
  return changed as ValueRecord;
}

/** The findings about identities, a line each. */
async function findingsOf(snapshot: Snapshot): Promise<readonly string[]> {
  const judged = await judgeSnapshot(snapshot, { settings: defaultSettings });
  return judged.findings
    .map(({ rule, verdict }) => `${rule} ${verdict}`)
    .sort()
    .filter((line, index, all) => all.indexOf(line) === index);
}

describe("the trust that a component declares", () => {
  it("holds once all is known", async () => {
    assert.deepEqual(await findingsOf(await stack()), []);
  });

  it("holds where the ARN of the cluster's provider is not known", async () => {
    const all = { provider: own, trust: own, annotation: own };
    assert.deepEqual(await findingsOf(await stack(all)), []);
    const url = new Unknown([urnOf(clusterType, "own")]);
    assert.deepEqual(await findingsOf(await stack({ ...all, issuer: url })), []);
    assert.deepEqual(await findingsOf(await stack({ ...all, issuer: own })), []);
  });

  for (const { what, hidden } of [
    {
      what: "whose issuer is another cluster's",
      hidden: { issuer: new Unknown([urnOf(clusterType, "another")]) },
    },
    { what: "whose issuer is written out", hidden: { issuer } },
    { what: "of a role that waits for another provider", hidden: { trust: another } },
  ]) {
    it(`is not proven ${what}`, async () => {
      const all = { provider: own, trust: own, annotation: own };
      const found = await findingsOf(await stack({ ...all, ...hidden }));
      assert.ok(found.includes("no-public-trust undetermined"), found.join("\n"));
    });
  }

  it("is not taken for that of a role which the component does not make", async () => {
    const { resources, ...rest } = await stack({ provider: own, trust: own, annotation: own });
    const role = resources.find(({ type, name }) => /Role$/.test(type) && name === "triage");
    assert.ok(role);
    const { parent: _, ...alone } = role;
    const other = { ...alone, urn: urnOf(role.type, "other"), name: "other" };
    const found = await findingsOf({ ...rest, resources: [...resources, other] });
    assert.ok(found.includes("no-public-trust undetermined"), found.join("\n"));
  });

  it("is what tests no subject where its text is known to test none", async () => {
    const trust = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" } },
        },
      ],
    });
    const found = await findingsOf(await stack({ provider: own, annotation: own, trust }));
    assert.ok(found.includes("require-subject-condition violated"), found.join("\n"));
  });

  it("gives each ServiceAccount its own role, unless the annotation comes from elsewhere", async () => {
    const all = { provider: own, trust: own };
    const found = await findingsOf(await stack({ ...all, annotation: another }));
    assert.ok(found.includes("no-shared-identity undetermined"), found.join("\n"));
  });
});
