import assert from "node:assert/strict";
import type { SourcePosition } from "../../core/snapshot/resource";
import { asCalled } from "../../engine/program/source-positions";
import { resource } from "../support/resources";

const at = (line: number, file = "index.ts"): SourcePosition => ({ file, line, column: 1 });
const helper = at(15, "run-container.ts");

/** The positions of resources that are declared through frames, nearest first. */
function positions(
  declared: Readonly<Record<string, readonly SourcePosition[]>>,
  typeOf: (name: string) => string = () => "aws:iam/role:Role",
): Readonly<Record<string, SourcePosition | undefined>> {
  const resources = Object.entries(declared).map(([name, [source]]) => ({
    ...resource(typeOf(name), name, {}),
    ...(source && { source }),
  }));
  const framesOf = new Map(resources.map(({ urn, name }) => [urn, declared[name] ?? []]));
  const called = asCalled(resources, (urn) => framesOf.get(urn) ?? []);
  return Object.fromEntries(called.map(({ name, source }) => [name, source]));
}

describe("where a resource is declared", () => {
  it("is the call that is made for it, where a helper declares several", () => {
    assert.deepEqual(positions({ desk: [helper, at(10)], triage: [helper, at(20)] }), {
      desk: { ...at(10), through: [helper] },
      triage: { ...at(20), through: [helper] },
    });
  });

  it("is the line in the helper, where only one resource is declared by it", () => {
    assert.deepEqual(positions({ desk: [helper, at(10)], other: [at(20)] }), {
      desk: helper,
      other: at(20),
    });
  });

  it("is the line itself, where one call declares resources of two types", () => {
    const declared = { role: [at(10)], policy: [at(10)] };
    assert.deepEqual(
      positions(declared, (name) => `aws:iam/${name}:x`),
      { role: at(10), policy: at(10) },
    );
  });

  it("is the call that the fewest others share, where a loop makes some of them", () => {
    const loop = at(30);
    assert.deepEqual(
      positions({ acme: [helper, loop], globex: [helper, loop], desk: [helper, at(10)] }),
      {
        acme: { ...loop, through: [helper] },
        globex: { ...loop, through: [helper] },
        desk: { ...at(10), through: [helper] },
      },
    );
  });

  it("is the line in the helper, where nothing else distinguishes its calls", () => {
    const loop = at(30);
    assert.deepEqual(positions({ acme: [helper, loop], globex: [helper, loop] }), {
      acme: helper,
      globex: helper,
    });
  });

  it("has the calls within several helpers, outermost first", () => {
    const [inner, outer] = [at(1, "a.ts"), at(2, "b.ts")];
    assert.deepEqual(positions({ a: [inner, outer, at(10)], b: [inner, outer, at(20)] }), {
      a: { ...at(10), through: [outer, inner] },
      b: { ...at(20), through: [outer, inner] },
    });
  });
});
