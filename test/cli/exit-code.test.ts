import assert from "node:assert/strict";
import { exitCodeOf, type Ending } from "../../cli/exit-code";

const holds: Ending = { kind: "judged", verdict: "passed" };
const violated: Ending = { kind: "judged", verdict: "violated" };
const notProven: Ending = { kind: "judged", verdict: "not proven" };
const partly: Ending = { kind: "judged", verdict: "violated", partly: true };
const failed: Ending = { kind: "could not run" };

describe("exit code", () => {
  const table: readonly (readonly [readonly Ending[], number])[] = [
    [[], 0],
    [[holds], 0],
    [[violated], 1],
    [[failed], 2],
    [[notProven], 3],
    [[partly], 2],
    [[holds, holds], 0],
    [[holds, notProven], 3],
    [[notProven, violated], 1],
    [[violated, notProven, holds], 1],
    [[holds, failed], 2],
    [[violated, failed], 2],
    [[failed, notProven, violated, holds], 2],
  ];
  for (const [endings, code] of table) {
    const words = endings.map((one) =>
      one.kind === "judged" ? `${one.verdict}${one.partly === true ? " in part" : ""}` : one.kind,
    );
    it(`is ${code} for ${words.join(", ") || "nothing"}`, () => {
      assert.equal(exitCodeOf(endings), code);
    });
  }
});
