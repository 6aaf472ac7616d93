import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as catalogue from "../../../../policy-pack/read/catalogue/kubernetes";
import type { Product } from "../../../../policy-pack/read/catalogue/product";
import { hiddenAt, matchesAt } from "../../../../policy-pack/read/catalogue/paths";
import { hidden as secret, Unknown, type Value } from "../../../../core/snapshot/value";

function pathsAt(value: Value, path: string | readonly string[]): readonly string[] {
  return [...matchesAt(value, path)].map((match) => match.path);
}

const object = {
  spec: {
    a: { name: "x" },
    b: { name: "y", tokenRef: { name: "z" } },
    tools: [{ server: "one" }, { server: "two" }],
    env: { TOKEN: "t", USER: "u" },
  },
};
const unknown = new Unknown(["urn:u"], false);

describe("the paths of the catalogue", () => {
  for (const [path, found] of [
    ["spec.a.name", ["spec.a.name"]],
    ["spec.{a,b}.name", ["spec.a.name", "spec.b.name"]],
    ["spec.{,a.}name", ["spec.a.name"]],
    ["spec.{a,b.{name,tokenRef}}.name", ["spec.a.name", "spec.b.tokenRef.name"]],
    ["spec.tools[].server", ["spec.tools[0].server", "spec.tools[1].server"]],
    ["spec.tools.*.server", ["spec.tools[0].server", "spec.tools[1].server"]],
    ["spec.env.*", ["spec.env.TOKEN", "spec.env.USER"]],
    ["spec.env[]", []],
    ["spec.b.*Ref", ["spec.b.tokenRef"]],
    ["spec.b.token*", ["spec.b.tokenRef"]],
    ["spec.**.name", ["spec.a.name", "spec.b.name", "spec.b.tokenRef.name"]],
    ["", [""]],
  ] as const) {
    it(`match ${path}`, () => {
      assert.deepEqual(pathsAt(object, path), found);
    });
  }

  it("match below what is marked as secret", () => {
    assert.deepEqual(pathsAt({ spec: secret({ list: [{ a: 1 }] }) }, "spec.list[].a"), [
      "spec.list[0].a",
    ]);
  });

  it("lead on to what an unknown value hides, up to the first step that has several", () => {
    const [first, second] = matchesAt({ spec: unknown }, ["spec.a.name", "spec.list[].name"]);
    const at = { path: "spec", dependsOn: ["urn:u"] };
    assert.deepEqual(
      [first, second].map((match) => [match?.path, match?.isPart, match?.unknown]),
      [
        ["spec.a.name", false, at],
        ["spec.list", true, at],
      ],
    );
  });

  it("name each unknown value once, the outermost alone", () => {
    const paths = ["spec.{a,b}.name", "spec.a.key"];
    assert.deepEqual(hiddenAt({ spec: { a: unknown, b: { name: unknown } } }, paths), [
      { path: "spec.a", dependsOn: ["urn:u"] },
      { path: "spec.b.name", dependsOn: ["urn:u"] },
    ]);
  });

  it("count an unknown value below `**` only where the path ends", () => {
    const value = { spec: { a: { tokenRef: unknown }, list: unknown } };
    assert.deepEqual(pathsAt(value, "spec.**.{tokenRef,list[].name}"), ["spec.a.tokenRef"]);
  });
});

const products: readonly Product[] = Object.values(catalogue).flat();
const references = products.flatMap(({ group, kinds }) =>
  Object.entries(kinds).flatMap(([kind, { uses = [] }]) =>
    uses.flatMap(({ kinds: of }) => [of].flat().map((each) => ({ group, kind, of: each }))),
  ),
);

describe("the catalogue", () => {
  it("lists each file of its folder", () => {
    const files = readdirSync(join(__dirname, "../../../../policy-pack/read/catalogue/kubernetes"));
    assert.equal(Object.keys(catalogue).length, files.length - 1);
  });

  it("has each kind once", () => {
    const kinds = products.flatMap(({ group, kinds: own }) =>
      Object.keys(own).map((kind) => `${group}/${kind}`),
    );
    assert.deepEqual(kinds, [...new Set(kinds)]);
  });

  it("references only kinds that it has", () => {
    const missing = references.filter(
      ({ group, of }) => !products.some((each) => each.group === group && of in each.kinds),
    );
    // Groups of servers contain nothing but what their entries have.
    assert.deepEqual(new Set(missing.map(({ of }) => of)), new Set(["MCPGroup"]));
  });

  it("has only paths of the notation", () => {
    const step = String.raw`(?:[A-Za-z0-9]+|\*|\*\*|[A-Za-z0-9]+\*|\*[A-Za-z0-9]+)(?:\[\])*`;
    const path = new RegExp(String.raw`^(?:${step}(?:\.${step})*)?$`);
    const bad = pathsIn(products).filter((each) => !path.test(plain(each)));
    assert.deepEqual(bad, []);
  });
});

/** All texts of the catalogue that are paths: those under `at` and those of lists and properties of paths. */
function pathsIn(value: unknown, key = ""): readonly string[] {
  const isPath = ["at", "runsAs", "pods", "containers", "receives", "secrets", "literals"];
  if (typeof value === "string") return isPath.includes(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, name));
}

/** A path with the first of each of its alternatives. */
function plain(path: string): string {
  const first = path.replace(/\{([^{},]*)(?:,[^{}]*)?\}/g, "$1");
  return first === path ? path : plain(first);
}
