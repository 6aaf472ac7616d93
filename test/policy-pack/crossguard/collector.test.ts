import assert from "node:assert/strict";
import type { Collector } from "../../../policy-pack/crossguard/collector";
import { packParts } from "../../../policy-pack/crossguard/pack-parts";
import type { Listed } from "../../../policy-pack/crossguard/resources";
import type { Violation } from "../../../policy-pack/crossguard/violation";
import type { Reader } from "../../../policy-pack/readers/reader";
import { requireKey, thingReader } from "./support/keys";
import { urnOf } from "./support/wire";

const type = "test:index:Thing";

/** Fails where no one in the judge looks: when it is asked whether it reads a resource. */
const brokenReader: Reader = {
  ...thingReader,
  types: [],
  matchesType: () => {
    throw new TypeError("nothing is read");
  },
};

/** A list of things without a key that notes which of them is read, by each time that it is taken. */
class NotedList {
  readonly taken: string[][] = [];

  *all(): Iterable<Listed> {
    const read: string[] = [];
    this.taken.push(read);
    for (const name of ["a", "b", "c"]) {
      read.push(name);
      const urn = urnOf(name, type);
      const nothing = { dependencies: [], propertyDependencies: {} };
      yield {
        urn,
        type,
        name,
        isEmpty: false,
        properties: () => ({ severity: "high" }),
        ...nothing,
      };
    }
  }
}

async function statedOf(collector: Collector, list: NotedList): Promise<readonly Violation[]> {
  const stated: Violation[] = [];
  const configured = { properties: {}, levels: {} };
  await collector.validateAll(
    () => list.all(),
    () => configured,
    (violation) => stated.push(violation),
  );
  return stated;
}

describe("the list at the end", () => {
  it("is taken once where all that is found is about its resources", async () => {
    const list = new NotedList();
    const { collector } = packParts({ rules: [requireKey], readers: [thingReader] });
    const stated = await statedOf(collector, list);
    assert.deepEqual(
      stated.map(({ name, urn }) => [name, urn]),
      ["a", "b", "c"].map((name) => ["require-key", urnOf(name, type)]),
    );
    assert.deepEqual(list.taken, [["a", "b", "c"]]);
  });

  it("is taken once more, and read no further than its first, to show a failure on that", async () => {
    const list = new NotedList();
    const { collector } = packParts({ rules: [requireKey], readers: [brokenReader] });
    const stated = await statedOf(collector, list);
    assert.deepEqual(
      stated.map(({ name, urn }) => [name, urn]),
      [[undefined, urnOf("a", type)]],
    );
    assert.deepEqual(list.taken, [["a", "b", "c"], ["a"]]);
  });
});
