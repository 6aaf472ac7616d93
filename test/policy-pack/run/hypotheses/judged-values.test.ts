import assert from "node:assert/strict";
import {
  onlyIn,
  inPairsOf,
  inTurnOf,
  type Opened,
  type PossibleValues,
} from "../../../../policy-pack/run/hypotheses/judged-values";
import { text } from "../../../../policy-pack/run/hypotheses/values";
import { resource } from "../../../support/resources";

function opened(name: string, values: readonly string[], unique?: string): Opened {
  const place = { resource: resource("a:b:C", name, {}), path: ["name"], dependsOn: [] };
  return { place, possible: values.map(text), unique };
}

function shown(judgedValues: readonly PossibleValues[]): readonly string[] {
  return judgedValues.map((possibleValues) =>
    possibleValues
      .map(
        ({ place, supposed }) => `${place.resource.name}=${supposed.sentence.replaceAll("`", "")}`,
      )
      .join(" "),
  );
}

describe("hypotheses in which all places take a value at once", () => {
  it("are none where nothing is open", () => {
    assert.deepEqual(inTurnOf([], 12), []);
  });

  it("have each value of each place once, and leave open what has no more", () => {
    const all = [opened("a", ["1", "2", "3"]), opened("b", ["4"])];
    assert.deepEqual(shown(inTurnOf(all, 12)), ["a=1 b=4", "a=2", "a=3"]);
  });

  it("are limited to the requested number", () => {
    const all = [opened("a", ["1", "2", "3"]), opened("b", ["4"])];
    assert.deepEqual(shown(inTurnOf(all, 2)), ["a=1 b=4", "a=2"]);
  });

  it("never give two places of one kind one value where these are unique", () => {
    const values = ["1", "2"];
    const all = ["a", "b", "c"].map((name) => opened(name, values, "kind"));
    assert.deepEqual(shown(inTurnOf(all, 12)), ["a=1 b=2", "a=2 c=1", "b=1 c=2"]);
  });
});

describe("hypotheses in which one place has a value", () => {
  it("are one for each value of each place", () => {
    const all = [opened("a", ["1", "2"]), opened("b", ["4"])];
    assert.deepEqual(shown(onlyIn(all, 3) ?? []), ["a=1", "a=2", "b=4"]);
  });

  it("are not made beyond the requested number", () => {
    assert.equal(onlyIn([opened("a", ["1", "2"]), opened("b", ["4"])], 2), undefined);
  });
});

describe("hypotheses in which places have values beside each other", () => {
  /** The pairs of values of different locations that are in no hypothesis. */
  function lacking(
    all: readonly Opened[],
    judgedValues: readonly PossibleValues[],
  ): readonly string[] {
    const there = new Set(
      shown(judgedValues).flatMap((possibleValues) => pairsOf(possibleValues.split(" "))),
    );
    const values = all.map(({ place, possible: supposed }) =>
      supposed.map(({ sentence }) => `${place.resource.name}=${sentence.replaceAll("`", "")}`),
    );
    return values
      .flatMap((some, at) =>
        values
          .slice(at + 1)
          .flatMap((others) => some.flatMap((one) => others.map((other) => `${one} ${other}`))),
      )
      .filter((pair) => !there.has(pair));
  }

  function pairsOf(taken: readonly string[]): readonly string[] {
    return taken.flatMap((one, at) => taken.slice(at + 1).map((other) => `${one} ${other}`));
  }

  it("are none where one place is open", () => {
    assert.deepEqual(inPairsOf([opened("a", ["1", "2"])], 12), []);
  });

  it("have each value of a place beside each of another", () => {
    const all = [opened("a", ["1", "2"]), opened("b", ["3", "4", "5"])];
    const judgedValues = inPairsOf(all, 100);
    assert.deepEqual(lacking(all, judgedValues), []);
    assert.equal(judgedValues.length, 6);
  });

  it("have each pair of values of more places, in fewer hypotheses than there are pairs", () => {
    const all = ["a", "b", "c", "d", "e"].map((name, at) =>
      opened(name, ["1", "2", "3", "4"].slice(0, 2 + (at % 3))),
    );
    const judgedValues = inPairsOf(all, 200);
    assert.deepEqual(lacking(all, judgedValues), []);
    assert.ok(judgedValues.length <= 36, `${judgedValues.length} worlds`);
  });

  it("never give two places of one kind one value where these are unique", () => {
    const all = ["a", "b", "c"].map((name) => opened(name, ["1", "2", "3"], "kind"));
    const judgedValues = inPairsOf(all, 100);
    for (const possibleValues of shown(judgedValues)) {
      const values = possibleValues.split(" ").map((taken) => taken.split("=")[1]);
      assert.equal(new Set(values).size, values.length, possibleValues);
    }
    const equal = ["1", "2", "3"].flatMap((value) =>
      pairsOf(["a", "b", "c"].map((name) => `${name}=${value}`)),
    );
    assert.deepEqual([...lacking(all, judgedValues)].sort(), equal.sort());
  });

  it("are limited to the requested number", () => {
    const all = [opened("a", ["1", "2"]), opened("b", ["3", "4", "5"])];
    assert.equal(inPairsOf(all, 4).length <= 4, true);
  });
});
