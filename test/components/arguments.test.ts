import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Agent,
  Tenant,
  Tool,
  type AgentArgs,
  type Grant,
  type GrantCondition,
  type Permission,
  type TenantArgs,
  type ToolArgs,
} from "../../components";
import { acme, brokerArn, federation, issuer, providerArn } from "./support/acme";
import { mocked } from "./support/registered";
import { withoutWarnings } from "./support/warnings";
import { bucketsOf } from "./support/buckets";

/** The message of a refusal, once sure that nothing was registered. */
function refusal(declare: () => unknown): string {
  const seen = mocked();
  let message: string | undefined;
  try {
    declare();
  } catch (error) {
    message = (error as Error).message;
  }
  assert.deepEqual(seen(), []);
  return message ?? "accepted";
}

const oidcArn = "arn:aws:iam::111122223333:oidc-provider/issuer.example.com";

const functionArn = "arn:aws:lambda:eu-central-1:111122223333:function:refunds";
const jobArn = "arn:aws:glue:eu-central-1:111122223333:job/desk";

const agent = (args: Partial<AgentArgs>) => () => new Agent("triage", { tenant: acme, ...args });
const tenant = (args: Partial<TenantArgs>) => () => new Tenant("acme", { federation, ...args });
const granted = (grant: Partial<Grant>) =>
  agent({ grants: [{ tool: { tenant: "acme", name: "refunds" }, intents: ["refund"], ...grant }] });
const conditional = (condition: GrantCondition) => granted({ conditions: [condition] });
const tool = (args: Partial<ToolArgs>) => () => new Tool("search", { tenant: acme, ...args });
const permitted = (permission: Partial<Permission>) =>
  agent({
    permissions: [
      { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::tickets/*"], ...permission },
    ],
  });

const rejects: Readonly<Record<string, readonly [() => unknown, string]>> = {
  "a federation of no kind": [
    tenant({ federation: {} }),
    "tenant `acme`: federation is empty; give exactly one of `eksIrsa`, `eksPodIdentity`, `github`, `gitlab`, `oidc`, `spiffe`, `rolesAnywhere`, `ecs`, `lambda`, `agentCore`",
  ],
  "a provider that is not an OIDC provider": [
    tenant({ federation: { eksIrsa: { providerArn: "arn:aws:iam::111122223333:role/x" } } }),
    "tenant `acme`: providerArn `arn:aws:iam::111122223333:role/x` is no IAM OIDC provider; give an ARN such as `arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE`",
  ],
  "a provider of no account": [
    tenant({ federation: { eksIrsa: { providerArn: `arn:aws:iam::*:oidc-provider/${issuer}` } } }),
    `tenant \`acme\`: providerArn \`arn:aws:iam::*:oidc-provider/${issuer}\` is no IAM OIDC provider; give an ARN such as \`arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE\``,
  ],
  "an issuer of another cluster": [
    tenant({ federation: { eksIrsa: { providerArn, issuer: "oidc.example.com" } } }),
    `tenant \`acme\`: issuer \`oidc.example.com\` is not the provider's, \`${issuer}\`; conditions on it would never apply; leave \`issuer\` out or give both of one cluster`,
  ],
  "a maximum that IAM does not know": [
    tenant({ maxSession: "13h" }),
    "tenant `acme`: maxSession `13h` is outside what IAM allows a role; give `1h` to `12h`",
  ],
  "a maximum shorter than IAM can enforce": [
    tenant({ maxSession: "30m" }),
    "tenant `acme`: maxSession `30m` is outside what IAM allows a role; give `1h` to `12h`",
  ],
  "a duration that is none": [
    tenant({ maxSession: "soon" }),
    "tenant `acme`: maxSession: duration `soon` cannot be read; write whole hours, minutes or seconds, such as `1h`, `30m` or `3600s`",
  ],
  "a duration without a unit": [
    tenant({ maxSession: "30" }),
    'tenant `acme`: maxSession: `30` has no unit; write a duration such as "30m"',
  ],
  "a number of seconds": [
    tenant({ maxSession: 7200 as never }),
    'tenant `acme`: maxSession is `7200`; write a duration such as "2h"',
  ],
  "a workload's number of seconds": [
    agent({ session: 3600 as never }),
    'agent `triage`: session is `3600`; write a duration such as "1h"',
  ],
  "a tenant of another stack with a number of seconds": [
    agent({ tenant: { ...acme, maxSession: 3600 as never } }),
    'agent `triage`: tenant.maxSession is `3600`; write a duration such as "1h"',
  ],
  "two namespaces": [
    tenant({ namespace: "a", existingNamespace: "b" }),
    "tenant `acme`: `namespace` and `existingNamespace` are both set; give `namespace` to make one, or `existingNamespace` to use one",
  ],
  "a broker that is no role": [
    tenant({ broker: { roleArn: "task-broker" } }),
    "tenant `acme`: broker.roleArn `task-broker` is no IAM role; give an ARN such as `arn:aws:iam::111122223333:role/task-broker`",
  ],
  "a broker that is a session": [
    tenant({ broker: { roleArn: "arn:aws:sts::111122223333:assumed-role/task-broker/one" } }),
    "tenant `acme`: broker.roleArn `arn:aws:sts::111122223333:assumed-role/task-broker/one` is no IAM role; give an ARN such as `arn:aws:iam::111122223333:role/task-broker`",
  ],
  "a pattern of brokers": [
    tenant({ broker: { roleArn: "arn:aws:iam::111122223333:role/*-broker" } }),
    "tenant `acme`: broker.roleArn `arn:aws:iam::111122223333:role/*-broker` is no IAM role; give an ARN such as `arn:aws:iam::111122223333:role/task-broker`",
  ],
  "a broker in a pattern of paths": [
    tenant({ broker: { roleArn: "arn:aws:iam::111122223333:role/?/task-broker" } }),
    "tenant `acme`: broker.roleArn `arn:aws:iam::111122223333:role/?/task-broker` is no IAM role; give an ARN such as `arn:aws:iam::111122223333:role/task-broker`",
  ],
  "a broker of another account": [
    tenant({ broker: { roleArn: brokerArn.replace("111122223333", "444455556666") } }),
    "tenant `acme`: broker.roleArn `arn:aws:iam::444455556666:role/platform/acme-broker` is not of account `111122223333` in partition `aws`, where the tenant's roles are; run the broker there",
  ],
  "a broker of another partition": [
    tenant({ broker: { roleArn: brokerArn.replace("arn:aws:", "arn:aws-cn:") } }),
    "tenant `acme`: broker.roleArn `arn:aws-cn:iam::111122223333:role/platform/acme-broker` is not of account `111122223333` in partition `aws`, where the tenant's roles are; run the broker there",
  ],
  "a workload's role as a broker": [
    tenant({ broker: { roleArn: "arn:aws:iam::111122223333:role/agentid/acme/acme.triage" } }),
    "tenant `acme`: broker.roleArn `arn:aws:iam::111122223333:role/agentid/acme/acme.triage` is under `/agentid/`, where the roles of workloads are; give the broker a role of another path",
  ],
  "direct callers past a broker": [
    tool({ directCallers: ["triage"], tenant: { ...acme, broker: { roleArn: brokerArn } } }),
    "tool `search`: directCallers are set, but the tenant has a `broker` that decides each call; leave them out",
  ],
  "direct callers past a broker whose role is not known yet": [
    tool({
      directCallers: ["triage"],
      tenant: { ...acme, broker: { roleArn: pulumi.output(brokerArn) } },
    }),
    "tool `search`: directCallers are set, but the tenant has a `broker` that decides each call; leave them out",
  ],
  "direct callers of a tool with effects": [
    tool({ directCallers: ["triage"], risk: { effects: ["payment", "deletion"] } }),
    "tool `search`: directCallers are set, but the tool causes `payment`, `deletion`, so each call needs a decision; leave them out, and give the tenant a `broker`",
  ],
  "direct callers of a tool that reads confidential data": [
    tool({ directCallers: ["triage"], risk: { sensitivity: "confidential" } }),
    "tool `search`: directCallers are set, but the tool reads `confidential` data, so each call needs a decision; leave them out, and give the tenant a `broker`",
  ],
  "direct callers of a tool that reads restricted data": [
    tool({ directCallers: ["triage"], risk: { sensitivity: "restricted" } }),
    "tool `search`: directCallers are set, but the tool reads `restricted` data, so each call needs a decision; leave them out, and give the tenant a `broker`",
  ],
  "a tool as its own caller": [
    tool({ directCallers: ["Search"], name: "Search" }),
    "tool `search`: directCallers names `Search`, the tool itself; leave it out",
  ],
  "a direct caller named twice": [
    tool({ directCallers: ["triage", "desk", "triage"] }),
    "tool `search`: directCallers names `triage` twice; name it once",
  ],
  "more direct callers than a trust policy has room for": [
    tool({ directCallers: ["a", "b", "c", "d", "e", "f", "g"] }),
    "tool `search`: its trust policy takes `2291` characters; at most 2048 fit a role; name fewer `directCallers`, or give the tenant a `broker` instead",
  ],
  "a trust policy that is too long by its own subject": [
    agent({
      tenant: {
        ...acme,
        federation: { oidc: { providerArn: oidcArn, audience: "sts.amazonaws.com" } },
      },
      subject: { oidc: { subject: "s".repeat(2000) } },
    }),
    "agent `triage`: its trust policy takes `2289` characters; at most 2048 fit a role; shorten what its trust names: the workload's subject, its tenant's name, or the issuer",
  ],
  "an approval that nobody asks for": [
    granted({
      tool: { tenant: "acme", name: "refunds", directCallers: ["desk"] },
      approval: "human",
    }),
    "agent `triage`: grant to `refunds` demands approval, which nothing requests while the tool has `directCallers`; give the tenant a `broker` instead of them, or leave the approval out",
  ],
  "permissions and direct calls that together do not fit a policy": [
    agent({
      permissions: [{ actions: ["s3:GetObject"], resources: bucketsOf(10_013) }],
      grants: [
        {
          tool: { tenant: "acme", name: "refunds", directCallers: ["triage"] },
          intents: ["refund"],
        },
      ],
    }),
    "agent `triage`: permissions take `10255` characters; at most 10240 fit an inline policy; name fewer or shorter resources",
  ],
  "a pattern of tenants": [
    () => new Tool("search", { tenant: { ...acme, name: "*" } }),
    "tool `search`: tenant `*` is no name of a tenant; give `tenant.ref`",
  ],
  "an object that is no reference to a tenant": [
    () => new Agent("triage", { tenant: {} as never }),
    "agent `triage`: tenant is no reference to a tenant; give `tenant.ref`",
  ],
  "a tenant with no federation": [
    agent({ tenant: { ...acme, federation: {} } }),
    "agent `triage`: federation is empty; give exactly one of `eksIrsa`, `eksPodIdentity`, `github`, `gitlab`, `oidc`, `spiffe`, `rolesAnywhere`, `ecs`, `lambda`, `agentCore`",
  ],
  "a session beyond the tenant's maximum": [
    agent({ session: "12h" }),
    "agent `triage`: session `12h` exceeds the tenant maximum `1h`; choose a shorter session",
  ],
  "an unknown autonomy": [
    agent({ autonomy: "free" as never }),
    "agent `triage`: autonomy `free` is unknown; give `autonomous` or `supervised`",
  ],
  "an unknown sensitivity": [
    agent({ risk: { sensitivity: "secret" as never } }),
    "agent `triage`: risk.sensitivity `secret` is unknown; give `public` or `internal` or `confidential` or `restricted`",
  ],
  "an unknown effect": [
    agent({ risk: { effects: ["payments"] } }),
    "agent `triage`: risk.effects `payments` is unknown; give `payment` or `production-change` or `deletion` or `external-message`",
  ],
  "a grant with no intent": [
    granted({ intents: [] }),
    "agent `triage`: grants[0] names no intent; name the purposes for which the tool may be called, such as `refund`",
  ],
  "a grant for any intent": [
    granted({ intents: ["*"] }),
    "agent `triage`: grants[0] intent `*` would allow any purpose; name each intent",
  ],
  "an empty intent": [
    granted({ intents: [""] }),
    "agent `triage`: grants[0] intent `` is no name; give 1 to 64 ASCII characters without blanks, double quotes and `\\`",
  ],
  "an intent that is no scope of a token": [
    granted({ intents: ["refund", "refund an order"] }),
    "agent `triage`: grants[0] intent `refund an order` is no name; give 1 to 64 ASCII characters without blanks, double quotes and `\\`",
  ],
  "an intent beyond ASCII": [
    granted({ intents: ["zurückzahlen"] }),
    "agent `triage`: grants[0] intent `zurückzahlen` is no name; give 1 to 64 ASCII characters without blanks, double quotes and `\\`",
  ],
  "an intent named twice": [
    granted({ intents: ["refund", "refund"] }),
    "agent `triage`: grants[0] names intent `refund` twice; name it once",
  ],
  "an unknown approval": [
    granted({ approval: "maybe" }),
    "agent `triage`: grants[0].approval `maybe` is unknown; give `none` or `human`",
  ],
  "a grant that outlasts a session": [
    granted({ maxSeconds: 7200 }),
    "agent `triage`: grants[0] lasts `7200` s; give whole seconds, at most 3600, for one call",
  ],
  "a grant of parts of a second": [
    granted({ maxSeconds: 0.5 }),
    "agent `triage`: grants[0] lasts `0.5` s; give whole seconds, at most 3600, for one call",
  ],
  "a condition on what is no name": [
    conditional({ key: "amount in cents", atMost: 5000 }),
    "agent `triage`: grants[0].conditions[0].key `amount in cents` is no name; start with a letter; then letters, digits, `-` and `_`, at most 64 characters",
  ],
  "a condition without a bound": [
    conditional({ key: "amount" }),
    "agent `triage`: grants[0].conditions[0] of `amount` has none of `atMost`, `atLeast`, `sumAtMost`, `oneOf` and `is`; give exactly one, or `atLeast` and `atMost`",
  ],
  "a condition with two bounds": [
    conditional({ key: "amount", atMost: 5000, is: true }),
    "agent `triage`: grants[0].conditions[0] of `amount` has more than one of `atMost`, `atLeast`, `sumAtMost`, `oneOf` and `is`; give exactly one, or `atLeast` and `atMost`",
  ],
  "a target that is a number": [
    conditional({ key: "target", atMost: 5000 }),
    "agent `triage`: grants[0].conditions[0] of `target` is `atMost`; give `oneOf`",
  ],
  "an end that is a text": [
    conditional({ key: "until", oneOf: ["2027-01-01"] }),
    "agent `triage`: grants[0].conditions[0] of `until` is `oneOf`; give `atMost`",
  ],
  "a condition of parts": [
    conditional({ key: "amount", atMost: 0.5 }),
    "agent `triage`: grants[0].conditions[0].atMost is `0.5`; give a whole number from -9007199254740991 to 9007199254740991",
  ],
  "a sum of a text": [
    conditional({ key: "target", sumAtMost: 5000 }),
    "agent `triage`: grants[0].conditions[0] of `target` is `sumAtMost`; give `oneOf`",
  ],
  "a sum of parts": [
    conditional({ key: "amount", sumAtMost: 0.5 }),
    "agent `triage`: grants[0].conditions[0].sumAtMost is `0.5`; give a whole number from 1 to 9007199254740991",
  ],
  "a sum beside a bound": [
    conditional({ key: "amount", sumAtMost: 50, atMost: 5 }),
    "agent `triage`: grants[0].conditions[0] of `amount` has more than one of `atMost`, `atLeast`, `sumAtMost`, `oneOf` and `is`; give exactly one, or `atLeast` and `atMost`",
  ],
  "calls without details that a person approves": [
    granted({ approval: "human", withoutDetails: true }),
    "agent `triage`: grants[0].withoutDetails is set with an approval, which a person gives for a described call; leave it out",
  ],
  "a grant of no call": [
    granted({ maxCalls: 0 }),
    "agent `triage`: grants[0].maxCalls is `0`; give a whole number from 1 to 1000000",
  ],
  "a condition below nothing": [
    conditional({ key: "amount", atMost: -1 }),
    "agent `triage`: grants[0].conditions[0].atMost is `-1`, below 0; give a lower `atLeast`, or a higher `atMost`",
  ],
  "a condition that no call fulfils": [
    conditional({ key: "region", oneOf: [] }),
    "agent `triage`: grants[0].conditions[0].oneOf is empty, which no call fulfils; name at least one text",
  ],
  "a condition on what cannot be seen": [
    conditional({ key: "region", oneOf: ["eu", "us\u200b"] }),
    "agent `triage`: grants[0].conditions[0].oneOf[1] has a character that cannot be seen, a space around it, or no character; write what is compared as it is",
  ],
  "a condition with a wildcard": [
    conditional({ key: "region", oneOf: ["*"] }),
    "agent `triage`: grants[0].conditions[0].oneOf has `*`, which is no wildcard; name each text",
  ],
  "a condition that names a text twice": [
    conditional({ key: "region", oneOf: ["eu", "eu"] }),
    "agent `triage`: grants[0].conditions[0].oneOf names `eu` twice; name it once",
  ],
  "a condition that nothing checks": [
    granted({
      tool: { tenant: "acme", name: "refunds", directCallers: ["triage"] },
      conditions: [{ key: "amount", atMost: 5000 }],
    }),
    "agent `triage`: grant to `refunds` has conditions, which nothing checks while the tool has `triage` among its `directCallers`; give the tenant a `broker` instead, or leave the conditions out",
  ],
  "a grant to another tenant's tool": [
    granted({ tool: { tenant: "globex", name: "refunds" } }),
    "agent `triage`: grant to `refunds` crosses from tenant `acme` to `globex`; grant a tool of the same tenant",
  ],
  "a grant to a tool whose sensitivity is unknown": [
    granted({ tool: { tenant: "acme", name: "refunds", risk: { sensitivity: "secret" } } }),
    "agent `triage`: grants[0].tool.risk.sensitivity `secret` is unknown; give `public` or `internal` or `confidential` or `restricted`",
  ],
  "a grant to a tool whose effect is unknown": [
    granted({ tool: { tenant: "acme", name: "refunds", risk: { effects: ["payments"] } } }),
    "agent `triage`: grants[0].tool.risk.effects `payments` is unknown; give `payment` or `production-change` or `deletion` or `external-message`",
  ],
  "an autonomous agent that moves money unasked": [
    agent({
      autonomy: "autonomous",
      grants: [
        {
          tool: { tenant: "acme", name: "refunds", risk: { effects: ["payment"] } },
          intents: ["refund"],
        },
      ],
    }),
    'agent `triage`: grant to `refunds` allows an autonomous workload to act on sensitive data or cause effects without approval; give the grant `approval: "human"`',
  ],
  "a permission with no action": [
    permitted({ actions: [] }),
    "agent `triage`: permissions[0] has no action; name at least one",
  ],
  "a permission with no resource": [
    permitted({ resources: [] }),
    "agent `triage`: permissions[0] has no resource; name at least one",
  ],
  "an action that is none": [
    permitted({ actions: ["GetObject"] }),
    "agent `triage`: permissions[0] action `GetObject` is no IAM action; write service and action, such as `s3:GetObject`",
  ],
  "every action": [
    permitted({ actions: ["*"] }),
    "agent `triage`: permissions[0] action `*` is no IAM action; write service and action, such as `s3:GetObject`",
  ],
  "every action of a service": [
    permitted({ actions: ["s3:*"] }),
    "agent `triage`: permissions[0] action `s3:*` allows all of a service; name the actions the workload needs",
  ],
  "a pattern of services": [
    permitted({ actions: ["s?:GetObject"] }),
    "agent `triage`: permissions[0] action `s?:GetObject` allows all of a service; name the actions the workload needs",
  ],
  "passing a role on": [
    permitted({ actions: ["IAM:PassRole"] }),
    "agent `triage`: permissions[0] action `IAM:PassRole` would allow the workload to assume or change identities; leave it out, as the tenant's boundary denies it",
  ],
  "obtaining another role": [
    permitted({ actions: ["sts:AssumeRole"] }),
    "agent `triage`: permissions[0] action `sts:AssumeRole` would allow the workload to assume or change identities; leave it out, as the tenant's boundary denies it",
  ],
  "a key of an AgentCore provider": [
    permitted({ actions: ["bedrock-agentcore:GetResourceApiKey"] }),
    "agent `triage`: permissions[0] action `bedrock-agentcore:GetResourceApiKey` would allow the workload to have keys of others; declare the platform as a `LegacyTool`, the only user of its key",
  ],
  "tokens of AgentCore providers, by a pattern": [
    permitted({ actions: ["Bedrock-AgentCore:GetResourceOauth*"] }),
    "agent `triage`: permissions[0] action `Bedrock-AgentCore:GetResourceOauth*` would allow the workload to have tokens for any service; give `oauth2Providers`, which name each",
  ],
  "a token for a user who is only named": [
    permitted({ actions: ["bedrock-agentcore:GetWorkloadAccessTokenForUserId"] }),
    "agent `triage`: permissions[0] action `bedrock-agentcore:GetWorkloadAccessTokenForUserId` would allow the workload to choose for which user it acts; leave it out, as tokens for a user come by that user's own token",
  ],
  "what decides calls of tools": [
    permitted({ actions: ["bedrock-agentcore:CreatePolicy"] }),
    "agent `triage`: permissions[0] action `bedrock-agentcore:CreatePolicy` would allow the workload to change what decides calls of tools, its own among them; leave that to the pipeline that deploys",
  ],
  "what decides calls of tools, by a pattern": [
    permitted({ actions: ["bedrock-agentcore:*Gateway"] }),
    "agent `triage`: permissions[0] action `bedrock-agentcore:*Gateway` would allow the workload to change what decides calls of tools, its own among them; leave that to the pipeline that deploys",
  ],
  "a resource that is no ARN": [
    permitted({ resources: ["tickets/*"] }),
    "agent `triage`: permissions[0] resource `tickets/*` is no ARN; give one such as `arn:aws:s3:::tickets/*`",
  ],
  "an action with a space in it": [
    permitted({ actions: ["s3: GetObject"] }),
    "agent `triage`: permissions[0] action `s3: GetObject` is no IAM action; write service and action, such as `s3:GetObject`",
  ],
  "permissions that do not fit a policy": [
    permitted({ resources: bucketsOf(10_253) }),
    "agent `triage`: permissions take `10352` characters; at most 10240 fit an inline policy; name fewer or shorter resources",
  ],
  "a condition of no operator": [
    permitted({ conditions: [{ test: "==", variable: "aws:SourceVpce", values: ["vpce-1"] }] }),
    "agent `triage`: permissions[0] test `==` is no condition operator; give one such as `StringEquals`",
  ],
  "an operator that IAM does not know": [
    permitted({ conditions: [{ test: "StringIs", variable: "aws:SourceVpce", values: ["x"] }] }),
    "agent `triage`: permissions[0] test `StringIs` is no condition operator; give one such as `StringEquals`",
  ],
  "a condition with no value": [
    permitted({ conditions: [{ test: "StringEquals", variable: "aws:SourceVpce", values: [] }] }),
    "agent `triage`: permissions[0] condition `StringEquals` lacks a variable or values; give both",
  ],
  "two conditions of which one would replace the other": [
    permitted({
      conditions: [
        { test: "StringEquals", variable: "aws:SourceVpce", values: ["vpce-1"] },
        { test: "StringEquals", variable: "aws:sourcevpce", values: ["vpce-2"] },
      ],
    }),
    "agent `triage`: permissions[0] has `StringEquals` on `aws:sourcevpce` twice; give all its values in one condition",
  ],
};

const accepts: Readonly<Record<string, () => unknown>> = {
  "an issuer with its scheme and a final slash": tenant({
    federation: { eksIrsa: { providerArn, issuer: `https://${issuer}/` } },
  }),
  "no issuer": tenant({ federation: { eksIrsa: { providerArn } } }),
  "the longest session IAM knows": tenant({ maxSession: "12h" }),
  "direct callers of a tool that reads internal data": tool({ directCallers: ["triage", "desk"] }),
  "permissions that alone fill a policy": agent({
    permissions: [{ actions: ["s3:GetObject"], resources: bucketsOf(10_013) }],
  }),
  "a broker": tenant({ broker: { roleArn: brokerArn } }),
  "a session up to the tenant's maximum": agent({
    tenant: { ...acme, maxSession: "12h" },
    session: "12h",
  }),
  "a grant as long as a session": granted({ maxSeconds: 3600 }),
  "an autonomous agent whose payments a person agrees to": agent({
    autonomy: "autonomous",
    grants: [
      {
        tool: { tenant: "acme", name: "refunds", risk: { effects: ["payment"] } },
        intents: ["refund"],
        approval: "human",
      },
    ],
  }),
  "a supervised agent that pays": granted({
    tool: { tenant: "acme", name: "refunds", risk: { effects: ["payment"] } },
  }),
  "an autonomous agent that reads internal data": agent({
    autonomy: "autonomous",
    grants: [{ tool: { tenant: "acme", name: "search" }, intents: ["find"] }],
  }),
  "a part of a service's actions": permitted({ actions: ["s3:Get*"] }),
  "one half of what would take over another workload": permitted({
    actions: ["glue:StartJobRun"],
    resources: [jobArn],
  }),
  "calling functions": permitted({ actions: ["lambda:Invoke*"], resources: [functionArn] }),
  "what would change code, on what is no function": permitted({
    actions: ["lambda:Update*"],
    resources: ["arn:aws:lambda:eu-central-1:111122223333:event-source-mapping:*"],
  }),
  "any resource, where no data is reached": permitted({
    actions: ["s3:ListAllMyBuckets"],
    resources: ["*"],
  }),
  "any secret that carries the tag of the tenant": permitted({
    actions: ["secretsmanager:GetSecretValue"],
    resources: ["*"],
    conditions: [
      { test: "StringEquals", variable: "aws:ResourceTag/agentid.dev/tenant", values: ["acme"] },
    ],
  }),
  "a resource by a variable": permitted({ resources: ["arn:aws:s3:::own/${aws:userid}/*"] }),
  "commands by a document that runs none": permitted({
    actions: ["ssm:SendCommand"],
    resources: [
      "arn:aws:ec2:eu-central-1:111122223333:instance/i-0a1b2c3d",
      "arn:aws:ssm:eu-central-1::document/AWSEC2-CreateVssSnapshot",
    ],
  }),
  "asking who one is": permitted({ actions: ["sts:GetCallerIdentity"], resources: ["*"] }),
};

describe("arguments of components", () => {
  withoutWarnings();

  for (const [name, [declare, message]] of Object.entries(rejects)) {
    it(`refuse ${name}, before anything is registered`, () => {
      assert.equal(refusal(declare), message);
    });
  }

  for (const [name, declare] of Object.entries(accepts)) {
    it(`allow ${name}`, () => {
      mocked();
      assert.doesNotThrow(declare);
    });
  }

  it("refuse a second workload of one name in a tenant, and allow it in another", () => {
    mocked();
    new Agent("triage", { tenant: acme });
    new Agent("globex-triage", {
      name: "triage",
      tenant: { ...acme, name: "globex", namespace: "globex" },
    });
    assert.throws(() => new Tool("other-triage", { name: "triage", tenant: acme }), {
      message:
        "tool `other-triage`: name `triage` is already that of another workload of tenant `acme`; give another `name`",
    });
  });

  it("refuse a second workload of one account, though its tenant has another name", () => {
    mocked();
    new Agent("triage", { tenant: acme });
    assert.throws(
      () => new Agent("globex-triage", { name: "triage", tenant: { ...acme, name: "globex" } }),
      {
        message: `agent \`globex-triage\`: \`system:serviceaccount:acme:triage of ${issuer}\` already proves another workload, which could act as this one; give each workload a subject of its own`,
      },
    );
  });

  it("refuse a second tenant of one name in an account, and allow it in another", () => {
    mocked();
    new Tenant("acme", { federation });
    const elsewhere = providerArn.replace("111122223333", "444455556666");
    new Tenant("acme-eu", {
      name: "acme",
      namespace: "acme-eu",
      federation: { eksIrsa: { providerArn: elsewhere } },
    });
    assert.throws(() => new Tenant("acme-2", { name: "acme", federation }), {
      message:
        "tenant `acme-2`: name `acme` is already that of another tenant; give another `name`",
    });
  });

  it("refuse another component where a tenant is meant", () => {
    mocked();
    const component = new Tool("search", { tenant: acme });
    assert.throws(() => new Tool("refunds", { tenant: component as never }), {
      message: "tool `refunds`: tenant is no reference to a tenant; give `tenant.ref`",
    });
  });
});
