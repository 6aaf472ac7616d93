import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { derive, isPlain, part } from "../../../components/arguments/known";
import { mocked } from "../support/registered";

describe("what is derived from arguments", () => {
  before(() => {
    mocked();
  });

  it("is plain when they are, at any depth", () => {
    assert.equal(
      derive({ a: ["x", { b: "y" }] }, ({ a }) => JSON.stringify(a)),
      '["x",{"b":"y"}]',
    );
  });

  it("waits for an output at any depth", async () => {
    const derived = derive({ a: ["x", { b: pulumi.output("y") }] }, ({ a }) => JSON.stringify(a));
    assert.ok(pulumi.Output.isInstance(derived));
    assert.equal(await valueOf(derived), '["x",{"b":"y"}]');
  });

  it("waits for a promise", async () => {
    assert.equal(await valueOf(derive(Promise.resolve("x"), (x) => `${x}!`)), "x!");
  });

  it("throws at once where a plain value is refused, and rejects where an output is", async () => {
    const refuse = (): never => {
      throw new Error("no");
    };
    assert.throws(() => derive("x", refuse), { message: "no" });
    const derived = derive(pulumi.output("x"), refuse) as pulumi.Output<string>;
    await assert.rejects(valueOf(derived), { message: "no" });
  });
});

describe("a part of an argument", () => {
  it("is taken at once from a plain object, though other parts are outputs", () => {
    assert.equal(
      part({ a: "x", b: pulumi.output("y") }, (object) => object.a),
      "x",
    );
  });

  it("is an output of an object that is one", async () => {
    const taken = part(pulumi.output({ a: "x" }), (object) => object.a);
    assert.ok(pulumi.Output.isInstance(taken));
    assert.equal(await valueOf(taken), "x");
  });
});

describe("a plain value", () => {
  const plain: readonly unknown[] = ["x", 1, undefined, null, [], { a: [{ b: "c" }] }];
  const others: readonly unknown[] = [
    pulumi.output("x"),
    [Promise.resolve()],
    { a: pulumi.output(1) },
  ];
  for (const value of plain) {
    it(`is ${JSON.stringify(value)}`, () => assert.ok(isPlain(value)));
  }
  others.forEach((value, index) => {
    it(`is nothing with an output or a promise in it (${index})`, () => assert.ok(!isPlain(value)));
  });
});

function valueOf(value: unknown): Promise<unknown> {
  return (pulumi.output(value) as unknown as { promise: () => Promise<unknown> }).promise();
}
