import assert from "node:assert/strict";
import { withinWork } from "../../core/work";
import type { Resource } from "../../core/snapshot/resource";
import { rules } from "../../policy-pack/rules/index";
import { Evaluations } from "../../policy-pack/run/evaluation";
import { factsOf } from "../../policy-pack/read/reading";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { StackReader } from "../../policy-pack/run/stack-reader";
import { copied, stacksOfEveryType } from "../support/many-stacks";

/** Types whose resources are each compared with all others of the type: any two of them may give one SPIFFE ID. */
const comparedWithAll = new Set(["kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID"]);

/** Reads of the graph that a longer list may cost: so many facts in it count as one read. */
const tolerance = 0.5;

/** Adds resources one after the other; returns how many reads of the graph each takes. */
async function worksOf(resources: readonly Resource[]): Promise<readonly number[]> {
  const reader = new StackReader(defaultSettings);
  const evaluations = new Evaluations(reader.graph, defaultSettings, rules);
  const works: number[] = [];
  for (const resource of resources) {
    await reader.prepare([resource]);
    const work = { left: Number.MAX_SAFE_INTEGER };
    withinWork(work, () => {
      for (const fact of factsOf(reader.read(resource))) evaluations.evaluate(fact);
      evaluations.settle();
    });
    works.push(Number.MAX_SAFE_INTEGER - work.left);
  }
  return works;
}

describe("the work for one more resource while resources come", () => {
  it("is the same after 500 as after 5,000 resources, for every type", async () => {
    const unit = stacksOfEveryType();
    const size = unit.flat().length;
    const copies = Array.from({ length: Math.ceil(5_000 / size) + 1 }, (_, copy) =>
      unit.flatMap((stack, at) => copied(stack, `c${copy}s${at}`)),
    );
    const works = await worksOf(copies.flat());
    const early = works.slice(size, 2 * size);
    const late = works.slice(-size);
    const grown = unit.flat().flatMap(({ type, name }, at) => {
      const [before = 0, after = 0] = [early[at], late[at]];
      const isMore = after > before + tolerance && !comparedWithAll.has(type);
      return isMore ? [`${type} ${name}: ${before} reads after ${size}, later ${after}`] : [];
    });
    assert.deepEqual(grown, []);
    assert.ok(size >= 500, "the cases have resources of many types");
  });
});
