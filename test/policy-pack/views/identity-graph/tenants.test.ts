import assert from "node:assert/strict";
import type {
  IdentityEdge,
  IdentityGraph,
} from "../../../../policy-pack/views/identity-graph/identity-graph";
import { tenantsReached } from "../../../../policy-pack/views/identity-graph/tenants";

/** Nodes `name` or `name@tenant`, edges `from > to`. */
function graphOf(
  names: readonly string[],
  ways: readonly string[],
  more: Partial<IdentityEdge> = {},
): IdentityGraph {
  const nodes = names.map((each) => {
    const [name = "", tenant] = each.split("@");
    const known = tenant === undefined ? {} : { tenant };
    return { name, label: name, kind: "identity" as const, what: "IAM role", ...known };
  });
  const place = (name: string): number => nodes.findIndex((node) => node.name === name);
  const edges = ways.map((way) => {
    const [from = "", to = ""] = way.split(" > ");
    return { from: place(from), to: place(to), by: "assumes", ...more };
  });
  return { nodes, edges };
}

describe("where tenants cross in an identity graph", () => {
  it("is where one comes to what is another's, and not behind it", () => {
    const graph = graphOf(["a@acme", "b@globex", "c@globex"], ["a > b", "b > c"]);
    const { areas, crosses, between } = tenantsReached(graph);
    assert.deepEqual(areas, ["acme", "globex", "globex"]);
    assert.deepEqual(crosses, [true, false]);
    assert.deepEqual(between, [{ from: "acme", to: "globex", edges: [0] }]);
  });

  it("is where two meet at what has no tenant, and not behind it", () => {
    const names = ["a@acme", "b@globex", "own", "shared", "behind"];
    const graph = graphOf(names, ["a > own", "own > shared", "b > shared", "shared > behind"]);
    const { areas, crosses, between } = tenantsReached(graph);
    assert.deepEqual(areas, ["acme", "globex", "acme", undefined, undefined]);
    assert.deepEqual(crosses, [false, true, true, false]);
    assert.deepEqual(between, [
      { from: "acme", to: "globex", edges: [1] },
      { from: "globex", to: "acme", edges: [2] },
    ]);
  });

  it("is nowhere where only one tenant comes to it, or none has a tenant", () => {
    const one = graphOf(["a@acme", "b@acme", "own"], ["a > own", "b > own"]);
    assert.deepEqual(tenantsReached(one).crosses, [false, false]);
    assert.deepEqual(tenantsReached(graphOf(["a", "b"], ["a > b"])).areas, [undefined, undefined]);
  });

  it("is not where a condition restricts the caller to its own tenant, nor where it is uncertain", () => {
    const names = ["a@acme", "b@globex", "shared", "own@acme"];
    const held = graphOf(names, ["a > shared", "b > shared", "shared > own"]);
    const edges = held.edges.map((edge) => (edge.to === 3 ? { ...edge, only: ["acme"] } : edge));
    assert.deepEqual(tenantsReached({ ...held, edges }).crosses, [true, true, false]);
    assert.deepEqual(tenantsReached(held).crosses, [true, true, true]);
    const possible = graphOf(names, ["a > b"], { possible: true });
    assert.deepEqual(tenantsReached(possible).crosses, [false]);
  });

  it("counts a call of another's tool, and goes no further by one", () => {
    const graph = graphOf(["a@acme", "tool", "role"], ["a > tool", "tool > role"]);
    const edges = graph.edges.map((edge, index) =>
      index > 0 ? edge : { ...edge, by: "may call" },
    );
    assert.deepEqual(tenantsReached({ ...graph, edges }).areas, ["acme", undefined, undefined]);
    const other = graphOf(["a@acme", "tool@globex"], ["a > tool"], { by: "may call" });
    assert.deepEqual(tenantsReached(other).crosses, [true]);
  });
});
