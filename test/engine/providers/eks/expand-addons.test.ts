import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import {
  PartialText,
  Unknown,
  type Value,
  type ValueRecord,
} from "../../../../core/snapshot/value";
import { expandAddon, isAddonComponent } from "../../../../engine/providers/eks/expand-addons";
import { expandCluster } from "../../../../engine/providers/eks/expand-cluster";
import { formUrn } from "../../../../engine/program/urn";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { threeForms } from "../../../support/three-forms";
import { resource, snapshotOf } from "../../../support/resources";

const head = "urn:pulumi:dev::desk::";
const provider = `${head}pulumi:providers:aws::default`;
const urnOf = (parent: string, type: string, name: string) =>
  formUrn({ stack: "dev", project: "desk", parent, type, name });
const clusterUrn = `${head}eks:index:Cluster$aws:eks/cluster:Cluster::main-eksCluster`;
const later = `${head}aws:cloudformation/stack:Stack::later`;
const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

function component(type: string, name: string, inputs: ValueRecord): Resource {
  const urn = `${head}${type}::${name}`;
  return { urn, type, name, custom: false, inputs, dependencies: [], propertyDependencies: {} };
}

const main = component("eks:index:Cluster", "main", {});
const { children: ofCluster } = expandCluster(main, { urnOf, provider });
const known = new Map([main, ...ofCluster].map((each) => [each.urn, each]));

function expanded(inputs: ValueRecord, kind = "Addon") {
  const given = kind === "Addon" ? { cluster: new Unknown([main.urn]), ...inputs } : inputs;
  return expandAddon(component(`eks:index:${kind}`, "dns", given), {
    urnOf,
    provider,
    find: (urn) => known.get(urn),
  });
}

describe("what add-ons of @pulumi/eks make", () => {
  const clusterName = new Unknown([clusterUrn], false, "name");
  const made = (inputs: ValueRecord, kind?: string) => {
    const { children, notes } = expanded(inputs, kind);
    assert.deepEqual(notes, []);
    return children.map(({ type, name, inputs: own }) => ({ type, name, inputs: own }));
  };
  const addon = (inputs: ValueRecord) => [
    { type: "aws:eks/addon:Addon", name: "dns", inputs: { clusterName, ...inputs } },
  ];

  it("is the add-on of EKS in the cluster, with no identity where it receives none", () => {
    assert.deepEqual(made({ addonName: "coredns" }), addon({ addonName: "coredns" }));
  });

  for (const [property, value] of Object.entries<Value>({
    serviceAccountRoleArn: roleArn("dns"),
    podIdentityAssociations: [{ serviceAccount: "dns", roleArn: roleArn("dns") }],
  })) {
    it(`has its ${property}, known and unknown`, () => {
      for (const each of [value, new Unknown([later])]) {
        assert.deepEqual(made({ [property]: each }), addon({ [property]: each }));
      }
    });
  }

  it("has its configuration as JSON, with what is known of it", () => {
    const values = (configurationValues: Value) =>
      made({ configurationValues })[0]?.inputs["configurationValues"];
    assert.equal(values({ replicas: 2 }), '{"replicas":2}');
    assert.deepEqual(values(new Unknown([later])), new Unknown([later]));
    assert.deepEqual(
      values({ password: new Unknown([later]) }),
      new PartialText(['{"password":"', new Unknown([later]), '"}']),
    );
  });

  it("is the VPC CNI by its name, in the cluster that it names", () => {
    assert.deepEqual(made({ clusterName: "prod" }, "VpcCniAddon"), [
      {
        type: "aws:eks/addon:Addon",
        name: "dns",
        inputs: { addonName: "vpc-cni", clusterName: "prod" },
      },
    ]);
  });

  it("is in an unknown cluster where the program makes none that it receives", () => {
    const { children } = expanded({ cluster: new Unknown([later]) });
    assert.deepEqual(children[0]?.inputs["clusterName"], new Unknown([later]));
  });

  it("are made of these components only", () => {
    assert.ok(isAddonComponent("eks:index:Addon") && isAddonComponent("eks:index:VpcCniAddon"));
    assert.ok(!isAddonComponent("eks:index:Cluster"));
  });
});

describe("an add-on of EKS", () => {
  const outputs = new Map<string, ValueRecord>([
    [clusterUrn, { id: "main", name: "main" }],
    [later, { own: roleArn("dns"), shared: roleArn("desk") }],
  ]);
  const desk = resource("aws:lambda/function:Function", "desk", {
    name: "desk",
    role: roleArn("desk"),
  });
  const stack = resource("aws:cloudformation/stack:Stack", "later", {});

  /** What is found of the function, the component and what it makes, in each form of the stack. */
  async function found(inputs: ValueRecord) {
    const given = { addonName: "coredns", ...inputs };
    const { children } = expanded(given);
    const { configurationValues } = given as ValueRecord;
    const direct = resource("aws:eks/addon:Addon", "dns", {
      ...given,
      clusterName: "main",
      ...(configurationValues !== undefined && {
        configurationValues: JSON.stringify(configurationValues),
      }),
    });
    const all = [children, [direct]].map((addons) =>
      Object.values(threeForms([desk, stack, ...addons], outputs)),
    );
    const [byComponent, ofAws] = await Promise.all(
      all.map((forms) =>
        Promise.all(
          forms.map(async (form) => {
            const { findings } = await judgeSnapshot(snapshotOf(form), {
              settings: defaultSettings,
            });
            const mandatory = findings.filter(({ level }) => level === "mandatory");
            return [...new Set(mandatory.map(({ rule, verdict }) => `${rule} ${verdict}`))];
          }),
        ),
      ),
    );
    assert.deepEqual(byComponent, ofAws, "the component and the resource of AWS");
    return byComponent;
  }

  const output = (name: string) => new Unknown([later], false, name);

  it("passes without a role and without configuration", async () => {
    assert.deepEqual(await found({}), [[], [], []]);
  });

  it("passes with a role of its own, once that is known", async () => {
    assert.deepEqual(await found({ serviceAccountRoleArn: roleArn("dns") }), [[], [], []]);
  });

  const ways: Readonly<Record<string, (role: Value) => ValueRecord>> = {
    serviceAccountRoleArn: (role) => ({ serviceAccountRoleArn: role }),
    podIdentityAssociations: (role) => ({
      podIdentityAssociations: [{ serviceAccount: "dns", roleArn: role }],
    }),
  };
  for (const [property, by] of Object.entries(ways)) {
    it(`is reported where it shares the role of a function by ${property}`, async () => {
      const shared = ["no-shared-identity violated"];
      assert.deepEqual(await found(by(roleArn("desk"))), [shared, shared, shared]);
      assert.deepEqual(await found(by(output("shared"))), [
        ["no-shared-identity undetermined"],
        shared,
        shared,
      ]);
    });
    it(`is not proven before the role is known by ${property}, and passes with its own`, async () => {
      assert.deepEqual(await found(by(output("own"))), [
        ["no-shared-identity undetermined"],
        [],
        [],
      ]);
    });
  }

  it("is reported where its configuration has a password", async () => {
    const literal = ["no-literal-secret violated"];
    const configurationValues = { password: "hunter2-Kq83" };
    assert.deepEqual(await found({ configurationValues }), [literal, literal, literal]);
  });
});
