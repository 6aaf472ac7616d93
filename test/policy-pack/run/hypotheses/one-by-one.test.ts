import assert from "node:assert/strict";
import { Unknown } from "../../../../core/snapshot/value";
import { IncrementalJudge, judgeSnapshot } from "../../../../policy-pack/run/judge";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { resource, snapshotOf, urnOf } from "../../../support/resources";

const judging = { settings: defaultSettings };

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});
const policy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "*" },
    { Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::globex-*" },
  ],
};
const bucket = (name: Unknown) =>
  resource("aws:s3/bucket:Bucket", "tickets", {
    bucket: name,
    tags: { "agentid.dev/tenant": "globex" },
  });
const pet = resource("random:index/randomPet:RandomPet", "pet", {});
const rest = [
  resource("aws:iam/role:Role", "desk", {
    name: "desk",
    tags: { "agentid.dev/tenant": "acme" },
    assumeRolePolicy: trust,
  }),
  resource("aws:iam/rolePolicy:RolePolicy", "access", { role: "desk", policy }),
  pet,
];
const unknown = (): Unknown => new Unknown([urnOf(pet.type, pet.name)]);

describe("a possible value of a resource that is listed anew at the end", () => {
  it("replaces the facts that the resource had before", async () => {
    const judge = new IncrementalJudge(judging);
    for (const each of [bucket(unknown()), ...rest]) await judge.add(each);
    const last = snapshotOf([bucket(unknown()), ...rest]);
    const { findings } = await judge.finish(last);
    assert.deepEqual(findings, (await judgeSnapshot(last, judging)).findings);
    assert.deepEqual(
      findings
        .filter(({ rule }) => rule === "no-cross-tenant-access")
        .map(({ verdict, message, reason }) => [verdict, message, reason]),
      [
        [
          "undetermined",
          "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `tickets` of tenant `globex`",
          "`bucket` of `tickets` may be other than `globex-`",
        ],
      ],
    );
  });
});
