import assert from "node:assert/strict";
import { IncrementalJudge, judgeSnapshot } from "../../../../policy-pack/run/judge";
import { asClassic } from "../../../../policy-pack/domain/native/as-classic";
import { nativeInputs } from "../../../../policy-pack/domain/native/inputs";
import { declaredProperty, respelled } from "../../../../policy-pack/domain/native/spelling";
import { defaultSettings as settings } from "../../../../policy-pack/findings/settings";
import { entriesAt } from "../../../../core/snapshot/read";
import { Secret, Unknown, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import { nativeTypes } from "../../../../core/aws/types";
import data from "../../../../policy-pack/read/resource/not-read.json";
import { outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";

const everything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};
const open = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }],
};

describe("a program for AWS Cloud Control", () => {
  it("is reported at properties as it has them, early and at the end", async () => {
    const role = resource("aws-native:iam:Role", "triage", {
      assumeRolePolicyDocument: open,
      policies: [{ policyName: "all", policyDocument: everything }],
    });
    const judge = new IncrementalJudge({ settings });
    const early = await judge.add(role);
    const { findings, notRead } = await judge.finish(snapshotOf([role]));
    const places = (all: typeof findings) =>
      all.map(({ rule, at }) => `${rule}: ${at.urn === role.urn ? at.property : at.urn}`);
    assert.deepEqual(places(early), ["no-public-trust: assumeRolePolicyDocument"]);
    assert.deepEqual(places(findings), [
      "no-public-trust: assumeRolePolicyDocument",
      "no-wildcard-authority: policies[0].policyDocument",
    ]);
    assert.deepEqual(notRead, []);
    const { findings: whole } = await judgeSnapshot(snapshotOf([role]), { settings });
    assert.deepEqual(whole, findings);
  });

  it("is reported at a policy that a role itself has", async () => {
    const role = resource("aws-native:iam:Role", "triage", {
      assumeRolePolicyDocument: open,
      policies: [
        {
          policyName: "tokens",
          policyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: "bedrock-agentcore:GetWorkloadAccessTokenForUserId",
                Resource: "*",
              },
            ],
          },
        },
      ],
    });
    const runtime = resource("aws-native:bedrockagentcore:Runtime", "triage", {
      roleArn: outputOf(role.urn),
    });
    const { findings } = await judgeSnapshot(snapshotOf([role, runtime]), { settings });
    const reported = findings.find(({ rule }) => rule === "require-user-bound-token");
    assert.match(reported?.message ?? "", /`triage: policies\[0\]\.policyDocument` allows/);
  });

  it("joins what its resources refer to with those of the AWS provider", async () => {
    const role = resource("aws-native:iam:Role", "shared", {
      assumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "lambda.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      },
    });
    const one = resource("aws-native:lambda:Function", "triage", { role: outputOf(role.urn) });
    const other = resource("aws:lambda/function:Function", "refunds", {
      role: outputOf(urnOf("aws-native:iam:Role", "shared")),
    });
    const { findings } = await judgeSnapshot(snapshotOf([role, one, other]), { settings });
    assert.deepEqual(
      findings.map(({ rule, about, holder }) => [rule, about.label, holder?.label]),
      [
        ["no-shared-identity", "shared", "triage"],
        ["no-shared-identity", "shared", "refunds"],
      ],
    );
  });

  it("depends on the host's dependencies of the property as the program has it", async () => {
    const role = resource("aws-native:iam:Role", "shared", {});
    const template = resource(
      "aws-native:ec2:LaunchTemplate",
      "nodes",
      { launchTemplateData: new Unknown() },
      { propertyDependencies: { launchTemplateData: [role.urn] } },
    );
    const { propertyDependencies } = asClassic(template);
    assert.deepEqual(propertyDependencies, {
      iamInstanceProfile: [role.urn],
      metadataOptions: [role.urn],
      tagSpecifications: [role.urn],
      userData: [role.urn],
    });
    const { findings } = await judgeSnapshot(snapshotOf([role, template]), { settings });
    assert.deepEqual(
      findings.map(({ rule, verdict, at, dependsOn }) => [rule, verdict, at.property, dependsOn]),
      [
        ["no-literal-secret", "undetermined", "launchTemplateData.userData", [role.urn]],
        [
          "no-shared-identity",
          "undetermined",
          "launchTemplateData.iamInstanceProfile.arn",
          [role.urn],
        ],
      ],
    );
  });

  it("names the property that decides, by trying possible values", async () => {
    const tool = resource("aws-native:lambda:Function", "refunds", {
      functionName: outputOf(urnOf("random:index/randomPet:RandomPet", "pet")),
      role: "arn:aws:iam::111122223333:role/refunds",
      tags: [
        { key: "agentid.dev/kind", value: "tool" },
        { key: "agentid.dev/effects", value: "payment" },
      ],
    });
    const url = resource("aws-native:lambda:Url", "refunds", {
      targetFunctionArn: "refunds",
      authType: "NONE",
    });
    const { findings } = await judgeSnapshot(snapshotOf([tool, url]), { settings });
    const [supposed] = findings.filter(({ reason }) => reason?.includes("may be"));
    assert.equal(supposed?.at.property, "functionName");
    assert.match(supposed.reason ?? "", /^`functionName` of `refunds` may be/);
    assert.match(supposed.fix, /^set `functionName` of `refunds`/);
  });

  it("lists types that are not judged", async () => {
    const group = resource("aws-native:iam:Group", "people", { policies: [] });
    const { notRead } = await judgeSnapshot(snapshotOf([group]), { settings });
    assert.deepEqual(notRead, [{ type: "aws-native:iam:Group", count: 1 }]);
    for (const type of nativeTypes) {
      assert.equal(data.carriesIdentity.includes(type), false, `${type} is judged`);
    }
  });
});

describe("a property that the AWS provider has", () => {
  const reported: readonly (readonly [keyof typeof nativeInputs, string, string])[] = [
    ["aws-native:iam:Role", "inlinePolicies[1].policy", "policies[1].policyDocument"],
    ["aws-native:iam:Role", "maxSessionDuration", "maxSessionDuration"],
    ["aws-native:iam:Role", "tags.agentid.dev/tenant", "tags"],
    ["aws-native:iam:Role", "", ""],
    ["aws-native:iam:InstanceProfile", "role", "roles[0]"],
    ["aws-native:ec2:LaunchTemplate", "userData", "launchTemplateData.userData"],
    ["aws-native:ec2:LaunchTemplate", "name", "launchTemplateName"],
    ["aws-native:dynamodb:Table", "policy", "resourcePolicy.policyDocument"],
    [
      "aws-native:bedrockagentcore:GatewayTarget",
      "credentialProviderConfiguration.apiKey.providerArn",
      "credentialProviderConfigurations[0].credentialProvider.apiKeyCredentialProvider.providerArn",
    ],
    [
      "aws-native:apprunner:Service",
      "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables.KEY",
      "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables",
    ],
  ];
  for (const [type, classic, native] of reported) {
    it(`${type} \`${classic}\` is \`${native}\` in AWS Cloud Control`, () => {
      assert.equal(declaredProperty(classic, nativeInputs[type]), native);
    });
  }
});

describe("an input of AWS Cloud Control", () => {
  const template = nativeInputs["aws-native:ec2:LaunchTemplate"];

  it("leaves all of its parts unknown where it is not known itself", () => {
    const hidden = new Unknown(["urn:a"]);
    assert.deepEqual(respelled({ launchTemplateData: hidden }, template), {
      iamInstanceProfile: hidden,
      metadataOptions: hidden,
      tagSpecifications: hidden,
      userData: hidden,
    });
  });

  it("keeps each of its parts secret where it is secret as a whole", () => {
    const now = respelled({ launchTemplateData: new Secret({ userData: "a" }) }, template);
    const { userData } = now as Readonly<Record<string, Value>>;
    assert.ok(userData instanceof Secret);
    assert.equal(userData.revealForComparison(), "a");
  });

  it("keeps a pair that is secret as a whole, and one whose key is that of a prototype", () => {
    const pairs = [
      new Secret({ name: "STRIPE_API_KEY", value: "a" }),
      { name: "__proto__", value: new Secret("b") },
      "no pair",
    ];
    const service = nativeInputs["aws-native:apprunner:Service"];
    const { sourceConfiguration } = respelled(
      {
        sourceConfiguration: {
          imageRepository: { imageConfiguration: { runtimeEnvironmentVariables: pairs } },
        },
      },
      service,
    ) as Readonly<Record<string, Value>>;
    const path = ["imageRepository", "imageConfiguration", "runtimeEnvironmentVariables"];
    const found = entriesAt(sourceConfiguration, ...path);
    assert.deepEqual(
      found.map(([name, value]) => [name, value instanceof Secret && value.revealForComparison()]),
      [
        ["STRIPE_API_KEY", "a"],
        ["__proto__", "b"],
      ],
    );
  });

  it("is not known as a map where the key of a pair is secret", () => {
    const now = respelled(
      { tags: [{ key: new Secret("a"), value: "b" }] },
      nativeInputs["aws-native:iam:Role"],
    );
    assert.deepEqual(now, { tags: new Unknown([], true) });
  });

  it("keeps a key of a prototype among its own", () => {
    const given = JSON.parse('{ "__proto__": "a", "roleName": "b" }') as ValueRecord;
    const now = respelled(given, nativeInputs["aws-native:iam:Role"]);
    assert.deepEqual(Object.entries(now as ValueRecord), [
      ["__proto__", "a"],
      ["name", "b"],
    ]);
  });

  it("is not known as a map where the key of a pair is not", () => {
    const hidden = new Unknown(["urn:a"]);
    const now = respelled(
      {
        tags: [
          { key: "a", value: "b" },
          { key: hidden, value: "c" },
        ],
      },
      nativeInputs["aws-native:iam:Role"],
    );
    assert.deepEqual(now, { tags: new Unknown(["urn:a"]) });
  });
});
