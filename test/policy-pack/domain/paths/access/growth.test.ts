import assert from "node:assert/strict";
import { crossingBy } from "../../../../../policy-pack/domain/paths/access/crossing";
import { arnByName } from "../../../../../policy-pack/domain/paths/access/known-arn";
import { kindOfType } from "../../../../../policy-pack/domain/paths/access/kinds";
import { resourcesOf } from "../../../../../policy-pack/domain/paths/access/resources";
import { policiesIn } from "../../../../../policy-pack/domain/iam/authority/authority-of";
import { named } from "../../../../../policy-pack/facts/fact-values";
import { Graph } from "../../../../../policy-pack/facts/graph";
import { tenantMark } from "../../../../../core/marks";
import { parsePolicyDocument } from "../../../../../core/policy/document";
import type { ValueRecord } from "../../../../../core/snapshot/value";

const at = { urn: "urn:x", property: "p" };
const tableKind = kindOfType("aws:dynamodb/table:Table");

/** Counts look-ups of facts: a few for each judged resource. */
class CountingGraph extends Graph {
  reads = 0;

  override facts: Graph["facts"] = (kind, index, name) => {
    this.reads += 1;
    return super.facts(kind, index, name);
  };
}

/** Roles and tables, ten of each in a tenant; each role with a policy and a boundary. */
function stack(
  size: number,
  allows: (tenant: string, name: string) => readonly ValueRecord[],
): CountingGraph {
  const graph = new CountingGraph();
  for (let index = 0; index < size; index += 1) {
    const tenant = `t${Math.floor(index / 10)}`;
    const name = `${tenant}-${index}`;
    const [role, table, boundary] = [`urn:role ${name}`, `urn:table ${name}`, `urn:fence ${name}`];
    for (const thing of [role, table]) {
      const tag = { kind: "known", text: tenant } as const;
      graph.add({ kind: "belongs-to", at, thing, tenant: tag, by: "own" });
      const is = thing === role ? "role" : "table";
      const kind = thing === role ? kindOfType("aws:iam/role:Role") : tableKind;
      assert.ok(kind);
      graph.add({
        kind: "resource",
        at,
        resource: thing,
        is,
        arn: arnByName(
          kind,
          { kind: "known", text: thing === role ? `/${name}` : name },
          { region: "eu-central-1", account: "111122223333" },
        ),
        tags: { kind: "known", labels: { [tenantMark]: tag } },
      });
    }
    graph.add({ kind: "allows", at, identity: role, policy: documentOf(allows(tenant, name)) });
    graph.add({ kind: "allows", at, identity: boundary, policy: documentOf(isolation(tenant)) });
    graph.add({
      kind: "attaches",
      at,
      policy: named(boundary),
      identity: named(role),
      as: "boundary",
    });
  }
  graph.close();
  return graph;
}

function documentOf(statements: readonly ValueRecord[]) {
  return parsePolicyDocument({ Version: "2012-10-17", Statement: [...statements] });
}

function allow(on: string): ValueRecord {
  return { Effect: "Allow", Action: "dynamodb:GetItem", Resource: on };
}

/** Denies what is tagged as another tenant's. */
function isolation(tenant: string): readonly ValueRecord[] {
  return [
    { Effect: "Allow", Action: "*", Resource: "*" },
    {
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: {
        StringNotEquals: { [`aws:ResourceTag/${tenantMark}`]: tenant },
        Null: { [`aws:ResourceTag/${tenantMark}`]: "false" },
      },
    },
  ];
}

function judge(graph: CountingGraph): number {
  graph.reads = 0;
  const resources = resourcesOf(graph, {});
  for (const fact of graph.all("allows")) {
    if (!fact.identity.startsWith("urn:role")) continue;
    for (const policy of policiesIn(graph, fact)) {
      assert.equal(crossingBy(graph, fact.identity, policy, resources), undefined);
    }
  }
  return graph.reads;
}

const permissions = {
  "each name their own": (_: string, name: string) => [allow(`arn:aws:dynamodb:*:*:table/${name}`)],
  "each name all of their tenant's": (tenant: string) => [
    allow(`arn:aws:dynamodb:*:*:table/${tenant}-*`),
  ],
  "each name everything, which their boundaries hold to their tenant": () => [allow("*")],
};

describe("the permissions of a stack's roles", () => {
  for (const [which, allows] of Object.entries(permissions)) {
    it(`cost each the same, whatever the stack's size, where they ${which}`, () => {
      const [few = 0, many = 0] = [200, 2_000].map((size) => judge(stack(size, allows)));
      assert.ok(many < few * 12, `${few} reads for 200, ${many} for 2,000`);
    });
  }
});
