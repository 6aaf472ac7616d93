import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Tenant, type AdoptedRole, type TenantRef } from "../../components";
import { previewProgram } from "../../engine";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { acme } from "./support/acme";
import { federationOf, randomFederation, subjectOf } from "./support/random-federation";
import { randomName } from "./support/random-name";
import { registered, type Registered } from "./support/registered";
import { withoutStackTraces } from "./support/stack-traces";
import { inProgramHost } from "../support/program-host";

/** What of an agent hangs on what runs it. */
type Hung = Pick<Agent, "roleArn" | "pod" | "ecsTask" | "lambda" | "agentCoreRuntime">;

/** A value once all of it is known; undefined where a part of it is not. */
async function known(value: unknown): Promise<unknown> {
  const output = pulumi.output(value) as unknown as {
    readonly isKnown: Promise<boolean>;
    readonly promise: () => Promise<unknown>;
  };
  return (await output.isKnown) ? output.promise() : undefined;
}

/** What an agenthas to what runs it, in the preview of a new stack or once it is made. */
async function given(
  make: () => Agent,
  preview: boolean,
): Promise<{ readonly hung: unknown; readonly resources: readonly Registered[] }> {
  let hung: unknown;
  const resources = await registered(
    async () => {
      const { roleArn, pod, ecsTask, lambda, agentCoreRuntime }: Hung = make();
      hung = await known({ roleArn, pod, ecsTask, lambda, agentCoreRuntime });
    },
    { preview },
  );
  return { hung, resources };
}

const adopted: fc.Arbitrary<AdoptedRole | undefined> = fc.constantFrom(
  undefined,
  { name: "Desk-Role" },
  { name: "desk", path: "/teams/desk/" },
);

describe("the ARN of a workload's role", () => {
  inProgramHost();

  withoutStackTraces();

  it("is known in the preview of a new stack as AWS returns it, in every resource of the workload", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomName,
        randomName,
        randomFederation,
        adopted,
        async (tenant, name, kind, role) => {
          const make = (): Agent => {
            const { ref } = new Tenant("tenant", { name: tenant, federation: federationOf(kind) });
            const subject = subjectOf(kind, "agent");
            return new Agent("agent", {
              tenant: ref,
              name,
              ...(subject !== undefined && { subject }),
              ...(role !== undefined && { adopt: { role } }),
            });
          };
          const preview = await given(make, true);
          assert.notEqual(preview.hung, undefined, kind);
          assert.deepEqual(preview.hung, (await given(make, false)).hung);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is in the annotation of the ServiceAccount in the preview of a new stack", async () => {
    const { resources } = await given(() => new Agent("triage", { tenant: acme }), true);
    const account = resources.find(({ type }) => type === "kubernetes:core/v1:ServiceAccount");
    const { annotations } = account?.inputs["metadata"] as Record<string, unknown>;
    assert.deepEqual(annotations, {
      "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/agentid/acme/acme.triage",
      "eks.amazonaws.com/token-expiration": "3600",
    });
  });

  it("is of the partition and account of the boundary, which is IAM's own condition", async () => {
    const boundaryArn = "arn:aws-cn:iam::444455556666:policy/agentid/acme/acme.boundary";
    const tenant: TenantRef = { ...acme, boundaryArn };
    const { hung } = await given(() => new Agent("triage", { tenant }), true);
    assert.equal(
      (hung as { roleArn: string }).roleArn,
      "arn:aws-cn:iam::444455556666:role/agentid/acme/acme.triage",
    );
  });

  it("stays unknown in a preview where the boundary is not known", async () => {
    const make = (): Agent =>
      new Agent("triage", {
        tenant: { ...acme, boundaryArn: new aws.iam.Policy("own", { policy: "{}" }).arn },
      });
    assert.equal((await given(make, true)).hung, undefined);
  });

  it("is still an output of the role, so that its consumers wait for the role", async () => {
    const dependencies = new Set<string>();
    await registered(
      async () => {
        const { roleArn } = new Agent("triage", { tenant: acme });
        const { allResources } = roleArn as unknown as {
          readonly allResources: () => Promise<ReadonlySet<pulumi.Resource>>;
        };
        for (const one of await allResources()) {
          dependencies.add((await known(one.urn)) as string);
        }
      },
      { preview: true },
    );
    assert.deepEqual(
      [...dependencies].map((urn) => urn.split("::").slice(2).join("::")),
      ["agentid:index:Agent$aws:iam/role:Role::triage"],
    );
  });
});

describe("the policy pack, of the preview of a new stack", () => {
  inProgramHost();

  it("identifies a role by a known ARN: its sharing is found", async () => {
    const result = await previewProgram({
      directory: "test/components/programs/predicted",
      stack: "dev",
    });
    assert.ok(result.kind === "snapshot", JSON.stringify(result));
    const { findings } = await judgeSnapshot(result.snapshot, { settings: defaultSettings });
    const role = "urn:pulumi:dev::predicted::agentid:index:Agent$aws:iam/role:Role::triage";
    assert.deepEqual(
      findings.map(({ rule, verdict, about, holder }) => [
        rule,
        verdict,
        about.name,
        holder?.label,
      ]),
      [
        ["no-shared-identity", "violated", role, "acme/triage"],
        ["no-shared-identity", "violated", role, "intruder"],
      ],
    );
  });
});
