import assert from "node:assert/strict";
import type { Finding } from "../../../../policy-pack/findings/finding";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Value } from "../../../../core/snapshot/value";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import noCrossTenantAccess from "../../../../policy-pack/rules/no-cross-tenant-access";
import noWildcardAuthority from "../../../../policy-pack/rules/no-wildcard-authority";
import type { Rule } from "../../../../policy-pack/findings/define-rule";
import { defaultSettings, type Settings } from "../../../../policy-pack/findings/settings";
import { outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import {
  acme,
  allow,
  anything,
  bucket,
  byLambda,
  document,
  globex,
  policy,
  roleType,
  tag,
} from "../../../support/two-tenants";

const pet = resource("random:index/randomPet:RandomPet", "pet", {});
const other = resource("random:index/randomPet:RandomPet", "other", {});

/** A boundary that leaves reading one bucket. */
const isolation = resource("aws:iam/policy:Policy", "fence", {
  name: "fence",
  policy: document(allow("s3:GetObject", "arn:aws:s3:::acme-tickets/*")),
});

/** A role of `acme` by some name. */
function role(name: Value, isBounded: boolean): Resource {
  return resource(roleType, "made", {
    name,
    tags: { [tag]: "acme" },
    assumeRolePolicy: byLambda,
    ...(isBounded && { permissionsBoundary: outputOf(isolation.urn) }),
  });
}

const unknown = outputOf(pet.urn);

async function reported(
  rules: readonly Rule[],
  resources: readonly Resource[],
  settings: Partial<Settings> = {},
): Promise<readonly Finding[]> {
  const judging = { settings: { ...defaultSettings, ...settings }, rules };
  return (await judgeSnapshot(snapshotOf(resources), judging)).findings;
}

describe("a violation that a value would lift which is not known", () => {
  const mayBeBounded = [role(unknown, true), isolation, policy(anything), pet];
  const unbounded = [role("else", true), isolation, policy(anything), pet];

  it("is undetermined, and names property, value and dependencies", async () => {
    const [finding, ...more] = await reported([noWildcardAuthority], mayBeBounded);
    assert.deepEqual(more, []);
    const [certain] = await reported([noWildcardAuthority], unbounded);
    assert.ok(certain);
    assert.deepEqual(
      finding && {
        verdict: finding.verdict,
        level: finding.level,
        at: finding.at.property,
        message: finding.message,
        reason: finding.reason,
        open: finding.open,
        dependsOn: finding.dependsOn,
      },
      {
        verdict: "undetermined",
        level: "mandatory",
        at: "policy",
        message: certain.message,
        reason: "`name` of `made` may be other than `desk`",
        open: [{ urn: urnOf(roleType, "made"), property: "name" }],
        dependsOn: [pet.urn],
      },
    );
  });

  it("is one finding before and after, and none where the value lifts it", async () => {
    const [before] = await reported([noWildcardAuthority], mayBeBounded);
    const [after] = await reported([noWildcardAuthority], unbounded);
    assert.equal(after?.verdict, "violated");
    assert.equal(before?.fingerprint, after.fingerprint);
    const lifted = [role("desk", true), isolation, policy(anything), pet];
    assert.deepEqual(await reported([noWildcardAuthority], lifted), []);
  });

  it("has the level that is configured for unknowns", async () => {
    const [finding] = await reported([noWildcardAuthority], mayBeBounded, {
      undetermined: "advisory",
    });
    assert.equal(finding?.level, "advisory");
  });

  it("stays violated where the role that it may be is not bounded", async () => {
    const findings = await reported(
      [noWildcardAuthority],
      [role(unknown, false), policy(anything), pet],
    );
    assert.deepEqual(
      findings.map(({ verdict, reason }) => [verdict, reason]),
      [["violated", undefined]],
    );
  });

  it("leaves violated what does not rest on the value", async () => {
    const ownPolicy = resource("aws:iam/rolePolicy:RolePolicy", "own", {
      role: "elsewhere",
      policy: document(anything),
    });
    const desk = resource(roleType, "elsewhere", {
      name: "elsewhere",
      assumeRolePolicy: byLambda,
    });
    const findings = await reported([noWildcardAuthority], [...mayBeBounded, ownPolicy, desk]);
    assert.deepEqual(
      findings.map(({ verdict, holder, about }) => [verdict, (holder ?? about).label]),
      [
        ["undetermined", "desk"],
        ["violated", "elsewhere"],
      ],
    );
  });
});

describe("what two values decide that are not known", () => {
  const open = [
    role(unknown, false),
    policy(allow("s3:GetObject", outputOf(other.urn))),
    acme,
    globex,
    pet,
    other,
  ];
  const archives = ["archive", "b", "zoo"].map((name) => bucket(name, undefined));

  it("is undetermined, and names both properties with the values that decide", async () => {
    const [finding, ...more] = await reported([noCrossTenantAccess], open);
    assert.deepEqual(more, []);
    const [certain] = await reported(
      [noCrossTenantAccess],
      [
        role("desk", false),
        policy(allow("s3:GetObject", "arn:aws:s3:::globex-tickets/*")),
        acme,
        globex,
      ],
    );
    assert.ok(certain);
    assert.deepEqual(
      finding && {
        verdict: finding.verdict,
        at: [finding.at, ...(finding.open ?? [])].map(({ property }) => property),
        message: finding.message,
        reason: finding.reason,
        dependsOn: [...finding.dependsOn].sort(),
      },
      {
        verdict: "undetermined",
        at: ["policy.Statement[0].Resource", "name"],
        message: certain.message,
        reason:
          "`policy.Statement[0].Resource` of `access` and `name` of `made` may be objects of `globex-tickets` and `desk`, in this order",
        dependsOn: [other.urn, pet.urn],
      },
    );
  });

  it("is reported alike whatever else one of them may be", async () => {
    const only = await reported([noCrossTenantAccess], open);
    for (let count = 1; count <= archives.length; count += 1) {
      const more = archives.slice(0, count);
      assert.deepEqual(await reported([noCrossTenantAccess], [...open, ...more]), only);
    }
  });

  it("is nothing where no two values make anything wrong", async () => {
    assert.deepEqual(
      await reported(
        [noCrossTenantAccess],
        open.filter((each) => each !== globex),
      ),
      [],
    );
  });
});
