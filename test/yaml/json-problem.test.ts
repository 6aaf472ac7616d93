import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonProblem } from "../../yaml/json-problem";
import { anyText } from "../support/any-text";

function problemOf(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return jsonProblem(text, error);
  }
  return "is JSON";
}

describe("the message for a text that is no JSON", () => {
  it("names line and column where they are known", () => {
    assert.equal(problemOf('{\n  "a": 1,\n  "b" 2\n}'), "is not JSON from line 3, column 7 on");
    assert.equal(problemOf("AWS_SECRET_ACCESS_KEY=x"), "is not JSON");
    assert.equal(problemOf(""), "is not JSON");
  });

  it("repeats nothing of the text", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        assert.match(
          problemOf(`{ "key": ${text}`),
          /^is (?:not )?JSON(?: from line \d+, column \d+ on)?$/,
        );
      }),
    );
  });
});
