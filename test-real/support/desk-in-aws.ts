import type { Held, HeldRole } from "./servers/moto";

const account = "111122223333";
const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const model = "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0";

/** What AWS made of a tenant's desk under names of its own. */
interface Named {
  readonly bucket: string;
  readonly queue: string;
  readonly secret: string;
  readonly key: string;
}

/** The roles of `examples/support-desk` for one customer, as IAM is to have them: no more than this, and nothing else. */
export function rolesOfDesk(tenant: string, held: Held): readonly HeldRole[] {
  const named = namedFor(tenant, held);
  return [
    role(tenant, "desk", "agent", { permissions: statements(callModel) }),
    role(tenant, "triage", "agent", { permissions: statements(callModel) }),
    role(tenant, "resolution", "agent", { permissions: statements(callModel) }),
    role(tenant, "ticket-search", "tool", {
      permissions: statements(
        allow("s3:ListBucket", `arn:aws:s3:::${named.bucket}`),
        allow("s3:GetObject", `arn:aws:s3:::${named.bucket}/*`),
      ),
    }),
    role(tenant, "knowledge-base", "tool", {
      permissions: statements(
        allow(
          "bedrock:Retrieve",
          `arn:aws:bedrock:eu-central-1:${account}:knowledge-base/${tenant.toUpperCase()}KB${tenant === "acme" ? "0001" : "01"}`,
        ),
      ),
    }),
    role(tenant, "refunds", "tool", {
      permissions: statements(allow("sqs:SendMessage", named.queue)),
    }),
    role(tenant, "crm", "tool", { "legacy-key": readingKey(named) }),
  ];
}

/** The boundary of a tenant's roles. */
export function boundaryOfDesk(tenant: string): Held["policies"][number] {
  const tag = "aws:ResourceTag/agentid.dev/tenant";
  return {
    arn: boundaryArn(tenant),
    document: statements(
      { Sid: "AllowWithinPolicies", Effect: "Allow", Action: "*", Resource: "*" },
      { Sid: "DenyIdentityAdministration", Effect: "Deny", Action: "iam:*", Resource: "*" },
      {
        Sid: "DenyRolesOutsideTenant",
        Effect: "Deny",
        Action: "sts:AssumeRole",
        NotResource: `arn:aws:iam::${account}:role/agentid/${tenant}/*`,
      },
      {
        Sid: "DenyOtherTenants",
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { StringNotEquals: { [tag]: tenant }, Null: { [tag]: "false" } },
      },
    ),
  };
}

/** The policy of a tenant's secret: only its tool reads it. */
export function secretPolicyOfDesk(tenant: string): unknown {
  const deny = (sid: string, condition: unknown): unknown => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
    Condition: condition,
  });
  const reader = `arn:aws:iam::${account}:role/agentid/${tenant}/${tenant}.crm`;
  return statements(
    deny("DenyReadingToOthers", { ArnNotEquals: { "aws:PrincipalArn": [reader] } }),
    deny("DenyReadingForOthers", { StringLike: { "aws:SourceIdentity": `${tenant}.*` } }),
  );
}

/** Trust of a ServiceAccount of the examples' cluster, and of it alone. */
export function accountTrust(subject: string, operator: "StringEquals" | "StringLike"): unknown {
  return {
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition:
      operator === "StringEquals"
        ? { StringEquals: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: "sts.amazonaws.com" } }
        : {
            StringLike: { [`${issuer}:sub`]: subject },
            StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
          },
  };
}

function role(
  tenant: string,
  workload: string,
  kind: "agent" | "tool",
  policies: HeldRole["policies"],
): HeldRole {
  const own = accountTrust(`system:serviceaccount:${tenant}:${workload}`, "StringEquals");
  return {
    arn: `arn:aws:iam::${account}:role/agentid/${tenant}/${tenant}.${workload}`,
    trust: statements(...(kind === "tool" ? [own, ...brokerTrust(tenant)] : [own])),
    maxSession: 3600,
    boundary: boundaryArn(tenant),
    policies,
  };
}

function brokerTrust(tenant: string): readonly unknown[] {
  const broker = `arn:aws:iam::${account}:role/platform/${tenant}-broker`;
  const trusted = (action: unknown, condition: object): unknown => ({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: action,
    Condition: { ArnEquals: { "aws:PrincipalArn": broker }, ...condition },
  });
  return [
    trusted(["sts:AssumeRole", "sts:SetSourceIdentity"], {
      StringLike: { "sts:SourceIdentity": `${tenant}.*` },
    }),
    trusted("sts:TagSession", {
      "ForAllValues:StringEquals": { "aws:TagKeys": ["agentid.dev/task", "agentid.dev/intent"] },
      Null: { "sts:TransitiveTagKeys": "true" },
    }),
  ];
}

function readingKey({ secret, key }: Named): unknown {
  return statements(
    {
      Sid: "ReadKey",
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: secret,
    },
    {
      Sid: "DecryptKey",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: key,
      Condition: {
        StringLike: { "kms:ViaService": "secretsmanager.*" },
        StringEquals: { "kms:EncryptionContext:SecretARN": secret },
      },
    },
  );
}

const callModel = allow("bedrock:InvokeModel", model);

function allow(action: string, resource: string): unknown {
  return { Effect: "Allow", Action: [action], Resource: [resource] };
}

function statements(...all: readonly unknown[]): unknown {
  return { Version: "2012-10-17", Statement: all };
}

function boundaryArn(tenant: string): string {
  return `arn:aws:iam::${account}:policy/agentid/${tenant}/${tenant}.boundary`;
}

/** Fails where not exactly one of each is the tenant's. */
function namedFor(tenant: string, held: Held): Named {
  const only = <T>(list: readonly T[], isOwn: (item: T) => boolean): T => {
    const [own, ...more] = list.filter(isOwn);
    if (own === undefined || more.length > 0) throw new Error(`not one of \`${tenant}\``);
    return own;
  };
  const secret = only(held.secrets, ({ arn }) => arn.includes(`:secret:agentid/${tenant}/crm-`));
  const queue = only(held.queues, (url) => url.includes(`/${tenant}-refund-orders-`));
  return {
    bucket: only(held.buckets, (name) => name.startsWith(`${tenant}-tickets-`)),
    queue: `arn:aws:sqs:eu-central-1:${account}:${queue.slice(queue.lastIndexOf("/") + 1)}`,
    secret: secret.arn,
    key: only(held.keys, (arn) => arn === secret.key),
  };
}
