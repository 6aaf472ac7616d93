import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf } from "../support/resources";

/** Sixteen times as much may take so many times as long: sixteen would be in proportion, 256 the square. */
const most = 64;

const host = "gitlab.com";
const account = "111122223333";

function times<T>(count: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

function role(name: string, trust: readonly Value[]): Resource {
  const assumeRolePolicy = { Version: "2012-10-17", Statement: trust };
  return resource("aws:iam/role:Role", name, { name, assumeRolePolicy });
}

function byToken(Condition: Value): ValueRecord {
  const Principal = { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` };
  return { Effect: "Allow", Principal, Action: "sts:AssumeRoleWithWebIdentity", Condition };
}

function binding(subjects: readonly Value[]): Resource {
  return resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "many", {
    metadata: { name: "many" },
    roleRef: { kind: "ClusterRole", name: "view" },
    subjects,
  });
}

function policy(statements: readonly Value[]): readonly Resource[] {
  const document = { Version: "2012-10-17", Statement: statements };
  const lambda = {
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  return [
    role("desk", [lambda]),
    resource("aws:iam/rolePolicy:RolePolicy", "calls", { role: "desk", policy: document }),
  ];
}

/** Stacks that grow in one thing, by how many of it there are. */
const growing: Readonly<Record<string, (count: number) => readonly Resource[]>> = {
  "values of a condition": (count) => [
    role("desk", [
      byToken({ StringLike: { [`${host}:sub`]: times(count, (at) => `*a?b*c${at}*`) } }),
    ]),
  ],
  "statements of a trust policy": (count) => [
    role(
      "desk",
      times(count, (at) => byToken({ StringEquals: { [`${host}:sub`]: `project_id:${at}` } })),
    ),
  ],
  "keys of a condition": (count) => [
    role("desk", [
      byToken({
        StringLike: Object.fromEntries(times(count, (at) => [`${host}:claim${at}`, "*x*"])),
      }),
    ]),
  ],
  "letters of a subject": (count) => [
    role("desk", [byToken({ StringLike: { [`${host}:sub`]: "*a".repeat(count) } })]),
  ],
  "statements of an identity policy": (count) =>
    policy(
      times(count, (at) => ({
        Effect: "Allow",
        Action: `s3:Get${at}*`,
        Resource: `arn:aws:s3:::b${at}/*`,
      })),
    ),
  "denies of an identity policy": (count) =>
    policy([
      { Effect: "Allow", Action: "*", Resource: "*" },
      ...times(count, (at) => ({
        Effect: "Deny",
        Action: `s3:Get${at}*`,
        Resource: `arn:aws:s3:::b${at}/*`,
      })),
    ]),
  "subjects of a binding": (count) => [
    binding(times(count, (at) => ({ kind: "ServiceAccount", name: `a${at}`, namespace: "acme" }))),
  ],
  "containers of a pod": (count) => [
    resource("kubernetes:core/v1:Pod", "acme/many", {
      metadata: { name: "many", namespace: "acme" },
      spec: {
        containers: times(count, (at) => ({
          name: `c${at}`,
          image: "acme/app",
          env: [{ name: "CRM_KEY", valueFrom: { secretKeyRef: { name: `s${at}`, key: "key" } } }],
        })),
      },
    }),
  ],
  "rules of a role": (count) => [
    resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "many", {
      metadata: { name: "many" },
      rules: times(count, (at) => ({ apiGroups: [""], resources: [`r${at}`], verbs: ["get"] })),
    }),
    resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "binds", {
      metadata: { name: "binds" },
      roleRef: { kind: "ClusterRole", name: "many" },
      subjects: [{ kind: "ServiceAccount", name: "desk", namespace: "acme" }],
    }),
  ],
};

describe("the time of judging", function () {
  for (const [what, make] of Object.entries(growing)) {
    it(`does not grow by the square of the ${what}`, async () => {
      const few = await leastTime(make(50));
      const many = await leastTime(make(800));
      // What takes next to no time is measured badly.
      assert.ok(many < 100 || many / few < most, `${few} ms and ${many} ms`);
    });
  }
});

/** The least of a few measurements, in milliseconds of this process alone, whatever else the machine does. */
async function leastTime(stack: readonly Resource[]): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 3; round += 1) {
    const start = process.cpuUsage();
    await judgeSnapshot(snapshotOf(stack), { settings: defaultSettings });
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}
