// A pod on a cluster of `@pulumi/eks` with a role by IRSA, whose trust policy is made by `getPolicyDocumentOutput`. Configuration:
// `issuer`, how the issuer is written; `trust`, what the trust policy is instead, `everyone` or `no-subject`.
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

interface Core {
  readonly oidcProvider: { readonly arn: string; readonly url: string };
}

/** A cluster as `@pulumi/eks` registers it: its plugin makes it. */
class Cluster extends pulumi.ComponentResource {
  declare readonly core: pulumi.Output<Core>;
  declare readonly kubeconfig: pulumi.Output<unknown>;
  declare readonly oidcIssuer: pulumi.Output<string>;
  declare readonly oidcProviderArn: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs) {
    const ofProvider = { oidcIssuer: undefined, oidcProviderArn: undefined };
    const outputs = { core: undefined, kubeconfig: undefined, ...ofProvider };
    super("eks:index:Cluster", name, { ...outputs, ...args }, {}, true);
  }
}

const config = new pulumi.Config();
const cluster = new Cluster("main", { createOidcProvider: true });
const provider = new kubernetes.Provider("main", {
  kubeconfig: cluster.kubeconfig.apply(JSON.stringify),
});
const namespace = new kubernetes.core.v1.Namespace("apps", {}, { provider }).metadata.name;

const spellings: Readonly<Record<string, readonly [pulumi.Output<string>, pulumi.Output<string>]>> =
  {
    output: [cluster.oidcIssuer, cluster.oidcProviderArn],
    lifted: [cluster.core.oidcProvider.url, cluster.core.oidcProvider.arn],
    applied: [
      cluster.core.apply(({ oidcProvider }) => oidcProvider.url),
      cluster.core.apply(({ oidcProvider }) => oidcProvider.arn),
    ],
  };
const [issuer, arn] = spellings[config.get("issuer") ?? "output"] ?? [];
if (issuer === undefined || arn === undefined) throw new Error("no such issuer");

const audience = {
  test: "StringEquals",
  values: ["sts.amazonaws.com"],
  variable: pulumi.interpolate`${issuer}:aud`,
};
const subject = {
  test: "StringEquals",
  values: [pulumi.interpolate`system:serviceaccount:${namespace}:reader`],
  variable: pulumi.interpolate`${issuer}:sub`,
};
const trust = config.get("trust");
const assumeRolePolicy = aws.iam.getPolicyDocumentOutput({
  statements: [
    {
      effect: "Allow",
      actions: [trust === "everyone" ? "sts:AssumeRole" : "sts:AssumeRoleWithWebIdentity"],
      principals:
        trust === "everyone"
          ? [{ type: "AWS", identifiers: ["*"] }]
          : [{ type: "Federated", identifiers: [arn] }],
      conditions:
        trust === "everyone" ? [] : trust === "no-subject" ? [audience] : [subject, audience],
    },
  ],
}).json;

const role = new aws.iam.Role("reader", { assumeRolePolicy });
const account = new kubernetes.core.v1.ServiceAccount(
  "reader",
  {
    metadata: {
      namespace,
      name: "reader",
      annotations: { "eks.amazonaws.com/role-arn": role.arn },
    },
  },
  { provider },
);
new kubernetes.core.v1.Pod(
  "reader",
  {
    metadata: { namespace },
    spec: {
      serviceAccountName: account.metadata.name,
      containers: [{ name: "reader", image: "nginx" }],
    },
  },
  { provider },
);
