// The steps of docs/adopting.md, by which one role of three workloads becomes one of each. Configuration: `step`, which of them
// is declared, 0 being how it was; `back`, whether the last workload is taken back out of its component; `unmoved`, a workload
// that stays on the shared identity.
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";
import { run } from "./run";

const config = new pulumi.Config();
const step = config.requireNumber("step");
const isBack = config.getBoolean("back") ?? false;

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABC";
const providerArn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;

/** What all three workloads may do together. */
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::tickets/*" },
    {
      Effect: "Allow",
      Action: "sqs:SendMessage",
      Resource: "arn:aws:sqs:eu-central-1:111122223333:refunds",
    },
    { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::answers/*" },
  ],
});

/** The role and the account of all three, as they were declared by hand. */
function byHand(opts: { role?: pulumi.ResourceOptions; account?: pulumi.ResourceOptions } = {}) {
  const role = new aws.iam.Role(
    "desk",
    {
      name: "desk",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: providerArn },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: {
                [`${issuer}:sub`]: "system:serviceaccount:desk:desk",
                [`${issuer}:aud`]: "sts.amazonaws.com",
              },
            },
          },
        ],
      }),
    },
    opts.role,
  );
  new aws.iam.RolePolicy("desk", { name: "desk", role: role.name, policy: everything });
  new kubernetes.core.v1.ServiceAccount(
    "desk",
    {
      metadata: {
        name: "desk",
        namespace: "desk",
        annotations: { "eks.amazonaws.com/role-arn": role.arn },
      },
      automountServiceAccountToken: false,
    },
    opts.account,
  );
}

/** Identities beside the shared one, which nothing uses yet. */
function beside() {
  const acme = new agentid.Tenant("acme", {
    existingNamespace: "desk",
    federation: { eksIrsa: { providerArn } },
  });
  const triage = new agentid.Agent("triage", {
    tenant: acme.ref,
    permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::tickets/*"] }],
  });
  const refunds = new agentid.Tool("refunds", {
    tenant: acme.ref,
    permissions: [
      {
        actions: ["sqs:SendMessage"],
        resources: ["arn:aws:sqs:eu-central-1:111122223333:refunds"],
      },
    ],
  });
  return { acme, triage, refunds };
}

/** The last workload takes over the role and the account. */
function adopting(acme: agentid.Tenant) {
  const answer = new agentid.Agent("answer", {
    tenant: acme.ref,
    permissions: [{ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::answers/*"] }],
    adopt: {
      role: { name: "desk", formerly: { name: "desk" } },
      serviceAccount: { name: "desk", formerly: { name: "desk" } },
    },
  });
  new aws.iam.RolePolicy("desk", { name: "desk", role: answer.roleName, policy: everything });
  return answer;
}

/** The last workload once it has taken over, without what it does not need. */
function adopted(acme: agentid.Tenant) {
  const answer = new agentid.Agent("answer", {
    tenant: acme.ref,
    permissions: [{ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::answers/*"] }],
    adopt: { role: { name: "desk" }, serviceAccount: { name: "desk" } },
  });
  return answer;
}

/** The role and the account, taken back from the component. */
function back() {
  const parent = pulumi.createUrn("answer", "agentid:index:Agent");
  const opts = { aliases: [{ name: "answer", parent }] };
  byHand({ role: opts, account: opts });
}

if (step < 4) byHand();
if (isBack) back();
const own = step < 1 ? undefined : beside();
const unmoved = config.get("unmoved");
run("triage", step < 2 || unmoved === "triage" ? undefined : own?.triage);
run("refunds", step < 3 || unmoved === "refunds" ? undefined : own?.refunds);
if (own === undefined || step < 4 || isBack) run("answer");
else run("answer", step < 5 ? adopting(own.acme) : adopted(own.acme));
