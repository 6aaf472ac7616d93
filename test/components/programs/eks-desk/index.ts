// A support desk on a cluster of `@pulumi/eks`. Configuration: `broker`, the form of the broker's role, `text` or `output`, or
// that the program makes the broker, `made`; `left-out`, the agent whose grants that runs without, if any; `widened`, how a
// transformation makes the role of `desk` trust more, if it does.
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

/** A component as `@pulumi/eks` registers it: its plugin makes it. */
class EksComponent extends pulumi.ComponentResource {
  declare readonly core: pulumi.Output<unknown>;
  declare readonly kubeconfigJson: pulumi.Output<string>;
  declare readonly oidcProviderArn: pulumi.Output<string>;
  declare readonly oidcProviderUrl: pulumi.Output<string>;

  constructor(kind: string, name: string, args: pulumi.Inputs) {
    const ofProvider = { oidcProviderArn: undefined, oidcProviderUrl: undefined };
    const outputs = { core: undefined, kubeconfigJson: undefined, ...ofProvider };
    super(`eks:index:${kind}`, name, { ...outputs, ...args }, {}, true);
  }
}

/** A trust policy of one statement. */
const trusting = (
  Principal: aws.iam.AWSPrincipal | aws.iam.ServicePrincipal,
): aws.iam.PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
});

const config = new pulumi.Config();

/** A trust policy in place of one that the component makes. */
const widened: Readonly<Record<string, (policy: pulumi.Output<string>) => pulumi.Input<string>>> = {
  text: () => JSON.stringify(trusting({ AWS: "*" })),
  part: () => pulumi.jsonStringify(trusting({ AWS: ofBroker.arn })),
  result: (policy) =>
    policy.apply((text) =>
      text.replace("StringEquals", "StringLike").replace("acme:desk", "acme:*"),
    ),
};
const widen = widened[config.get("widened") ?? ""];
if (widen !== undefined) {
  pulumi.runtime.registerStackTransformation(({ name, type, props, opts }) => {
    if (name !== "desk" || type !== "aws:iam/role:Role") return undefined;
    const { assumeRolePolicy, ...rest } = props;
    const changed = widen(pulumi.output(assumeRolePolicy as pulumi.Input<string>));
    return { props: { ...rest, assumeRolePolicy: changed }, opts };
  });
}

const ofBroker = new aws.iam.Role("acme-broker", {
  assumeRolePolicy: trusting({ Service: "lambda.amazonaws.com" }),
});
const ofNodes = new aws.iam.Role("nodes", {
  assumeRolePolicy: trusting({ Service: "ec2.amazonaws.com" }),
});
const cluster = new EksComponent("Cluster", "main", {
  createOidcProvider: true,
  instanceRoles: [ofNodes],
  skipDefaultNodeGroup: true,
});
new EksComponent("ManagedNodeGroup", "workers", {
  cluster: cluster.core,
  nodeRole: ofNodes,
  enableIMDSv2: true,
});

const provider = new kubernetes.Provider("main", { kubeconfig: cluster.kubeconfigJson });
const inCluster = { providers: [provider] };
const federation = { eksIrsa: { providerArn: cluster.oidcProviderArn } };

/** The form of the tenant's broker. */
function brokerOf(kind: string | undefined): agentid.TenantBroker {
  if (kind === "output") return { roleArn: ofBroker.arn };
  if (kind !== "made") return { roleArn: "arn:aws:iam::111122223333:role/platform/acme-broker" };
  const issuer = "https://broker.acme.example";
  return new agentid.TaskBroker("decider", { tenant: "acme", issuer, federation }, inCluster).ref;
}

// Agents reach tools by the tenant's broker.
const broker = brokerOf(config.get("broker"));
const apiServer = { cidrs: ["10.1.0.0/24"] };
const acme = new agentid.Tenant("acme", { federation, broker, apiServer }, inCluster);
const search = new agentid.Tool("search", { tenant: acme }, inCluster);
const refunds = new agentid.Tool(
  "refunds",
  {
    tenant: acme,
    risk: { sensitivity: "restricted", effects: ["payment"] },
    sessions: [
      {
        intents: ["refund"],
        actions: ["s3:PutObject"],
        resources: ["arn:aws:s3:::acme-orders/{target}"],
        kubernetesPermissions: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
      },
    ],
  },
  inCluster,
);
const desk = new agentid.Orchestrator("desk", { tenant: acme }, inCluster);
const triage = new agentid.Agent(
  "triage",
  {
    tenant: acme,
    autonomy: "autonomous",
    grants: [
      { tool: search.ref, intents: ["find"] },
      { tool: refunds.ref, intents: ["refund"], approval: "human", maxSeconds: 300 },
    ],
  },
  inCluster,
);

if (broker.place !== undefined) {
  const callers = [desk, triage].filter(
    (_, index) => index === 0 || config.get("left-out") !== "triage",
  );
  new agentid.TaskBrokerDeployment(
    "decider",
    {
      broker,
      tenant: acme,
      image: "registry.example.com/agentid:1.0.0",
      tlsSecret: "broker-tls",
      state: { sqlite: {} },
      issuers: [
        {
          name: "cluster",
          kind: "kubernetes",
          issuer: cluster.oidcProviderUrl,
          keysUrl: pulumi.interpolate`${cluster.oidcProviderUrl}/keys`,
        },
        {
          name: "people",
          kind: "oidc",
          issuer: "https://login.acme.example",
          keysUrl: "https://login.acme.example/keys",
        },
      ],
      users: { issuer: "people", require: { org: "acme" } },
      loginClient: "agentid-approvals",
      approvers: { require: { groups: "refund-approvers" } },
      workloads: callers.map(({ brokerRef }) => ({ workload: brokerRef })),
      tools: [
        { tool: search.brokerRef, resource: "https://search.acme.example" },
        { tool: refunds.brokerRef, resource: "https://refunds.acme.example" },
      ],
    },
    inCluster,
  );
}

// A tenant without one, whose agent acts as a tool itself.
const globex = new agentid.Tenant("globex", { federation }, inCluster);
const lookup = new agentid.Tool("lookup", { tenant: globex, directCallers: ["answer"] }, inCluster);
new agentid.Agent(
  "answer",
  { tenant: globex, grants: [{ tool: lookup.ref, intents: ["find"] }] },
  inCluster,
);

// What exists becomes a workload's.
new agentid.Agent(
  "former",
  {
    tenant: globex,
    adopt: {
      role: { name: "former-agent", import: true },
      serviceAccount: { name: "old-agent", import: true },
    },
  },
  inCluster,
);
