import * as assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { formatted } from "../../../scripts/formatted";
import * as components from "../../../components";
import schema from "../../../provider/schema.json";
import { declarations } from "./declarations";
import { lost, untold } from "./lost";
import { contractOf, type Contracted } from "./registrations";

type Contract = Readonly<Record<string, readonly Contracted[]>>;

const file = join(__dirname, "names.golden.json");

/** What a developer has to do whose change shows here. */
const whatToDo = `
Names, types and parents of what components make are a contract: where one changes, the next update of every stack deletes the
resource and makes another, and with a role its sessions end. So
- to rename or move a child, give it \`aliases\` with its former name, type or parent, and say so in CHANGELOG.md;
- what it is called in AWS or Kubernetes cannot be aliased: leave it, or say in CHANGELOG.md that its \`type\` is replaced and how to
  do that without an outage;
- a new child or component needs a declaration in test/components/contract/declarations.ts and a line in CHANGELOG.md.
Then write the contract anew: UPDATE_GOLDENS=1 npx --no-install mocha test/components/contract/names.test.ts
`;

describe("names and state are a contract", () => {
  let now: Contract;

  before(async () => {
    const read: Record<string, readonly Contracted[]> = {};
    for (const [declared, program] of Object.entries(declarations)) {
      read[declared] = await contractOf(program);
    }
    now = read;
    if (process.env["UPDATE_GOLDENS"] === "1") {
      refuseToLose(kept(), now);
      writeFileSync(file, await formatted(file, JSON.stringify(now)));
    }
  });

  const kept = (): Contract => JSON.parse(readFileSync(file, "utf8")) as Contract;

  it("covers the same declarations as it did", () => {
    assert.deepEqual(Object.keys(now), Object.keys(kept()), whatToDo);
  });

  for (const declared of Object.keys(declarations)) {
    it(`keeps names, types, parents and aliases: ${declared}`, () => {
      const difference = differences(kept()[declared] ?? [], now[declared] ?? []);
      assert.deepEqual(difference, [], `${difference.join("\n")}\n${whatToDo}`);
    });
  }

  it("has every component that the package exports", () => {
    const exported = Object.entries(components).filter(([, value]) => isComponent(value));
    assert.deepEqual(
      exported.map(([name]) => `agentid:index:${name}`).filter((type) => !typesIn(now).has(type)),
      [],
      whatToDo,
    );
  });

  it("has every component that the schema describes", () => {
    const described = Object.keys(schema.resources);
    assert.deepEqual(
      described.filter((type) => !typesIn(now).has(type)),
      [],
      whatToDo,
    );
  });

  it("has every kind of workload with every federation, and adopted ones", () => {
    const federations = Object.keys(schema.types["agentid:index:TenantFederation"].properties);
    const all = ["Tenant", "Agent", "Orchestrator", "Tool", "LegacyTool", "Agent that has adopted"];
    const wanted = federations.flatMap((kind) => all.map((what) => `${what} with ${kind}`));
    const missing = wanted.filter((declared) => !Object.hasOwn(now, declared));
    assert.deepEqual(missing, [], whatToDo);
  });
});

describe("a change of the contract", () => {
  const before: Contracted = {
    urn: "agentid:index:Agent$aws:iam/role:Role::triage",
    parent: "agentid:index:Agent::triage",
    called: "/agentid/acme/acme.triage",
  };

  it("is reported as a replacement where a child is renamed without an alias", () => {
    const renamed = { ...before, urn: before.urn + "-role" };
    assert.deepEqual(differences([before], [renamed]), [
      `gone, so that updates delete it: ${before.urn}`,
      `new: ${renamed.urn}`,
    ]);
  });

  it("is reported also where an alias preserves the child", () => {
    const renamed = { ...before, urn: before.urn + "-role", aliases: [{ name: "triage" }] };
    assert.deepEqual(differences([before], [renamed]), [
      `gone, so that updates delete it unless an alias keeps it: ${before.urn}`,
      `new: ${renamed.urn}`,
    ]);
  });

  it("is reported where only the parent, the aliases or the name in AWS changes", () => {
    const changed = { ...before, parent: "agentid:index:Agent::other", called: "/acme.triage" };
    assert.deepEqual(differences([before], [changed]), [
      `parent of ${before.urn}: was "agentid:index:Agent::triage", is "agentid:index:Agent::other"`,
      `called of ${before.urn}: was "/agentid/acme/acme.triage", is "/acme.triage"`,
    ]);
    const aliased = { ...before, aliases: [{ name: "old" }] };
    assert.deepEqual(differences([aliased], [before]), [
      `aliases of ${before.urn}: was [{"name":"old"}], is none`,
    ]);
  });

  it("loses what is renamed, moved or called otherwise, and keeps what an alias finds", () => {
    const renamed = { ...before, urn: before.urn + "-role" };
    const moved = { ...before, urn: "aws:iam/role:Role::triage" };
    const { parent, ...top } = moved;
    assert.deepEqual(lost([before], [renamed]), [before]);
    assert.deepEqual(lost([before], [{ ...before, called: "/acme.triage" }]), [before]);
    assert.deepEqual(lost([before], [{ ...renamed, aliases: [{ name: "triage" }] }]), []);
    assert.deepEqual(lost([before], [{ ...renamed, aliases: [{ name: "other" }] }]), [before]);
    assert.deepEqual(lost([before], [{ ...top, aliases: [{ parent: String(parent) }] }]), []);
    assert.deepEqual(lost([top], [{ ...before, aliases: [{ noparent: true }] }]), []);
    const urn = `urn:pulumi:stack::project::${before.urn}`;
    assert.deepEqual(lost([before], [{ ...top, aliases: [urn] }]), []);
    const retyped = { ...renamed, urn: "agentid:index:Agent$aws:iam/role2:Role::triage" };
    assert.deepEqual(
      lost([before], [{ ...retyped, aliases: [{ type: "aws:iam/role:Role" }] }]),
      [],
    );
  });

  it("keeps the children of a component that an alias finds", () => {
    const component: Contracted = { urn: "agentid:index:Agent::triage" };
    const child = { ...before, urn: before.urn + "-role" };
    const renamed = { urn: "agentid:index:Agent::desk", aliases: [{ name: "triage" }] };
    const parent = renamed.urn;
    const type = "agentid:index:Agent$aws:iam/role:Role";
    const is = [renamed, { ...before, urn: `${type}::desk-role`, parent }];
    assert.deepEqual(lost([component, child], is), []);
    const other = [renamed, { ...before, urn: `${type}::desk`, parent }];
    assert.deepEqual(lost([component, child], other), [child]);
  });

  it("is announced to users by a line of the changelog that names the type", () => {
    assert.deepEqual(
      untold([before], "- Roles: `aws:iam/role:Role` is replaced, one at a time."),
      [],
    );
    for (const changelog of ["", "- `aws:iam/role:Role` is better.", "- Roles are replaced."]) {
      assert.deepEqual(untold([before], changelog), [before]);
    }
  });

  it("is seen where a resource has an alias, or a Kubernetes type of several versions", async () => {
    const contract = await contractOf(() => {
      const opts = { aliases: [{ name: "old" }] };
      const parent = new pulumi.ComponentResource("acme:index:Desk", "desk", {}, opts);
      new kubernetes.networking.v1.NetworkPolicy(
        "desk",
        { metadata: { name: "desk" } },
        { parent },
      );
    });
    assert.deepEqual(contract, [
      {
        urn: "acme:index:Desk$kubernetes:networking.k8s.io/v1:NetworkPolicy::desk",
        parent: "acme:index:Desk::desk",
        called: "desk",
      },
      { urn: "acme:index:Desk::desk", aliases: [{ name: "old" }] },
    ]);
  });

  it("is none where nothing changes", () => {
    assert.deepEqual(differences([before], [{ ...before }]), []);
  });
});

/** The contract stays as it is if stacks would lose something without a notice to their owners. */
function refuseToLose(was: Contract, is: Contract): void {
  const changelog = readFileSync("CHANGELOG.md", "utf8");
  for (const [declared, resources] of Object.entries(was)) {
    const gone = untold(lost(resources, is[declared] ?? []), changelog);
    assert.deepEqual(gone, [], `${declared} would lose resources\n${whatToDo}`);
  }
}

/** What is no longer as it was, a line each. */
function differences(was: readonly Contracted[], is: readonly Contracted[]): readonly string[] {
  const find = (list: readonly Contracted[], urn: string): Contracted | undefined =>
    list.find((one) => one.urn === urn);
  const fresh = is.filter(({ urn }) => find(was, urn) === undefined);
  const aliased = fresh.some(({ aliases }) => aliases !== undefined)
    ? " unless an alias keeps it"
    : "";
  const gone = was.filter(({ urn }) => find(is, urn) === undefined);
  return [
    ...gone.map(({ urn }) => `gone, so that updates delete it${aliased}: ${urn}`),
    ...fresh.map(({ urn }) => `new: ${urn}`),
    ...was.flatMap((one) => {
      const other = find(is, one.urn);
      return other === undefined ? [] : changesOf(one, other);
    }),
  ];
}

function changesOf(was: Contracted, is: Contracted): readonly string[] {
  return (["parent", "aliases", "imports", "protect", "called"] as const)
    .filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]))
    .map((key) => `${key} of ${was.urn}: was ${shown(was[key])}, is ${shown(is[key])}`);
}

function shown(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}

function typesIn(contract: Contract): ReadonlySet<string> {
  return new Set(
    Object.values(contract).flatMap((resources) =>
      resources.map(({ urn }) => (urn.split("::")[0] ?? "").split("$").pop() ?? ""),
    ),
  );
}

function isComponent(exported: unknown): boolean {
  return typeof exported === "function" && exported.prototype instanceof pulumi.ComponentResource;
}
