import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { ValueRecord } from "../../core/snapshot/value";
import { defaultSettings } from "../../policy-pack/findings/settings";
import rule from "../../policy-pack/rules/no-cross-tenant-access";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { outputOf, resource, snapshotOf, urnOf } from "../support/resources";
import { allow, byLambda, deny, document, roleType, tag } from "../support/two-tenants";

const account = "111122223333";
const provider = resource("pulumi:providers:aws", "aws", {
  allowedAccountIds: [account],
  region: "eu-west-1",
});
const arn = `arn:aws:dynamodb:eu-west-1:${account}:table/orders`;
const index = { globalSecondaryIndexes: [{ name: "by-day", hashKey: "day" }] };
const stream = { streamEnabled: true, streamViewType: "NEW_IMAGE" };
const unknownIndexes = {
  globalSecondaryIndexes: outputOf(urnOf("random:index/randomId:RandomId", "id"), "hex"),
};
const all = allow("dynamodb:*", "*");

interface Row {
  readonly name: string;
  readonly table: ValueRecord;
  readonly statements: readonly ValueRecord[];
  /** The actions that the finding names; undefined where there is none. */
  readonly actions?: string;
}

const rows: readonly Row[] = [
  {
    name: "ignores a table that a Deny names exactly",
    table: {},
    statements: [all, deny("dynamodb:*", arn)],
  },
  {
    name: "ignores a table whose stream is off",
    table: { streamEnabled: false, globalSecondaryIndexes: [] },
    statements: [all, deny("dynamodb:*", arn)],
  },
  {
    name: "ignores a table that a Deny names with its parts",
    table: { ...index, ...stream },
    statements: [all, deny("dynamodb:*", [arn, `${arn}/*`])],
  },
  {
    name: "ignores an action on items that a Deny refuses on the table",
    table: { ...index, ...stream },
    statements: [allow("dynamodb:GetItem", "*"), deny("dynamodb:*", arn)],
  },
  {
    name: "reports the index that a Deny of the table leaves",
    table: index,
    statements: [allow("dynamodb:Query", "*"), deny("dynamodb:*", arn)],
    actions: "`dynamodb:Query`",
  },
  {
    name: "reports the stream that a Deny of the table leaves",
    table: stream,
    statements: [allow("dynamodb:GetRecords", "*"), deny("dynamodb:*", arn)],
    actions: "`dynamodb:GetRecords`",
  },
  {
    name: "reports the indexes that are unknown and a Deny of the table leaves",
    table: unknownIndexes,
    statements: [allow("dynamodb:Query", "*"), deny("dynamodb:*", arn)],
    actions: "`dynamodb:Query`",
  },
  {
    name: "reports the table that a Deny of its parts leaves",
    table: index,
    statements: [allow("dynamodb:Query", "*"), deny("dynamodb:*", `${arn}/*`)],
    actions: "`dynamodb:Query`",
  },
  {
    name: "reports items beside a Deny of another table",
    table: {},
    statements: [allow("dynamodb:GetItem", "*"), deny("dynamodb:*", `${arn}-old`)],
    actions: "`dynamodb:GetItem`",
  },
  {
    name: "ignores a permission on the indexes of a table without one",
    table: {},
    statements: [allow("dynamodb:Query", `${arn}/index/*`)],
  },
  {
    name: "reports a permission on the indexes of a table",
    table: index,
    statements: [allow("dynamodb:Query", `${arn}/index/*`)],
    actions: "`dynamodb:Query`",
  },
  {
    name: "ignores an action on items that is allowed on indexes alone",
    table: index,
    statements: [allow("dynamodb:GetItem", `${arn}/index/*`)],
  },
];

function stackOf({ table, statements }: Row, isThere: boolean): readonly Resource[] {
  const options = { provider: provider.urn };
  const inputs = { name: "orders", tags: { [tag]: "acme" }, ...table };
  const role = {
    name: "desk",
    tags: { [tag]: "globex" },
    assumeRolePolicy: byLambda,
    inlinePolicies: [{ name: "own", policy: document(...statements) }],
  };
  return [
    provider,
    resource(roleType, "desk", role, options),
    resource("aws:dynamodb/table:Table", "orders", inputs, {
      ...options,
      ...(isThere && { outputs: { ...inputs, arn } }),
    }),
  ];
}

describe("the parts of a table", () => {
  for (const row of rows) {
    for (const isThere of [false, true]) {
      it(`${row.name}, ${isThere ? "in a later" : "in a first"} preview`, async () => {
        const { findings } = await judgeSnapshot(snapshotOf(stackOf(row, isThere)), {
          settings: defaultSettings,
          rules: [rule],
        });
        const wanted =
          row.actions === undefined
            ? []
            : [
                `violated: Policy \`desk: inlinePolicies[0].policy\` allows tenant \`globex\` to call ${row.actions} on table \`orders\` of tenant \`acme\``,
              ];
        assert.deepEqual(
          findings.map(({ verdict, message }) => `${verdict}: ${message}`),
          wanted,
        );
      });
    }
  }
});
