import assert from "node:assert/strict";
import fc from "fast-check";
import type { Fact } from "../../../../../policy-pack/facts/fact";
import { reach, type Link } from "../../../../../policy-pack/domain/paths/assume/reach";
import { thing } from "../../../../../policy-pack/domain/paths/assume/step";
import type { Tenant } from "../../../../../policy-pack/domain/workloads/tenancy";

const fact: Fact = { kind: "alias", at: { urn: "u", property: "p" }, thing: "a", also: "b" };

function link(from: number, to: number, only?: readonly string[]): Link {
  const names = { from: thing(String(from)), to: thing(String(to)) };
  const step = { ...names, by: "assumes", fact, ...(only && { only: new Set(only) }) };
  return { from, to, step };
}

/** Tenants by node: a node's number is its place in the list; undefined for none. */
function tenantsBy(tenants: readonly (string | undefined)[]): (node: number | string) => Tenant {
  const from = {
    kind: "belongs-to",
    at: { urn: "u", property: "p" },
    thing: "t",
    tenant: { kind: "known", text: "" },
    by: "own",
  } as const;
  return (node) => {
    const tenant = typeof node === "number" ? tenants[node] : undefined;
    return tenant === undefined ? { kind: "none" } : { kind: "tenant", tenant, from };
  };
}

const isIdentity = (node: number | string): boolean => typeof node === "number";

describe("reaching across tenants", () => {
  it("stops at what is another's and starts anew there", () => {
    const found = reach(
      [0, 1, 2],
      [link(0, 1), link(1, 2)],
      tenantsBy(["a", "b", "c"]),
      isIdentity,
    );
    assert.deepEqual(
      found.map((each) => (each.kind === "crossing" ? [each.from, each.to, each.path.length] : [])),
      [
        ["a", "b", 1],
        ["b", "c", 1],
      ],
    );
  });

  it("follows a step that is restricted to tenants only with these", () => {
    const tenants = tenantsBy(["a", "b", undefined, "c"]);
    const links = [link(0, 2), link(1, 2), link(2, 3, ["b", "z"])];
    const found = reach([0, 1], links, tenants, isIdentity).filter(
      (each) => each.kind === "crossing",
    );
    assert.deepEqual(
      found.map(({ from, to }) => [from, to]),
      [["b", "c"]],
    );
  });

  it("finds what following each tenant separately finds, by paths as short", () => {
    const names = ["a", "b", "c", undefined, undefined];
    const node = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...names), { minLength: 10, maxLength: 10 }),
        fc.array(fc.tuple(node, node), { maxLength: 25 }),
        (tenants, pairs) => {
          const links = pairs.map(([from, to]) => link(from, to));
          const starts = tenants.map((_, index) => index);
          const crossings = new Map<string, number>();
          for (const each of reach(starts, links, tenantsBy(tenants), isIdentity)) {
            if (each.kind === "crossing") {
              crossings.set(`${each.from} ${each.at}`, each.path.length);
              each.path.forEach((step, index) => {
                assert.equal(step.to, each.path[index + 1]?.from ?? each.at);
              });
            }
          }
          assert.deepEqual(sorted(crossings), sorted(lone(tenants, pairs)));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** The slow algorithm: each tenant by itself, breadth first. */
function lone(
  tenants: readonly (string | undefined)[],
  pairs: readonly (readonly [number, number])[],
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const tenant of new Set(tenants.filter((each) => each !== undefined))) {
    let front = tenants.flatMap((each, index) => (each === tenant ? [index] : []));
    const seen = new Set(front);
    for (let depth = 1; front.length > 0; depth += 1) {
      const next: number[] = [];
      for (const [from, to] of pairs) {
        if (!front.includes(from) || seen.has(to)) continue;
        seen.add(to);
        if (tenants[to] === undefined) next.push(to);
        else found.set(`${tenant} ${to}`, depth);
      }
      front = next;
    }
  }
  return found;
}

function sorted(map: ReadonlyMap<string, number>): readonly unknown[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
