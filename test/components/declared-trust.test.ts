import assert from "node:assert/strict";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import { Unknown, type Value, type ValueRecord } from "../../core/snapshot/value";
import { Agent, Tenant, Tool } from "../../components";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
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

/** Which of them a resource of an engine depends on: it reports only whole properties. */
function asEngineTells(snapshot: Snapshot): Snapshot {
  const resources = snapshot.resources.map((resource) => ({
    ...resource,
    inputs: withoutWaits(resource.inputs) as ValueRecord,
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.inputs).map(([top, value]) => [
        top,
        [...new Set(dependenciesIn(value))],
      ]),
    ),
  }));
  return { ...snapshot, resources };
}

function dependenciesIn(value: Value): readonly string[] {
  if (value instanceof Unknown) return value.dependsOn;
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap((each) => dependenciesIn(each as Value));
}

function withoutWaits(value: Value): Value {
  if (value instanceof Unknown) return new Unknown();
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(withoutWaits);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withoutWaits(each as Value)]),
  );
}

const own = new Unknown([urnOf(providerType, "own")]);
const another = new Unknown([urnOf(providerType, "another")]);

/** Two agents of one tenant, as in a later preview, or with parts of them hidden. */
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
  const changed = structuredClone(inputs) as Record<string, unknown>;
  const set = (value: Value | undefined, ...path: readonly string[]): void => {
    if (value !== undefined) setIn(changed, path, value);
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

function setIn(
  record: Record<string, unknown>,
  [step = "", ...rest]: readonly string[],
  to: Value,
): void {
  if (rest.length === 0) record[step] = to;
  else if (record[step] !== undefined) setIn(record[step] as typeof record, rest, to);
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
  it("passes once all is known", async () => {
    assert.deepEqual(await findingsOf(await stack()), []);
  });

  it("passes where the ARN of the cluster's provider is unknown", async () => {
    const all = { provider: own, trust: own, annotation: own };
    assert.deepEqual(await findingsOf(await stack(all)), []);
    const url = new Unknown([urnOf(clusterType, "own")]);
    assert.deepEqual(await findingsOf(await stack({ ...all, issuer: url })), []);
    assert.deepEqual(await findingsOf(await stack({ ...all, issuer: own })), []);
  });

  it("passes in an engine that reports dependencies only of whole properties", async () => {
    const all = { provider: own, trust: own, annotation: own };
    const url = new Unknown([urnOf(clusterType, "own")]);
    for (const hidden of [all, { ...all, issuer: own }, { ...all, issuer: url }]) {
      assert.deepEqual(await findingsOf(asEngineTells(await stack(hidden))), []);
    }
  });

  for (const { what, hidden } of [
    {
      what: "whose issuer is another cluster's",
      hidden: { issuer: new Unknown([urnOf(clusterType, "another")]) },
    },
    {
      what: "whose issuer is told by another provider",
      hidden: { issuer: another },
    },
    { what: "whose issuer is written out", hidden: { issuer } },
    { what: "of a role that waits for another provider", hidden: { trust: another } },
  ]) {
    it(`is not proven ${what}`, async () => {
      const all = { provider: own, trust: own, annotation: own };
      const hiding = await stack({ ...all, ...hidden });
      for (const snapshot of [hiding, asEngineTells(hiding)]) {
        const found = await findingsOf(snapshot);
        assert.ok(found.includes("no-public-trust undetermined"), found.join("\n"));
      }
    });
  }

  it("is not taken for that of a role which the component does not make", async () => {
    const { resources, ...rest } = await stack({ provider: own, trust: own, annotation: own });
    const role = resources.find(({ type, name }) => /Role$/.test(type) && name === "triage");
    assert.ok(role);
    const other = { ...role, parent: head, urn: urnOf(role.type, "other"), name: "other" };
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

  it("gives each ServiceAccount its own role, unless the annotation has another source", async () => {
    const all = { provider: own, trust: own };
    const role = `${head}agentid:index:Agent$aws:iam/role:Role::refunds`;
    for (const annotation of [another, new Unknown([role, urnOf(providerType, "own")])]) {
      const found = await findingsOf(await stack({ ...all, annotation }));
      assert.ok(
        found.some((each) => each.startsWith("no-shared-identity ")),
        found.join("\n"),
      );
    }
  });
});

describe("the trust that a component declares of others than its workload", () => {
  const providerArn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
  const eksIrsa = { providerArn };
  const brokerType = "aws:iam/role:Role";
  const [ofBroker, ofOther] = ["broker", "other"].map((name) => urnOf(brokerType, name));

  /** A tool of a tenant with a broker, one with a direct caller, and an agent that adopts, in a first preview. */
  async function tools(broker?: Value, trust: Value = own): Promise<Snapshot> {
    const roleArn = "arn:aws:iam::111122223333:role/platform/acme-broker";
    const made = snapshotOf(
      await registered(() => {
        const acme = new Tenant("acme", { federation: { eksIrsa }, broker: { roleArn } });
        new Tool("search", { tenant: acme.ref });
        const globex = new Tenant("globex", { federation: { eksIrsa } });
        new Tool("lookup", { tenant: globex.ref, directCallers: ["answer"] });
        new Agent("answer", { tenant: globex.ref });
        const serviceAccount = { name: "old", import: true };
        new Agent("former", { tenant: globex.ref, adopt: { serviceAccount } });
      }),
    );
    const resources = made.resources.map((each) => {
      const inputs = structuredClone(each.inputs) as Record<string, unknown>;
      if (each.type.startsWith("agentid:index:") && !each.type.endsWith(":Tenant")) {
        setIn(inputs, ["tenant", "federation", "eksIrsa", "providerArn"], own);
        if (broker !== undefined) setIn(inputs, ["tenant", "broker", "roleArn"], broker);
      }
      if (each.type === brokerType) {
        inputs["assumeRolePolicy"] = each.name === "search" ? trust : own;
        // The account of a first preview is unknown.
        delete inputs["permissionsBoundary"];
      }
      if (each.type === "kubernetes:core/v1:ServiceAccount") {
        setIn(inputs, ["metadata", "annotations", "eks.amazonaws.com/role-arn"], own);
      }
      return { ...each, inputs: inputs as ValueRecord };
    });
    return { ...made, resources: [...cluster("own"), ...cluster("another"), ...resources] };
  }

  it("passes for brokers, direct callers and what is adopted", async () => {
    assert.deepEqual(await findingsOf(await tools()), []);
  });

  it("passes for a broker with an unknown ARN of one role", async () => {
    const arn = new Unknown([ofBroker ?? ""], false, "arn");
    const trust = new Unknown([...own.dependsOn, ofBroker ?? ""]);
    const found = await findingsOf(await tools(arn, trust));
    assert.ok(!found.some((each) => each.startsWith("no-public-trust")), found.join("\n"));
    for (const [broker, waitingFor] of [
      [new Unknown([ofBroker ?? "", ofOther ?? ""]), trust],
      [arn, new Unknown([...trust.dependsOn, ofOther ?? ""])],
    ] as const) {
      const open = await findingsOf(await tools(broker, waitingFor));
      assert.ok(open.includes("no-public-trust undetermined"), open.join("\n"));
    }
  });
});
