import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseDuration, printDuration } from "../../core/duration";

describe("duration", () => {
  const readable: [string, number][] = [
    ["1h", 3600],
    ["30m", 1800],
    ["3600s", 3600],
    ["1h30m", 5400],
    ["1h0m0s", 3600],
    [" 1h ", 3600],
  ];
  for (const [value, seconds] of readable) {
    it(`reads \`${value}\` as ${seconds} seconds`, () => {
      assert.deepEqual(parseDuration(value), { ok: true, seconds });
    });
  }

  for (const text of ["", "h", "1d", "1.5h", "-1h", "30m1h", "1h1h", "1h 30m", "١h", "NaN"]) {
    it(`refuses \`${text}\``, () => {
      assert.deepEqual(parseDuration(text), {
        ok: false,
        problem: `duration \`${text}\` cannot be read; write whole hours, minutes or seconds, such as \`1h\`, \`30m\` or \`3600s\``,
      });
    });
  }

  const bare: [string | number, string][] = [
    ["30", "30m"],
    [30, "30m"],
    ["3600", "1h"],
    [" 900 ", "15m"],
    ["0", "1h"],
    ["31536000", "1h"],
    ["9007199254740993", "1h"],
  ];
  for (const [value, example] of bare) {
    it(`refuses \`${value}\`, which has no unit`, () => {
      assert.deepEqual(parseDuration(value), {
        ok: false,
        problem: `\`${String(value).trim()}\` has no unit; write a duration such as "${example}"`,
      });
    });
  }

  it("refuses no time at all", () => {
    assert.deepEqual(parseDuration("0m"), {
      ok: false,
      problem: "duration `0m` is zero; give at least `1s`",
    });
  });

  it("refuses what cannot be counted", () => {
    assert.deepEqual(parseDuration("9007199254740993h"), {
      ok: false,
      problem: "duration `9007199254740993h` is too long to be counted in seconds",
    });
  });

  it("shows no more of a long text than its start", () => {
    const read = parseDuration("1".repeat(1_000_000));
    assert.ok(!read.ok && read.problem.length < 250);
  });

  it("reads what it printed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seconds) => {
        assert.deepEqual(parseDuration(printDuration(seconds)), { ok: true, seconds });
      }),
    );
  });

  it("prints the units that are needed", () => {
    assert.deepEqual([3600, 5400, 61, 0].map(printDuration), ["1h", "1h30m", "1m1s", "0s"]);
  });
});
