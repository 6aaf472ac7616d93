import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { Agent, LegacyTool, Tenant, Tool, type TenantRef } from "../../components";
import { longestInlinePolicy } from "../../components/documents/permissions";
import { legacyArgs } from "./legacy-tool/crm";
import { acme } from "./support/acme";
import { bucketsOf } from "./support/buckets";
import { federationKinds, federationOf, subjectOf } from "./support/random-federation";
import { randomName } from "./support/random-name";
import { mocked, registered } from "./support/registered";
import { withoutStackTraces } from "./support/stack-traces";
import { withoutWarnings } from "./support/warnings";
import { runs } from "../support/runs";

/** Source: IAM and STS quotas. */
const longestTrust = 2048;
const longestManagedPolicy = 6144;

/** A tenant with a name as long as may be. */
const long: TenantRef = { ...acme, name: "t".repeat(63), namespace: "t".repeat(63) };

const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f";

/** ARN of a secret with a name of so many characters, which ends in another text. */
function existingSecret(characters: number, end = ""): string {
  const name = end.padStart(characters, "s");
  return `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCd12`;
}

/** Most characters that a caller's name has beside its first three. */
const morePerName = 52;

/** Names of callers that have so many characters together beside their first three. */
function callers(count: number, more: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const own = Math.max(0, Math.min(morePerName, more - index * morePerName));
    return `c-${index}${"c".repeat(own)}`;
  });
}

/** The length of a document that a program makes, or that its refusal states. */
async function lengthOf(
  make: () => void,
  [type, property]: readonly [type: string, property: string],
  refusal: RegExp,
): Promise<{ readonly length: number; readonly isRefused: boolean }> {
  try {
    const resources = await registered(make);
    const [made] = resources.filter((resource) => resource.type === type);
    return { length: String(made?.inputs[property]).length, isRefused: false };
  } catch (error) {
    const [, length = ""] = refusal.exec(String(error)) ?? assert.fail(String(error));
    return { length: Number(length), isRefused: true };
  }
}

for (const kind of federationKinds) {
  describe(`with ${kind}, documents are within the quotas of IAM`, () => {
    withoutWarnings();
    withoutStackTraces();
    const subject = subjectOf(kind, "own");
    const tenant: TenantRef = { ...acme, federation: federationOf(kind) };
    const args = { tenant, ...(subject !== undefined && { subject }) };

    const policyOf = (characters: number) =>
      lengthOf(
        () => {
          const permissions = [{ actions: ["s3:GetObject"], resources: bucketsOf(characters) }];
          new Agent("own", { ...args, permissions });
        },
        ["aws:iam/rolePolicy:RolePolicy", "policy"],
        /permissions take `(\d+)` characters; at most 10240 fit an inline policy; name fewer/,
      );

    it("an inline policy of 10,240 characters is made, and one of 10,241 is refused", async () => {
      const start = 9000;
      const most = start + longestInlinePolicy - (await policyOf(start)).length;
      assert.deepEqual(await policyOf(most), { length: 10_240, isRefused: false });
      assert.deepEqual(await policyOf(most + 1), { length: 10_241, isRefused: true });
    });

    it("a trust policy of up to 2,048 characters is made, and a longer one is refused", async () => {
      const trustOf = (names: readonly string[]) =>
        lengthOf(
          () => {
            new Tool("own", { ...args, directCallers: [...names] });
          },
          ["aws:iam/role:Role", "assumeRolePolicy"],
          /its trust policy takes `(\d+)` characters; at most 2048 fit a role; /,
        );
      const short = async (count: number): Promise<number> =>
        (await trustOf(callers(count, 0))).isRefused ? count - 1 : short(count + 1);
      const count = await short(1);
      // The longest names with which it is made and those of one character more, found by halves.
      let [made, refused] = [0, count * morePerName];
      while (refused - made > 1) {
        const middle = Math.floor((made + refused) / 2);
        if ((await trustOf(callers(count, middle))).isRefused) refused = middle;
        else made = middle;
      }
      const last = await trustOf(callers(count, made));
      const next = await trustOf(callers(count, refused));
      assert.deepEqual([last.isRefused, next.isRefused], [false, true]);
      // One more character is in the caller's ARN and in the name of its sessions.
      assert.ok(last.length <= longestTrust && last.length >= longestTrust - 1, `${last.length}`);
      assert.ok(next.length > longestTrust && next.length <= longestTrust + 2, `${next.length}`);
    });
  });
}

describe("all inline policies of a role together", () => {
  const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

  /** Characters of all inline policies that a program makes, which is one role's, and of the one with its permissions. */
  async function together(make: () => void): Promise<readonly [all: number, permissions: number]> {
    const policies = (await registered(make)).filter(({ type }) => type === rolePolicy);
    const lengthsOf = (some: typeof policies): number =>
      some.reduce((sum, { inputs }) => sum + String(inputs["policy"]).length, 0);
    return [
      lengthsOf(policies),
      lengthsOf(policies.filter(({ inputs }) => inputs["name"] === "permissions")),
    ];
  }

  /** Holds a program, by how many characters its permissions have, to a limit. */
  async function holds(
    make: (characters: number) => () => void,
    most: number,
    refusal: (characters: number) => string,
  ): Promise<void> {
    const [, start] = await together(make(1000));
    const longest = 1000 + most - start;
    const [all, permissions] = await together(make(longest));
    assert.equal(permissions, most);
    assert.ok(all > most && all <= longestInlinePolicy, `${all}`);
    mocked();
    assert.throws(make(longest + 1), { message: refusal(most + 1) });
  }

  const permitting = (characters: number) => [
    { actions: ["s3:GetObject"], resources: bucketsOf(characters) },
  ];

  it("fit 10,240 characters with the key of a legacy platform: its permissions may have 8,000", async () => {
    for (const key of [
      { secretsManager: {} },
      { existingSecret: { arn: existingSecret(512), kmsKeyArn } },
    ]) {
      await holds(
        (characters) => () => {
          const permissions = permitting(characters);
          new LegacyTool("c".repeat(63), { ...legacyArgs, tenant: long, permissions, key });
        },
        8000,
        (characters) =>
          `tool \`${"c".repeat(63)}\`: permissions take \`${characters}\` characters; at most 8000 fit beside what reads the key; name fewer or shorter resources`,
      );
    }
  });

  it("fit 10,240 characters with OAuth2 providers, however many and whatever they are called", async () => {
    const { agentCore } = federationOf("agentCore");
    for (const secret of [
      () => ({ secretsManager: {} }),
      (name: string) => ({ existingSecret: { arn: existingSecret(512, name), kmsKeyArn } }),
    ]) {
      for (const count of [1, 4]) {
        const oauth2Providers = Array.from({ length: count }, (_, index) => ({
          name: `${index}`.padStart(32, "a"),
          vendor: "github",
          clientId: `desk-${index}`,
          clientSecret: secret(`${index}`),
          rotation: { issued: "2026-11-01", rotateBefore: "2027-01-30" },
        }));
        const make = (characters: number) => () => {
          new Agent("c".repeat(63), {
            tenant: { ...long, federation: { ...(agentCore !== undefined && { agentCore }) } },
            subject: { agentCore: {} },
            permissions: permitting(characters),
            oauth2Providers,
          });
        };
        const refusal = (characters: number, most: number): string =>
          `agent \`${"c".repeat(63)}\`: permissions take \`${characters}\` characters; at most ${most} fit an inline policy beside what gets OAuth2 tokens; name fewer or shorter resources`;
        const { room } = await roomIn(make(10_000));
        await holds(make, room, (characters) => refusal(characters, room));
      }
    }
  });

  /** The maximum of permissions, in characters, by an error. */
  async function roomIn(make: () => void): Promise<{ readonly room: number }> {
    try {
      await registered(make);
    } catch (error) {
      const [, room = ""] = /at most (\d+) fit/.exec(String(error)) ?? [];
      return { room: Number(room) };
    }
    return assert.fail("nothing is refused");
  }
});

describe("a permissions boundary, a managed policy", () => {
  it("fits 6,144 characters, whatever its tenant is called", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(randomName, fc.constant("t".repeat(63))),
        fc.constantFrom(...federationKinds),
        async (name, kind) => {
          const federation = federationOf(kind);
          const resources = await registered(() => {
            new Tenant("tenant", { name, federation });
          });
          const [boundary] = resources.filter(({ type }) => type === "aws:iam/policy:Policy");
          assert.ok(String(boundary?.inputs["policy"]).length <= longestManagedPolicy);
        },
      ),
      { numRuns: runs(12, 50) },
    );
  });
});

describe("two workloads that prove themselves by the same", () => {
  /** What makes a workload of another name prove itself as `own` does, where its name is what proves it. */
  const alike: Readonly<Record<string, object>> = {
    ecs: { subject: { ecs: { family: "acme_own" } } },
    lambda: { subject: { lambda: { functionName: "acme_own" } } },
    agentCore: { subject: { agentCore: { runtimeName: "acme_own" } } },
    eksIrsa: { adopt: { serviceAccount: { name: "own" } } },
    eksPodIdentity: { adopt: { serviceAccount: { name: "own" } } },
    spiffe: { adopt: { serviceAccount: { name: "own" } } },
  };

  for (const kind of federationKinds) {
    it(`are refused with ${kind}`, () => {
      mocked();
      const subject = subjectOf(kind, "own");
      const tenant: TenantRef = { ...acme, federation: federationOf(kind) };
      const args = { tenant, ...(subject !== undefined && { subject }) };
      new Agent("own", args);
      assert.throws(
        () => new Agent("other", { ...args, ...alike[kind] }),
        /^Error: agent `other`: `.*` already proves another workload, which could act as this one;/,
      );
    });
  }
});
