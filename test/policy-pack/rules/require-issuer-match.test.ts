import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-issuer-match";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const eks = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
const other = "oidc.eks.eu-west-1.amazonaws.com/id/OTHER";
const providerType = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const subject = "system:serviceaccount:acme:triage";

function arnOf(host: string): string {
  return `arn:aws:iam::111122223333:oidc-provider/${host}`;
}

function statement(condition: Value, more: Readonly<Record<string, Value>> = {}): Value {
  return {
    Effect: "Allow",
    Principal: { Federated: arnOf(eks) },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: condition,
    ...more,
  };
}

function role(...statements: readonly Value[]): Resource {
  return resource("aws:iam/role:Role", "triage", {
    name: "triage",
    assumeRolePolicy: { Version: "2012-10-17", Statement: statements },
  });
}

const found = { severity: "high", about: "triage", at: "triage: assumeRolePolicy" };
const shut = {
  ...found,
  message: `Role \`triage\` rejects every token of \`${eks}\`: \`${other}:sub\` is a key of another issuer`,
  replacement: `${eks}:sub`,
};
const unknown = {
  ...found,
  verdict: "undetermined" as const,
  message: "Role `triage` tests a condition key of another issuer than its OIDC provider",
};

ruleTester(rule, {
  accepts: [
    {
      name: "a Deny that names a provider by its URL, which refuses nobody who comes in",
      resources: [
        role(
          statement({ StringEquals: { [`${eks}:sub`]: subject } }),
          statement({}, { Effect: "Deny", Principal: { Federated: arnOf(`https://${eks}`) } }),
        ),
      ],
    },
    {
      name: "the provider's own keys",
      resources: [role(statement({ StringEquals: { [`${eks}:sub`]: subject } }))],
    },
    {
      name: "the provider's own keys in other case, which IAM does not tell apart",
      resources: [role(statement({ StringEquals: { [`${eks.toUpperCase()}:SUB`]: subject } }))],
    },
    {
      name: "the slash that ends the URL of a provider, with and without",
      resources: [
        resource(providerType, "login", { url: "https://acme.example/", clientIdLists: ["x"] }),
        role(
          statement(
            { StringEquals: { "acme.example/:sub": "x" } },
            { Principal: { Federated: outputOf(urnOf(providerType, "login")) } },
          ),
          statement(
            { StringEquals: { "acme.example/:sub": "x" } },
            { Principal: { Federated: arnOf("acme.example/") } },
          ),
        ),
      ],
    },
    {
      name: "keys that are no issuer's",
      resources: [
        role(
          statement({
            StringEquals: { "aws:RequestTag/oidc.example:sub": "x", "sts:RoleSessionName": "x" },
          }),
        ),
      ],
    },
    {
      name: "another issuer's key beside a principal that is no provider",
      resources: [
        role(
          statement(
            { StringEquals: { [`${other}:sub`]: subject } },
            { Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" },
          ),
        ),
      ],
    },
    {
      name: "a Deny on another issuer's key that always holds, beside another test",
      resources: [
        role(
          statement(
            {
              StringNotEquals: { [`${other}:sub`]: subject },
              Bool: { "aws:SecureTransport": "false" },
            },
            { Effect: "Deny" },
          ),
        ),
      ],
    },
  ],
  rejects: [
    {
      name: "the URL of a provider in the place of its host",
      resources: [
        role(
          statement(
            { StringEquals: { [`${eks}:sub`]: subject } },
            { Principal: { Federated: arnOf(`https://${eks}`) } },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          message: `Role \`triage\` rejects every token: the ARN of its provider must not contain the scheme of \`https://${eks}\``,
          replacement: eks,
        },
      ],
    },
    {
      name: "the key of another cluster, which shuts the door",
      resources: [role(statement({ StringEquals: { [`${other}:sub`]: subject } }))],
      findings: [shut],
    },
    {
      name: "a key that starts with the scheme",
      resources: [role(statement({ StringEquals: { [`https://${eks}:sub`]: subject } }))],
      findings: [{ ...shut, message: shut.message.replace(other, `https://${eks}`) }],
    },
    {
      name: "the key of another cluster beside a right one",
      resources: [
        role(
          statement({
            StringEquals: { [`${eks}:sub`]: subject, [`${other}:aud`]: "sts.amazonaws.com" },
          }),
        ),
      ],
      findings: [
        { ...shut, message: shut.message.replace(":sub", ":aud"), replacement: `${eks}:aud` },
      ],
    },
    {
      name: "another issuer's key under IfExists, which leaves the door open",
      resources: [role(statement({ StringLikeIfExists: { [`${other}:sub`]: subject } }))],
      findings: [
        {
          ...found,
          message: `Role \`triage\` has a test that always matches tokens of \`${eks}\`: \`StringLikeIfExists\` on \`${other}:sub\`, a key of another issuer`,
          replacement: `${eks}:sub`,
        },
      ],
    },
    {
      name: "another issuer's key in a negation, which leaves the door open",
      resources: [role(statement({ StringNotEquals: { [`${other}:sub`]: subject } }))],
      findings: [
        {
          ...found,
          message: `Role \`triage\` has a test that always matches tokens of \`${eks}\`: \`StringNotEquals\` on \`${other}:sub\`, a key of another issuer`,
          replacement: `${eks}:sub`,
        },
      ],
    },
    {
      name: "one of two providers of a statement, whose key is not tested",
      resources: [
        role(
          statement(
            { StringEquals: { [`${other}:sub`]: subject } },
            { Principal: { Federated: [arnOf(other), arnOf(eks)] } },
          ),
        ),
      ],
      findings: [shut],
    },
    {
      name: "a Deny by another issuer's key, which refuses nobody",
      resources: [
        role(
          statement({ StringEquals: { [`${eks}:sub`]: subject } }),
          statement({ StringEquals: { [`${other}:sub`]: subject } }, { Effect: "Deny" }),
        ),
      ],
      findings: [
        {
          ...found,
          message: `Role \`triage\` has a Deny that never matches tokens of \`${eks}\`: \`${other}:sub\` is a key of another issuer`,
          replacement: `${eks}:sub`,
        },
      ],
    },
    {
      name: "a Deny of all but another issuer's, which refuses everybody",
      resources: [
        role(statement({ StringNotEquals: { [`${other}:sub`]: subject } }, { Effect: "Deny" })),
      ],
      findings: [shut],
    },
    {
      name: "the key of another issuer than that of a provider made in the stack",
      resources: [
        resource(providerType, "cluster", { url: `https://${eks}`, clientIdLists: ["x"] }),
        role(
          statement(
            { StringEquals: { [`${other}:sub`]: subject } },
            { Principal: { Federated: outputOf(urnOf(providerType, "cluster")) } },
          ),
        ),
      ],
      findings: [shut],
    },
    {
      name: "as undetermined a provider whose issuer is not known yet",
      resources: [
        role(
          statement(
            { StringEquals: { [`${eks}:sub`]: subject } },
            { Principal: { Federated: outputOf(urnOf(providerType, "cluster")) } },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: `Role \`triage\` tests condition key \`${eks}:sub\` of another issuer than its OIDC provider`,
          dependsOn: ["cluster"],
        },
      ],
    },
    {
      name: "as undetermined an effect that is not known yet",
      resources: [
        role(
          statement(
            { StringEquals: { [`${other}:sub`]: subject } },
            { Effect: outputOf(urnOf(providerType, "cluster")) },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: `Role \`triage\` tests condition key \`${other}:sub\` of another issuer than its OIDC provider`,
          dependsOn: ["cluster"],
        },
      ],
    },
    {
      name: "as undetermined a trust policy that is not known yet",
      resources: [
        resource("aws:iam/role:Role", "triage", {
          name: "triage",
          assumeRolePolicy: outputOf(urnOf(providerType, "cluster")),
        }),
      ],
      findings: [{ ...unknown, dependsOn: ["cluster"] }],
    },
    {
      name: "as undetermined a statement that is not known yet",
      resources: [role(outputOf(urnOf(providerType, "cluster")))],
      findings: [{ ...unknown, dependsOn: ["cluster"] }],
    },
    {
      name: "as undetermined conditions that are not known yet",
      resources: [role(statement(outputOf(urnOf(providerType, "cluster"))))],
      findings: [{ ...unknown, dependsOn: ["cluster"] }],
    },
  ],
});
