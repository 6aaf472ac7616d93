import assert from "node:assert/strict";
import paths from "../../../../../policy-pack/domain/paths/escalation/escalation-paths.json";
import {
  managedName,
  managedPolicy,
} from "../../../../../policy-pack/domain/iam/authority/authority-of";
import table from "../../../../../policy-pack/domain/iam/authority/managed-policies.json";

describe("policies of AWS's own", () => {
  it("list each action that an escalation path needs", () => {
    const needed = new Set(["iam:PassRole", ...paths.paths.flatMap(({ needs }) => needs.flat())]);
    const kept = new Set(table.kept);
    assert.deepEqual(
      [...needed].filter((action) => !kept.has(action)),
      [],
    );
    assert.deepEqual(table.kept, [...new Set([...needed, ...table.also])].sort());
  });

  it("are all read, each once, as a grant or as nothing", () => {
    const names = Object.keys(table.policies);
    const silent = new Set(table.silent);
    assert.deepEqual(
      names.filter((name) => silent.has(name) || managedPolicy(name) === undefined),
      [],
    );
    assert.equal(managedPolicy("AmazonEKSServicePolicyOfTomorrow"), undefined);
  });

  it("are known by their ARN in every partition and under every path", () => {
    assert.equal(
      managedName("arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"),
      "ViewOnlyAccess",
    );
    assert.equal(managedName("arn:aws-cn:iam::aws:policy/ReadOnlyAccess"), "ReadOnlyAccess");
    assert.equal(managedName("arn:aws:iam::111122223333:policy/ReadOnlyAccess"), undefined);
  });

  it("keep what they deny", () => {
    const quarantine = managedPolicy("AWSCompromisedKeyQuarantine");
    assert.ok(typeof quarantine === "object");
    assert.deepEqual(
      quarantine.statements.map((each) => each.kind === "statement" && each.effect),
      ["Deny"],
    );
  });
});
