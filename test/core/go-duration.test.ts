import assert from "node:assert/strict";
import { goSeconds } from "../../core/go-duration";

const cases: readonly (readonly [text: string, seconds: number | undefined])[] = [
  ["1h", 3600],
  ["1h30m", 5400],
  ["1.5h", 5400],
  [".5m", 30],
  ["3600s", 3600],
  ["500ms", 0.5],
  ["250us", 0.00025],
  ["0", 0],
  ["-1h", -3600],
  ["+2m", 120],
  ["1m1m", 120],
  ["", undefined],
  ["-", undefined],
  ["1", undefined],
  ["1d", undefined],
  ["1h -1m", undefined],
  ["h", undefined],
  [`${"1".repeat(80)}h`, undefined],
];

describe("durations of programs in Go", () => {
  for (const [text, seconds] of cases) {
    it(`reads \`${text.slice(0, 20)}\` as ${seconds === undefined ? "none" : `${seconds} s`}`, () => {
      assert.equal(goSeconds(text), seconds);
    });
  }
});
