import assert from "node:assert/strict";
import {
  actsWithoutApproval,
  grantOf,
} from "../../../../policy-pack/domain/workloads/declared-grant";
import type { Grant } from "../../../../core/grants/grant";
import type { StatedCondition, StatedGrant, Text } from "../../../../policy-pack/facts/fact-values";

const known = (text: string): Text => ({ kind: "known", text });
const dependencies = { kind: "unknown", dependsOn: ["urn:platform"] } as const;

const stated: StatedGrant = {
  tenant: known("acme"),
  caller: known("triage"),
  toolTenant: known("acme"),
  tool: known("refunds"),
  intents: [known("refund"), known("correct")],
  conditions: [],
  sensitivity: known("confidential"),
  effects: [known("payment")],
  approval: known("none"),
  maxSeconds: { kind: "known", seconds: 120 },
};

const amount: StatedCondition = {
  kind: "known",
  condition: { kind: "between", key: "cents", least: 0, most: 5_000 },
};

const grant: Grant = {
  tenant: "acme",
  caller: "triage",
  tool: "refunds",
  intents: ["refund", "correct"],
  sensitivity: "confidential",
  conditions: [],
  approval: "none",
  maxSeconds: 120,
};

describe("the grant that a component declares", () => {
  it("has the declared values, up to the tool's own level of data", () => {
    assert.deepEqual(grantOf(stated), { kind: "known", grant });
  });

  it("has default duration and scope where none is declared", () => {
    const silent = {
      ...stated,
      sensitivity: undefined,
      approval: undefined,
      maxSeconds: undefined,
    };
    assert.deepEqual(grantOf(silent), {
      kind: "known",
      grant: { ...grant, sensitivity: "internal", maxSeconds: 300 },
    });
  });

  it("covers the most sensitive data of a tool of unknown level", () => {
    assert.deepEqual(grantOf({ ...stated, sensitivity: known("secret") }), {
      kind: "known",
      grant: { ...grant, sensitivity: "restricted" },
    });
  });

  it("demands a person for whatever approval is not none", () => {
    assert.deepEqual(grantOf({ ...stated, approval: known("two people") }), {
      kind: "known",
      grant: { ...grant, approval: "human" },
    });
  });

  it("has the conditions that are declared", () => {
    assert.deepEqual(grantOf({ ...stated, conditions: [amount] }), {
      kind: "known",
      grant: { ...grant, conditions: [amount.condition] },
    });
  });

  it("is none where the tool is another tenant's", () => {
    assert.deepEqual(grantOf({ ...stated, toolTenant: known("globex") }), { kind: "crossing" });
  });

  it("names what is not known, and is at its widest there", () => {
    const unknown: StatedGrant = {
      ...stated,
      tool: dependencies,
      intents: [known("refund"), dependencies],
      sensitivity: dependencies,
      approval: dependencies,
      maxSeconds: dependencies,
      conditions: [amount, dependencies],
    };
    const { dependsOn } = dependencies;
    assert.deepEqual(grantOf(unknown), {
      kind: "unknown",
      parts: [
        { property: "tool.name", dependsOn },
        { property: "tool.risk.sensitivity", dependsOn },
        { property: "approval", dependsOn },
        { property: "maxSeconds", dependsOn },
        { property: "intents[1]", dependsOn },
        { property: "conditions[1]", dependsOn },
      ],
      widest: {
        ...grant,
        tool: "",
        intents: ["refund", ""],
        conditions: [amount.condition],
        sensitivity: "restricted",
        maxSeconds: 300,
      },
    });
  });
});

describe("whether a declared grant allows its caller to act without approval", () => {
  const cases: Readonly<Record<string, readonly [Partial<StatedGrant>, string]>> = {
    "is so where it demands no approval": [{}, "yes"],
    "is so where it says nothing of approval": [{ approval: undefined }, "yes"],
    "is so under conditions, which a call may fulfil": [{ conditions: [amount] }, "yes"],
    "is so under conditions that are not known": [{ conditions: [dependencies] }, "yes"],
    "is not so where a person agrees": [{ approval: known("human") }, "no"],
    "is not so without an intent": [{ intents: [] }, "no"],
    "is not so across tenants": [{ toolTenant: known("globex") }, "no"],
    "is so whatever tool and intents are, which are not known": [
      {
        tool: dependencies,
        intents: [dependencies],
        maxSeconds: dependencies,
        sensitivity: dependencies,
      },
      "yes",
    ],
    "is not so where a person agrees to what is not known": [
      { tool: dependencies, intents: [dependencies], approval: known("human") },
      "no",
    ],
    "is so while it is not known whose it is": [
      { tenant: dependencies, caller: dependencies },
      "yes",
    ],
  };
  for (const [name, [parts, answer]] of Object.entries(cases)) {
    it(name, () => {
      assert.deepEqual(actsWithoutApproval({ ...stated, ...parts }), { kind: answer });
    });
  }

  it("is not known while the approval is not", () => {
    assert.deepEqual(actsWithoutApproval({ ...stated, approval: dependencies }), {
      kind: "unknown",
      part: { property: "approval", dependsOn: dependencies.dependsOn },
    });
  });
});
