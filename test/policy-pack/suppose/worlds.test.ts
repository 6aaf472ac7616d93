import assert from "node:assert/strict";
import { worldsOf, type Opened } from "../../../policy-pack/suppose/worlds";
import { text } from "../../../policy-pack/suppose/values";
import { resource } from "../../support/resources";

function opened(name: string, values: readonly string[], unique?: string): Opened {
  const place = { resource: resource("a:b:C", name, {}), path: ["name"], waitsFor: [] };
  return { place, supposed: values.map(text), unique };
}

function shown(all: readonly Opened[], most = 12): readonly string[] {
  return worldsOf(all, most).map((world) =>
    world
      .map(({ place, supposed }) => `${place.resource.name}=${supposed.says.replaceAll("`", "")}`)
      .join(" "),
  );
}

describe("the worlds of a stack", () => {
  it("are none where nothing is open", () => {
    assert.deepEqual(shown([]), []);
  });

  it("have each value of each place once, and leave open what has no more", () => {
    assert.deepEqual(shown([opened("a", ["1", "2", "3"]), opened("b", ["4"])]), [
      "a=1 b=4",
      "a=2",
      "a=3",
    ]);
  });

  it("are no more than are asked for", () => {
    assert.deepEqual(shown([opened("a", ["1", "2", "3"]), opened("b", ["4"])], 2), [
      "a=1 b=4",
      "a=2",
    ]);
  });

  it("never give two places of one kind one value where these are unique", () => {
    const values = ["1", "2"];
    const all = ["a", "b", "c"].map((name) => opened(name, values, "kind"));
    const worlds = shown(all);
    assert.deepEqual(worlds, ["a=1 b=2", "a=2 c=1", "b=1 c=2"]);
  });
});
