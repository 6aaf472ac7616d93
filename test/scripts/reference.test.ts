import assert from "node:assert/strict";
import { referencePage } from "../../scripts/reference";

const schema = {
  resources: {
    "agentid:index:Agent": {
      description: "An agent.\n\nIt reasons.",
      inputProperties: {
        grants: {
          type: "array",
          plain: true,
          optional: true,
          items: { $ref: "#/types/agentid:index:Grant", plain: true },
          description: "What it may\ncall. Default: none.",
        },
        tenant: { type: "string", description: "Its tenant: `a | b`." },
      },
      properties: { roleArn: { type: "string", description: "ARN of its role." } },
    },
  },
  types: {
    "agentid:index:Grant": {
      description: "A grant.",
      properties: {
        approval: { $ref: "#/types/agentid:index:Approval", plain: true, description: "By whom." },
      },
    },
    "agentid:index:Approval": { enum: [{ value: "none" }, { value: "human" }] },
    "agentid:index:Unused": { properties: {} },
  },
};

describe("the reference of components", () => {
  it("shows arguments with type and default, outputs, and the types that arguments have", () => {
    const [, ...page] = referencePage(JSON.stringify(schema)).split("\n## ");
    assert.deepEqual(
      page.map((part) => part.split("\n").filter((line) => line !== "")),
      [
        [
          "Agent",
          "An agent.",
          "It reasons.",
          "| argument | type | meaning | default |",
          "| --- | --- | --- | --- |",
          "| `grants` | list of [Grant](#grant) | What it may call. | none |",
          "| `tenant` | Input<`string`> | Its tenant: `a \\| b`. | required |",
          "| output | type | meaning |",
          "| --- | --- | --- |",
          "| `roleArn` | `string` | ARN of its role. |",
        ],
        [
          "Types of arguments",
          "### Grant",
          "A grant.",
          "| property | type | meaning | default |",
          "| --- | --- | --- | --- |",
          "| `approval` | `none`, `human` | By whom. | required |",
        ],
      ],
    );
  });
});
