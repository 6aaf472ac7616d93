import assert from "node:assert/strict";
import fc from "fast-check";
import { RepeatedName, strictJson } from "../../broker/request/strict-json";

describe("JSON with each name once", () => {
  for (const text of [
    `{"a":1,"a":1}`,
    `{"a":1,"\\u0061":2}`,
    `[{"a":{"b":[],"c":{},"b":1}}]`,
    `{"a":"}","b":[1,{"x":1}],"a":2}`,
    `{ "__proto__" : 1 , "__proto__" : 2 }`,
    `{"":1,"":2}`,
  ]) {
    it(`refuses ${text}`, () => {
      assert.throws(() => strictJson(text), RepeatedName);
    });
  }

  for (const text of [
    `{"a":{"a":1},"b":{"a":"a"}}`,
    `[{"a":1},{"a":2}]`,
    `["a","a","a"]`,
    `{"a":"a","b":["a","b"],"c":"{\\"a\\":1,\\"a\\":2}"}`,
    `{"a":1,"A":2,"a ":3}`,
    `"a"`,
    `null`,
  ]) {
    it(`reads ${text}`, () => {
      assert.deepEqual(strictJson(text), JSON.parse(text));
    });
  }

  it("refuses what is no JSON, as `JSON.parse` does", () => {
    for (const text of ["", "{", `{"a"}`, `{a:1}`]) {
      assert.throws(() => strictJson(text), SyntaxError);
    }
  });

  it("reads whatever `JSON.stringify` writes, and refuses it with a name repeated", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, name) => {
        const text = JSON.stringify(value);
        assert.deepEqual(strictJson(text), JSON.parse(text));
        const key = JSON.stringify(name);
        const repeated = `{${key}:${text},"other ${name.length}":${text},${key}:1}`;
        assert.throws(() => strictJson(repeated), RepeatedName);
      }),
    );
  });
});
