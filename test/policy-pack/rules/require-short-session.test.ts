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
function profile(inputs: ValueRecord): Resource {
  return resource("aws:rolesanywhere/profile:Profile", "vm", {
    roleArns: ["arn:aws:iam::111122223333:role/triage"],
    ...inputs,
  });
}

const certificates = admitting({ Service: "rolesanywhere.amazonaws.com" });
const ofProfile = { severity: "high", about: "vm", at: "vm: durationSeconds" };
const gives = (seconds: number, most: number) => ({
  ...ofProfile,
  message: `Sessions of Roles Anywhere profile \`vm\` can last ${seconds} s; the limit is ${most} s`,
});
const triageUrn = urnOf("aws:iam/role:Role", "triage");

function outbound(conditions: ValueRecord = {}, more: readonly Value[] = []): readonly Resource[] {
  return [
    role(3600),
    resource("aws:iam/rolePolicy:RolePolicy", "calls", {
      role: "triage",
      policy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:GetWebIdentityToken",
            Resource: "*",
            Condition: conditions,
          },
          ...more,
        ],
      },
    }),
  ];
}

const forModel: ValueRecord = {
  "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": ["https://api.openai.com/v1"] },
  Null: { "sts:IdentityTokenAudience": "false" },
  StringEquals: { "sts:SigningAlgorithm": "RS256" },
};
const atMost = (seconds: number): ValueRecord => ({
  NumericLessThanEquals: { "sts:DurationSeconds": String(seconds) },
});
const ofOutbound = {
  severity: "high",
  about: "calls",
  holder: "triage",
  at: "calls: policy",
};
const quarter = { maxSessionSeconds: 900 };
const lastsAnHour = {
  ...ofOutbound,
  message:
    "Policy `calls` allows tokens for services outside AWS that last 3600 s; the limit is 900 s",
  replacement: '"NumericLessThanEquals": { "sts:DurationSeconds": "900" }',
};

const found = { severity: "high", about: "triage", at: "triage: maxSessionDuration" };
const lasts = (seconds: number, most: number) => ({
  ...found,
  message: `Sessions of role \`triage\` can last ${seconds} s; the limit is ${most} s`,
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
    {
      name: "a profile of Roles Anywhere that gives an hour, or says nothing, which is an hour",
      resources: [
        role(43_200, certificates),
        profile({ durationSeconds: 3600 }),
        resource("aws:rolesanywhere/profile:Profile", "other", { roleArns: [] }),
      ],
    },
    {
      name: "a profile thathas what the tenant of its roles allows",
      resources: [
        tenant("4h"),
        role(3600, certificates, ofAcme),
        profile({ roleArns: [outputOf(triageUrn)], durationSeconds: 14_400, ...ofAcme }),
      ],
    },
    {
      name: "tokens for others of an hour, which is the most that STS gives",
      resources: outbound(forModel),
    },
    {
      name: "tokens for others that are held to what is configured",
      settings: quarter,
      resources: outbound({ ...forModel, ...atMost(900) }),
    },
    {
      name: "tokens for others that a Deny holds to what is configured",
      settings: quarter,
      resources: outbound(forModel, [
        {
          Effect: "Deny",
          Action: "sts:*",
          Resource: "*",
          Condition: { NumericGreaterThan: { "sts:DurationSeconds": "900" } },
        },
      ]),
    },
  ],
  rejects: [
    {
      name: "a profile of Roles Anywhere that gives a second more than an hour",
      resources: [role(43_200, certificates), profile({ durationSeconds: 3601 })],
      findings: [gives(3601, 3600)],
    },
    {
      name: "a profile that says nothing where less is configured",
      settings: { maxSessionSeconds: 1800 },
      resources: [profile({})],
      findings: [gives(3600, 1800)],
    },
    {
      name: "a profile thathas more than the strictest of the tenants of its roles allows",
      resources: [
        tenant("4h"),
        role(3600, certificates, ofAcme),
        resource("aws:iam/role:Role", "search", {
          name: "search",
          assumeRolePolicy: certificates,
          tags: { "agentid.dev/tenant": "globex" },
        }),
        profile({
          roleArns: [outputOf(triageUrn), outputOf(urnOf("aws:iam/role:Role", "search"))],
          durationSeconds: 14_400,
          ...ofAcme,
        }),
      ],
      findings: [gives(14_400, 3600)],
    },
    {
      name: "as undetermined how long sessions of a profile last",
      resources: [profile({ durationSeconds: outputOf(config) })],
      findings: [
        {
          ...ofProfile,
          verdict: "undetermined",
          message: "Sessions of Roles Anywhere profile `vm` can last longer than the tenant allows",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "as undetermined a long session of a profile whose roles are not known",
      resources: [
        tenant("4h"),
        profile({ roleArns: outputOf(config), durationSeconds: 14_400, ...ofAcme }),
      ],
      findings: [
        {
          ...ofProfile,
          verdict: "undetermined",
          message:
            "Sessions of Roles Anywhere profile `vm` can last 14400 s, longer than the tenant allows",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "tokens for others whose lifetime nothing limits where less than an hour is configured",
      settings: quarter,
      resources: outbound(forModel),
      findings: [lastsAnHour],
    },
    {
      name: "tokens for others whose limit is above what is configured",
      settings: quarter,
      resources: outbound({ ...forModel, ...atMost(3600) }),
      findings: [lastsAnHour],
    },
    {
      name: "as undetermined a limit of tokens for others that is not known yet",
      settings: quarter,
      resources: outbound({
        NumericLessThanEquals: { "sts:DurationSeconds": outputOf(config) },
      }),
      findings: [
        {
          ...ofOutbound,
          verdict: "undetermined",
          message:
            "Policy `calls` allows tokens for services outside AWS that last 3600 s; the limit is 900 s",
          dependsOn: ["config"],
        },
      ],
    },
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
          message: "Sessions of role `triage` can last longer than the tenant allows",
          dependsOn: ["config"],
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
          message: "Sessions of role `triage` can last 7200 s, longer than the tenant allows",
          dependsOn: ["config"],
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
          message: "Sessions of role `triage` can last 7200 s, longer than the tenant allows",
          dependsOn: ["config"],
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
          message: "Sessions of role `triage` can last 7200 s; the limit is 3600 s",
          dependsOn: ["config"],
        },
      ],
    },
  ],
});
