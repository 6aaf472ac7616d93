import assert from "node:assert/strict";
import type { Finding } from "../../../../policy-pack/findings/finding";
import { nameInUrn, type Resource } from "../../../../core/snapshot/resource";
import { IncrementalJudge, judgeSnapshot } from "../../../../policy-pack/run/judge";
import noCrossTenantTrust from "../../../../policy-pack/rules/no-cross-tenant-trust";
import noSharedSecret from "../../../../policy-pack/rules/no-shared-secret";
import type { Rule } from "../../../../policy-pack/findings/define-rule";
import { defaultSettings, type Settings } from "../../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";

const petType = "random:index/randomPet:RandomPet";
const pet = urnOf(petType, "pet");
const roleType = "aws:iam/role:Role";

/** An agent of one tenant whose account assumes a role by its ARN, and a role of another tenant. */
function crossing(annotation: unknown): readonly Resource[] {
  const [namespace, account, pod] = manifest(`
apiVersion: v1
kind: Namespace
metadata: { name: acme, labels: { agentid.dev/tenant: acme } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: desk, namespace: acme, annotations: {} }
---
apiVersion: v1
kind: Pod
metadata: { name: desk, namespace: acme }
spec: { serviceAccountName: desk, containers: [{ name: desk, image: desk }] }
`);
  assert.ok(namespace && account && pod);
  const metadata = {
    name: "desk",
    namespace: "acme",
    annotations: { "eks.amazonaws.com/role-arn": annotation as string },
  };
  return [
    namespace,
    { ...account, inputs: { ...account.inputs, metadata } },
    pod,
    resource(roleType, "globex", { name: "globex", tags: { "agentid.dev/tenant": "globex" } }),
    resource(roleType, "acme", { name: "acme", tags: { "agentid.dev/tenant": "acme" } }),
    resource(petType, "pet", {}),
  ];
}

/** Two pods, each with a Secret by its name, and the Secret that both may use. */
function sharing(secret: unknown, second = "b"): readonly Resource[] {
  const pods = manifest(
    [
      ["a", "crm"],
      [second, "made"],
    ]
      .map(
        ([name, held]) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: acme }
spec: { containers: [{ name: c, image: c, envFrom: [{ secretRef: { name: ${held} } }] }] }
`,
      )
      .join("---"),
  );
  return [
    ...pods,
    ...["crm", "made"].map((name, at) =>
      resource("kubernetes:external-secrets.io/v1:ExternalSecret", `external-${name}`, {
        metadata: { name: at === 0 ? name : (secret as string), namespace: "acme" },
        spec: {
          secretStoreRef: { name: "vault" },
          dataFrom: [{ extract: { key: "crm" } }],
        },
      }),
    ),
    resource(petType, "pet", {}),
  ];
}

async function reported(
  rule: Rule,
  resources: readonly Resource[],
  settings: Partial<Settings> = {},
): Promise<readonly Finding[]> {
  const judging = { settings: { ...defaultSettings, ...settings }, rules: [rule] };
  return (await judgeSnapshot(snapshotOf(resources), judging)).findings;
}

describe("what a property that is not known may turn out to be", () => {
  it("is reported where a value that the stack names would be wrong: property, value and dependencies", async () => {
    const [finding, ...more] = await reported(noCrossTenantTrust, crossing(outputOf(pet)));
    assert.ok(finding);
    assert.deepEqual(more, []);
    const { verdict, level, at, message, reason, dependsOn } = finding;
    assert.deepEqual([verdict, level], ["undetermined", "mandatory"]);
    assert.deepEqual(
      [nameInUrn(at.urn), at.property],
      ["acme/desk", 'metadata.annotations["eks.amazonaws.com/role-arn"]'],
    );
    const [certain] = await reported(
      noCrossTenantTrust,
      crossing(outputOf(urnOf(roleType, "globex"))),
    );
    assert.deepEqual(
      [certain?.verdict, message, reason],
      [
        "violated",
        certain?.message,
        '`metadata.annotations["eks.amazonaws.com/role-arn"]` of `acme/desk` may be of `globex`',
      ],
    );
    assert.deepEqual(dependsOn, [pet]);
  });

  it("is nothing where the dependencies of the value identify the thing", async () => {
    assert.deepEqual(
      await reported(noCrossTenantTrust, crossing(outputOf(urnOf(roleType, "acme")))),
      [],
    );
  });

  it("is nothing where no value that the stack names would be wrong", async () => {
    const own = crossing(outputOf(pet)).filter(({ name }) => name !== "globex");
    assert.deepEqual(await reported(noCrossTenantTrust, own), []);
  });

  it("names the very fault that it would be, so that it is one finding before and after", async () => {
    const [before] = await reported(noCrossTenantTrust, crossing(outputOf(pet)));
    const [after] = await reported(
      noCrossTenantTrust,
      crossing(outputOf(urnOf(roleType, "globex"))),
    );
    assert.equal(after?.verdict, "violated");
    assert.equal(before?.fingerprint, after.fingerprint);
  });

  it("has the level that is configured for unknowns", async () => {
    const [finding] = await reported(noCrossTenantTrust, crossing(outputOf(pet)), {
      undetermined: "advisory",
    });
    assert.equal(finding?.level, "advisory");
  });

  it("is a name only by which something calls what the stack does not have", async () => {
    const findings = await reported(noSharedSecret, sharing(outputOf(pet)));
    assert.deepEqual([...new Set(findings.map(({ verdict }) => verdict))], ["undetermined"]);
    assert.match(findings[0]?.reason ?? "", /^`metadata\.name` of `.*` may be `made`$/);
    const known = await reported(noSharedSecret, sharing("elsewhere"));
    assert.deepEqual(known, []);
  });

  it("does not rest on the order of resources", async () => {
    const resources = crossing(outputOf(pet));
    assert.deepEqual(
      await reported(noCrossTenantTrust, [...resources].reverse()),
      await reported(noCrossTenantTrust, resources),
    );
  });

  it("is reported in a note where there is more than is tried", async () => {
    const roles = Array.from({ length: 110 }, (_, at) =>
      resource(roleType, `role-${at}`, { name: `role-${at}` }),
    );
    const resources = [...crossing(outputOf(pet)), ...roles];
    const judging = { settings: defaultSettings, rules: [noCrossTenantTrust] };
    const { notes } = await judgeSnapshot(snapshotOf(resources), judging);
    assert.deepEqual(
      notes.map(({ kind, message }) => `${kind}: ${message}`),
      [
        'not-read: `metadata.annotations["eks.amazonaws.com/role-arn"]` of `acme/desk` is not known, and may be more of what the stack names than was tried',
      ],
    );
  });

  it("is no name that only what was replaced called", async () => {
    const pods = (held: (at: number) => string): readonly Resource[] =>
      Array.from({ length: 14 }, (_, at) =>
        sharing("crm")
          .slice(0, 1)
          .map((pod) => ({
            ...pod,
            urn: `${pod.urn}-${at}`,
            inputs: {
              ...pod.inputs,
              spec: {
                containers: [
                  { name: "c", image: "c", envFrom: [{ secretRef: { name: held(at) } }] },
                ],
              },
            },
          })),
      ).flat();
    const rest = sharing(outputOf(pet)).filter(({ type }) => !type.endsWith(":Pod"));
    const judging = { settings: defaultSettings, rules: [noSharedSecret] };
    const judge = new IncrementalJudge(judging);
    for (const each of [...pods((at) => `old-${at}`), ...rest]) await judge.add(each);
    const last = snapshotOf([...pods(() => "crm"), ...rest]);
    assert.deepEqual(await judge.finish(last), await judgeSnapshot(last, judging));
  });
});
