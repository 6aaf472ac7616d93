import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./support/checkout";
import {
  accountTrust,
  boundaryOfDesk,
  rolesOfDesk,
  secretPolicyOfDesk,
} from "./support/desk-in-aws";
import { builtCheckout } from "./support/installation";
import { mustUp, onCluster } from "./support/on-cluster";
import { copyProject, newProject, type Project } from "./support/project";
import { beyondQuotas } from "./support/quotas";
import { declaring, refused, taken } from "./support/refusals";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { nothingHeld, startMoto, type Held, type Moto } from "./support/servers/moto";

const policyPack = builtCheckout.pack;

describe("an example on a cluster and in an account", () => {
  let cluster: ApiServer;
  let moto: Moto;
  let env: Readonly<Record<string, string>>;

  before(async () => {
    [cluster, moto] = await Promise.all([startApiServer("https://issuer.example"), startMoto()]);
    env = { ...moto.env, KUBECONFIG: cluster.kubeconfig };
  });

  afterEach(() => moto.reset());

  after(() => Promise.all([cluster.stop(), moto.stop()]));

  /** Destroys a stack; fails where anything of it is left, in its state or with a service. */
  async function mustDestroy(project: Project): Promise<void> {
    const { exitCode, stdout } = await project.destroy({ env });
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual(project.resources(), []);
    assert.deepEqual(await moto.held(), nothingHeld);
  }

  it("support-desk is created with the pack in force, stays unchanged, is approved, and is deleted without a rest", async () => {
    const project = await copyProject("examples/support-desk");
    project.write(onCluster("support-desk"));
    const before = await tenantsOf(cluster);
    const { stdout } = await mustUp(project, cluster, { policyPack, env });
    assert.doesNotMatch(stdout, /\[mandatory\]|is echoed/);
    assert.deepEqual(await tenantsOf(cluster), ["acme", ...before, "globex"].sort());

    const held = await moto.held();
    const desks = ["acme", "globex"];
    assert.deepEqual(
      sorted(held.roles),
      sorted(desks.flatMap((tenant) => rolesOfDesk(tenant, held))),
    );
    assert.deepEqual(sorted(held.policies), desks.map(boundaryOfDesk));
    assert.deepEqual(
      sorted(held.secrets).map(({ policy }) => policy),
      desks.map(secretPolicyOfDesk),
    );
    assert.deepEqual(held.users, []);
    assert.deepEqual(beyondQuotas(held), []);

    // Read anew from the services and the cluster, it equals the program.
    const again = await mustUp(project, cluster, { policyPack, env, args: ["--refresh"] });
    assert.match(again.stdout, /^Resources:\n +\d+ unchanged\n/m);
    assert.deepEqual(await moto.held(), held);

    const analyzed = await project.analyze(policyPack);
    assert.equal(analyzed.exitCode, 0, analyzed.stdout + analyzed.stderr);
    await mustDestroy(project);
    assert.deepEqual(await tenantsOf(cluster), before);
    assert.deepEqual(await policiesOf(cluster), []);
  });

  it("shared-credentials stops before what completes a finding, the rest can be made, and analysis of the whole finds what the preview found", async () => {
    const project = await copyProject("examples/shared-credentials");
    project.write(onCluster("shared-credentials"));
    const previewed = await project.preview({ policyPack, env });
    assert.notEqual(previewed.exitCode, 0);
    assert.deepEqual(await moto.held(), nothingHeld);
    const stopped = await project.up({ policyPack, env });
    assert.notEqual(stopped.exitCode, 0);
    const made = project.resources().map(({ urn }) => urn);
    assert.ok(!made.some((urn) => urn.endsWith("AccessKey::integrations")));
    assert.ok(!stopped.created.some((urn) => urn.endsWith("AccessKey::integrations")));
    const keys = (await moto.held()).users.map(({ accessKeys }) => accessKeys);
    assert.ok(keys.every((count) => count === 0));

    // A stopped update leaves nothing in the way: without what is shared, the pack in force, the rest is created.
    const whole = readFileSync(join(checkout, "examples/shared-credentials/index.ts"), "utf8");
    project.write({ "index.ts": unsharedPart(whole) });
    await mustUp(project, cluster, { policyPack, env });
    const rest = await moto.held();
    assert.deepEqual(sorted(rest.roles).map(trustAndPolicies), [
      unsharedRole("acme"),
      unsharedRole("globex"),
    ]);
    assert.deepEqual({ ...rest, roles: [] }, nothingHeld);

    project.write({ "index.ts": whole });
    await mustUp(project, cluster, { env });
    assert.equal((await moto.held()).users[0]?.accessKeys, 1);
    const analyzed = await project.analyze(policyPack);
    assert.notEqual(analyzed.exitCode, 0);
    assert.ok(rulesIn(previewed.stdout).length > 4, previewed.stdout);
    assert.deepEqual(rulesIn(analyzed.stdout), rulesIn(previewed.stdout));
    await mustDestroy(project);
  });

  const hosts = [
    {
      example: "federation-ecs",
      service: "ecs-tasks.amazonaws.com",
      kind: "taskDefinitions",
      place: "ecs:eu-central-1:111122223333:task-definition/acme_",
      revision: ":1",
    },
    {
      example: "federation-lambda",
      service: "lambda.amazonaws.com",
      kind: "functions",
      place: "lambda:eu-central-1:111122223333:function:acme-",
      revision: "",
    },
  ] as const;
  for (const { example, service, kind, place, revision } of hosts) {
    it(`${example}: a workload runs as its role, and only the service can assume that role`, async () => {
      const project = await copyProject(`examples/${example}`);
      await mustUp(project, cluster, { env });
      const held = await moto.held();
      const names = ["search", "triage"];
      const roleOf = (name: string) => `arn:aws:iam::111122223333:role/agentid/acme/acme.${name}`;
      assert.deepEqual(
        sorted(held[kind]),
        names.map((name) => ({ arn: `arn:aws:${place}${name}${revision}`, role: roleOf(name) })),
      );
      assert.deepEqual(
        sorted(held.roles).map(({ arn, trust }) => ({ arn, trusts: principalsOf(trust) })),
        names.map((name) => ({ arn: roleOf(name), trusts: [{ Service: service }] })),
      );
      assert.deepEqual(beyondQuotas(held), []);
      const again = await mustUp(project, cluster, { env, args: ["--refresh"] });
      assert.match(again.stdout, /^Resources:\n +\d+ unchanged\n/m);
      await mustDestroy(project);
    });
  }

  it("what moto does not support is echoed, and named with the reason", async () => {
    const project = await copyProject("examples/federation-roles-anywhere");
    const { stdout } = await mustUp(project, cluster, { env });
    assert.match(
      stdout,
      /warning: aws:rolesanywhere\/profile:Profile is echoed: moto knows nothing of IAM Roles Anywhere/,
    );
    assert.equal((await moto.held()).roles.length, 2);
    await mustDestroy(project);
  });

  it("a service's refusals are shown in its own words, and stop nothing else", async () => {
    const refusals = Object.entries(refused).map(([name, { declares }]) => [name, declares]);
    const project = await newProject(
      declaring({ ...(Object.fromEntries(refusals) as Record<string, string>), ...taken }),
    );
    const stopped = await project.up({ env, args: ["--continue-on-error"] });
    assert.notEqual(stopped.exitCode, 0);
    for (const [name, { sentence }] of Object.entries(refused)) {
      assert.ok(
        stopped.stdout.split("\n").some((l) => l.includes(`\`${name}\`: `) && l.includes(sentence)),
        `${name}: ${stopped.stdout}`,
      );
    }
    const names = project.resources().map(({ urn }) => urn.split("::").at(-1) ?? "");
    const expected = [...Object.keys(taken), "holder", "secret"];
    assert.deepEqual(names.filter((name) => expected.includes(name)).sort(), expected.sort());
    assert.deepEqual(
      names.filter((name) => name in refused),
      [],
    );

    const held = await moto.held();
    assert.deepEqual(
      beyondQuotas(held).map((found) => found.replace(/^arn:aws:iam::\d+:/, "")),
      [
        "policy/policy-beyond-its-quota: managed policy",
        "role/holder: policies of a role",
        `role/${"n".repeat(65)}: name`,
        "role/session-of-13-hours: session",
        "role/trust-beyond-its-quota: trust",
      ],
    );
    project.write(declaring(taken));
    const mended = await project.up({ env });
    assert.equal(mended.exitCode, 0, mended.stdout);
    assert.match(mended.stdout, /^Resources:\n +\d+ unchanged\n/m);
    assert.deepEqual(await moto.held(), held);
    await mustDestroy(project);
  });
});

/** What of `examples/shared-credentials` shares nothing: two assistants, each with a role of its own. */
function unsharedPart(program: string): string {
  const paragraphs = program.split("\n\n");
  const kept = paragraphs.filter((text) => /^import |^const config|runAssistant\(/.test(text));
  assert.equal(kept.length, 4, "the example is no longer in the paragraphs that this test knows");
  return kept.join("\n\n");
}

function unsharedRole(customer: string): unknown {
  return {
    trust: {
      Version: "2012-10-17",
      Statement: [accountTrust(`system:serviceaccount:${customer}:assistant`, "StringLike")],
    },
    policies: {},
  };
}

function trustAndPolicies({ trust, policies }: Held["roles"][number]): unknown {
  return { trust, policies };
}

function principalsOf(trust: unknown): readonly unknown[] {
  const { Statement } = trust as { readonly Statement: readonly { readonly Principal: unknown }[] };
  return Statement.map(({ Principal }) => Principal);
}

function sorted<T extends { readonly arn: string }>(list: readonly T[]): readonly T[] {
  return list.toSorted((one, other) => (one.arn < other.arn ? -1 : 1));
}

/** Rules that the engine's output reports as violated at a level that blocks; the state decides what cannot be verified yet. */
function rulesIn(output: string): readonly string[] {
  const found = [
    ...output.matchAll(/\[mandatory\]\s+\[severity: [a-z]+\]\s+([a-z-]+).*\n(?!.*Cannot verify)/g),
  ];
  return [...new Set(found.map(([, rule]) => rule ?? ""))].sort();
}

async function tenantsOf(cluster: ApiServer): Promise<readonly string[]> {
  return namesOf(cluster, "/api/v1/namespaces");
}

async function policiesOf(cluster: ApiServer): Promise<readonly string[]> {
  return namesOf(cluster, "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies");
}

async function namesOf(cluster: ApiServer, path: string): Promise<readonly string[]> {
  const { body } = await cluster.query<{ items: readonly { metadata: { name: string } }[] }>(path);
  return body.items.map(({ metadata }) => metadata.name).sort();
}
