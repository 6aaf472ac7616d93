import assert from "node:assert/strict";
import { inspect } from "node:util";
import {
  comparableText,
  entriesAt,
  hasParts,
  knownString,
  listAt,
  opened,
  read,
  readString,
  readThrough,
} from "../../../core/snapshot/read";
import { nameInUrn, typeInUrn } from "../../../core/snapshot/resource";
import {
  LeftOut,
  Secret,
  Unknown,
  hidden,
  isList,
  isRecord,
  isSecret,
  type Value,
} from "../../../core/snapshot/value";

const waiting = new Unknown(["urn:a"]);

describe("reading a value", () => {
  it("returns the value at a path", () => {
    assert.deepEqual(read({ a: [{ b: "x" }] }, "a", 0, "b"), { kind: "present", value: "x" });
  });

  it("answers the value itself without a path", () => {
    assert.deepEqual(read(7), { kind: "present", value: 7 });
  });

  it("distinguishes absent from null no more than Pulumi does", () => {
    assert.deepEqual(read({ a: null }, "a"), { kind: "absent" });
    assert.deepEqual(read({}, "a"), { kind: "absent" });
    assert.deepEqual(read(undefined, "a"), { kind: "absent" });
    assert.deepEqual(read({ a: null }, "a", "b"), { kind: "absent" });
  });

  it("finds no name inside a text or a list", () => {
    assert.deepEqual(read({ a: "text" }, "a", "length"), { kind: "absent" });
    assert.deepEqual(read(["x"], "length"), { kind: "absent" });
    assert.deepEqual(read({ a: 1 }, 0), { kind: "absent" });
  });

  it("does not take an inherited property for one", () => {
    assert.deepEqual(read({}, "constructor"), { kind: "absent" });
    assert.deepEqual(read(JSON.parse('{"__proto__":"x"}') as never, "__proto__"), {
      kind: "present",
      value: "x",
    });
  });

  it("returns unknown with its dependencies, wherever on the path it is", () => {
    const expected = { kind: "unknown", dependsOn: ["urn:a"], secret: false };
    assert.deepEqual(read({ a: waiting }, "a", "b", 0), expected);
    assert.deepEqual(read({ a: waiting }, "a"), expected);
  });

  it("keeps what is inside a secret secret", () => {
    const found = read({ a: new Secret({ b: "canary" }) }, "a", "b");
    assert.ok(found.kind === "secret");
    assert.equal(found.secret.revealForComparison(), "canary");
    assert.equal(inspect(found).includes("canary"), false);
  });

  it("marks an unknown inside a secret as secret", () => {
    assert.deepEqual(read(new Secret({ a: waiting }), "a"), {
      kind: "unknown",
      dependsOn: ["urn:a"],
      secret: true,
    });
  });

  it("answers a text for numbers and booleans, and unfit for what is none", () => {
    assert.deepEqual(readString({ a: 8080 }, "a"), { kind: "present", value: "8080" });
    assert.deepEqual(readString({ a: false }, "a"), { kind: "present", value: "false" });
    assert.deepEqual(readString({ a: "x" }, "a"), { kind: "present", value: "x" });
    assert.deepEqual(readString({ a: [] }, "a"), { kind: "unfit", found: "a list" });
    assert.deepEqual(readString({ a: {} }, "a"), { kind: "unfit", found: "an object" });
    assert.deepEqual(readString({}, "a"), { kind: "absent" });
  });

  it("recognises a text that is marked secret, and none that is unknown", () => {
    assert.equal(knownString({ a: "x" }, "a"), "x");
    assert.equal(knownString({ a: new Secret("x") }, "a"), "x");
    assert.equal(knownString(new Secret({ a: 7 }), "a"), "7");
    assert.equal(knownString({ a: waiting }, "a"), undefined);
  });

  it("treats what a saved snapshot leaves out as unknown, and keeps its equalities", () => {
    const leftOut = new LeftOut(3, false);
    const found = { kind: "unknown", dependsOn: [], secret: false, leftOut };
    assert.deepEqual(readString({ a: leftOut }, "a"), found);
    assert.deepEqual(readString(new Secret({ a: leftOut }), "a"), {
      ...found,
      secret: true,
      leftOut: leftOut.marked(),
    });
    assert.equal(knownString({ a: leftOut }, "a"), undefined);
  });

  it("compares texts also where they are secret or left out, and nothing that is none or not known", () => {
    assert.equal(comparableText({ a: "x" }, "a"), "x");
    assert.equal(comparableText({ a: new Secret("x") }, "a"), "x");
    assert.equal(comparableText({ a: new LeftOut(3, true) }, "a"), "redacted-3-value");
    for (const a of [7, ["x"], waiting, null]) assert.equal(comparableText({ a }, "a"), undefined);
  });

  it("looks through a mark of secrecy", () => {
    assert.deepEqual(readThrough({ a: new Secret(["x"]) }, "a"), { kind: "present", value: ["x"] });
  });

  it("recognises what has parts", () => {
    for (const value of [{}, ["x"], waiting, new Secret({ a: "x" })]) {
      assert.equal(hasParts(value), true);
    }
    for (const value of ["x", 7, false, null, new Secret("x"), new Secret(null)]) {
      assert.equal(hasParts(value), false);
    }
  });

  it("opens a mark, and marks each part", () => {
    assert.deepEqual(opened(new Secret({ a: "x", b: waiting })), {
      a: new Secret("x"),
      b: new Unknown(["urn:a"], true),
    });
    const [item] = opened(new Secret(["canary"])) as readonly Value[];
    assert.equal(item instanceof Secret && item.revealForComparison(), "canary");
    for (const value of ["x", { a: "x" }, waiting, undefined]) assert.equal(opened(value), value);
    assert.equal(opened(new Secret("x")), "x");
  });

  it("lists items and entries, wrapped where the whole is secret", () => {
    assert.deepEqual(listAt({ a: ["x"] }, "a"), ["x"]);
    assert.deepEqual(listAt({ a: "x" }, "a"), []);
    assert.deepEqual(listAt({ a: waiting }, "a"), []);
    assert.deepEqual(entriesAt({ a: { k: "v" } }, "a"), [["k", "v"]]);
    assert.deepEqual(entriesAt({ a: ["v"] }, "a"), []);
    const [item] = listAt({ a: new Secret(["canary"]) }, "a");
    assert.equal(item instanceof Secret && item.revealForComparison(), "canary");
    const [entry] = entriesAt({ a: new Secret({ k: "canary" }) }, "a");
    assert.equal(entry?.[0], "k");
    assert.equal(entry[1] instanceof Secret && entry[1].revealForComparison(), "canary");
  });
});

describe("a secret", () => {
  const secret = new Secret("canary");

  it("prints as [secret] by every conversion to a string", () => {
    const printed = [
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: [secret] }),
      secret.toString(),
    ].join(" ");
    assert.equal(printed.includes("canary"), false);
    assert.equal(printed.includes("[secret]"), true);
  });

  it("is not wrapped twice", () => {
    assert.equal(new Secret(secret).revealForComparison(), "canary");
  });
});

describe("what a saved snapshot leaves out", () => {
  it("is marked as secret at most once, and not where only its place hides it", () => {
    const inPlace = new LeftOut(1, false);
    assert.equal(hidden(inPlace, true), inPlace);
    const marked = hidden(inPlace);
    assert.deepEqual(marked, new LeftOut(1, true));
    assert.equal(hidden(marked), marked);
  });

  it("has a text in its stead that is no part of another's", () => {
    const [one, twelve] = [new LeftOut(1, true).standIn, new LeftOut(12, true).standIn];
    assert.equal(twelve.includes(one), false);
  });
});

describe("a mark of secrecy", () => {
  it("is of a value itself, known or not", () => {
    for (const value of [new Secret("x"), new Unknown([], true), new LeftOut(1, true)]) {
      assert.equal(isSecret(value), true);
    }
    for (const value of ["x", waiting, new LeftOut(1, false), undefined]) {
      assert.equal(isSecret(value), false);
    }
  });
});

describe("kinds of values", () => {
  it("distinguish objects from lists, marks and null", () => {
    assert.equal(isRecord({}), true);
    for (const other of [[], null, undefined, "x", waiting, new Secret({}), new LeftOut(1, true)]) {
      assert.equal(isRecord(other), false);
    }
    assert.equal(isList([]), true);
    assert.equal(isList({}), false);
  });
});

describe("a URN", () => {
  const urn = "urn:pulumi:dev::desk::agentid:index:Agent$aws:iam/role:Role::triage";

  it("ends in the name and has the type without its parents", () => {
    assert.equal(nameInUrn(urn), "triage");
    assert.equal(typeInUrn(urn), "aws:iam/role:Role");
    assert.equal(typeInUrn("nonsense"), "");
  });
});
