import assert from "node:assert/strict";
import { and, fromBoolean, no, not, or, unknown, yes } from "../../core/three-valued";

const first = unknown("the issuer is not known");
const second = unknown("the tag is not known");

describe("three-valued logic", () => {
  it("and: one no decides, else one unknown, with the first reason", () => {
    assert.deepEqual(and([]), yes);
    assert.deepEqual(and([yes, yes]), yes);
    assert.deepEqual(and([yes, first, second]), first);
    assert.deepEqual(and([first, no, second]), no);
  });

  it("or: one yes decides, else one unknown, with the first reason", () => {
    assert.deepEqual(or([]), no);
    assert.deepEqual(or([no, no]), no);
    assert.deepEqual(or([no, first, second]), first);
    assert.deepEqual(or([first, yes, second]), yes);
  });

  it("and, or: depend on all dependencies of unknown parts, each once", () => {
    const account = unknown("the account is not known", ["urn:a"]);
    const name = unknown("the name is not known", ["urn:b", "urn:a"]);
    for (const of of [and, or]) {
      assert.deepEqual(
        of([account, name]),
        unknown("the account is not known", ["urn:a", "urn:b"]),
      );
      assert.deepEqual(of([first, name]), unknown("the issuer is not known", ["urn:b", "urn:a"]));
      assert.deepEqual(of([account, first]), account);
    }
    assert.deepEqual(and([account, no, name]), no);
    assert.deepEqual(or([account, yes, name]), yes);
  });

  it("not: keeps not knowing, and why", () => {
    assert.deepEqual([yes, no, first].map(not), [no, yes, first]);
  });

  it("takes a boolean as certain", () => {
    assert.deepEqual([true, false].map(fromBoolean), [yes, no]);
  });
});
