import type { Resource } from "../../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-short-session";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const eks = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
const config = urnOf("t:index:Config", "config");

const web: Value = {
  Statement: {
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${eks}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { [`${eks}:sub`]: "system:serviceaccount:acme:triage" } },
  },
};

function admitting(principal: Value): Value {
  return { Statement: { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" } };
}

function role(maxSessionDuration: Value, assumeRolePolicy = web, more: ValueRecord = {}): Resource {
  return resource("aws:iam/role:Role", "triage", {
    name: "triage",
    maxSessionDuration,
    assumeRolePolicy,
    ...more,
  });
}

function tenant(maxSession: Value): Resource {
  return resource("agentid:index:Tenant", "acme", { name: "acme", maxSession });
}

const ofAcme: ValueRecord = { tags: { "agentid.dev/tenant": "acme" } };
const found = { grade: "high", about: "triage", at: "triage: maxSessionDuration" };
const lasts = (seconds: number, most: number) => ({
  ...found,
  message: `a session of \`triage\` can last ${seconds} s; at most ${most} s`,
});

ruleTester(rule, {
  accepts: [
    { name: "an hour", resources: [role(3600)] },
    {
      name: "a role that gives no maximum, which IAM makes an hour",
      resources: [resource("aws:iam/role:Role", "triage", { assumeRolePolicy: web })],
    },
    {
      name: "as long as the tenant allows",
      resources: [tenant("4h"), role(14_400, web, ofAcme)],
    },
    {
      name: "as long as is configured, whatever the tenant declares",
      settings: { maxSessionSeconds: 14_400 },
      resources: [tenant("1h"), role(14_400, web, ofAcme)],
    },
    {
      name: "an hour where less is configured, for no role can be held to less",
      settings: { maxSessionSeconds: 900 },
      resources: [role(3600)],
    },
    {
      name: "a long session that a service starts and renews",
      resources: [role(43_200, admitting({ Service: "lambda.amazonaws.com" }))],
    },
    {
      name: "a long session of a role that other roles obtain, which lasts an hour",
      resources: [role(43_200, admitting({ AWS: "arn:aws:iam::111122223333:role/planner" }))],
    },
  ],
  rejects: [
    {
      name: "a session of a second more than an hour",
      resources: [role(3601)],
      findings: [lasts(3601, 3600)],
    },
    {
      name: "more than the tenant allows",
      resources: [tenant("2h"), role(14_400, web, ofAcme)],
      findings: [lasts(14_400, 7200)],
    },
    {
      name: "what another tenant allows",
      resources: [tenant("4h"), role(14_400, web, { tags: { "agentid.dev/tenant": "globex" } })],
      findings: [lasts(14_400, 3600)],
    },
    {
      name: "more than is configured, whatever the tenant declares",
      settings: { maxSessionSeconds: 3600 },
      resources: [tenant("4h"), role(14_400, web, ofAcme)],
      findings: [lasts(14_400, 3600)],
    },
    {
      name: "more than one of two declarations of a tenant allows",
      resources: [
        tenant("4h"),
        resource("agentid:index:Agent", "desk", { tenant: { name: "acme", maxSession: "2h" } }),
        role(14_400, web, ofAcme),
      ],
      findings: [lasts(14_400, 7200)],
    },
    {
      name: "as undetermined a maximum that is not known yet",
      resources: [role(outputOf(config))],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: "undetermined: a preview cannot know how long a session of `triage` can last",
          waitsFor: ["config"],
        },
      ],
    },
    {
      name: "as undetermined what the tenant allows when it is not known yet",
      resources: [tenant(outputOf(config)), role(7200, web, ofAcme)],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "undetermined: a session of `triage` can last 7200 s, and a preview cannot know how long its tenant allows",
          waitsFor: ["config"],
        },
      ],
    },
    {
      name: "as undetermined a tenant that is not known yet",
      resources: [role(7200, web, { tags: { "agentid.dev/tenant": outputOf(config) } })],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "undetermined: a session of `triage` can last 7200 s, and a preview cannot know how long its tenant allows",
          waitsFor: ["config"],
        },
      ],
    },
    {
      name: "as undetermined a trust policy that is not known yet",
      resources: [role(7200, outputOf(config))],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "undetermined: a session of `triage` can last 7200 s, at most 3600 s where a token obtains it, and a preview cannot know who may obtain it",
          waitsFor: ["config"],
        },
      ],
    },
  ],
});
