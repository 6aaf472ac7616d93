import assert from "node:assert/strict";
import { authorizedType } from "../../../core/aws/authorization-reference";
import data from "../../../core/aws/authorization-reference.json";

describe("the authorization reference", () => {
  it("has the forms of an ARN, and the actions by their grades", () => {
    const { arns, actions } = authorizedType("rds-db:db-user");
    assert.deepEqual(arns, ["arn:*:rds-db:*:*:dbuser:*/*"]);
    assert.deepEqual(actions, { "Permissions management": ["connect"] });
  });

  it("grades an action by what AWS names beside `Write`", () => {
    const { actions } = authorizedType("secretsmanager:Secret");
    assert.ok(actions["Permissions management"]?.includes("PutResourcePolicy"));
    assert.ok(actions.Tagging?.includes("TagResource"));
    assert.ok(actions.Read?.includes("GetSecretValue"));
    assert.ok(actions.Write?.includes("PutSecretValue"));
    assert.ok(actions.Write?.includes("PutResourcePolicy") === false);
  });

  it("names its source, version, date and licence", () => {
    assert.match(data.source, /@cloud-copilot\/iam-data/);
    assert.match(data.version, /^\d+\.\d+\.\d+$/);
    assert.match(data.date, /^\d{4}-\d\d-\d\d$/);
    assert.match(data.license, /^MIT License Copyright/);
  });

  it("throws for a type that the data lack", () => {
    assert.throws(() => authorizedType("s3:glacier"), /lacks `s3:glacier`; run `npm run generate`/);
  });
});
