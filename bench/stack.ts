import {
  AnalyzerPropertyDependencies,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** A resource as a program declares it. */
export interface Made {
  readonly type: string;
  readonly name: string;
  readonly properties: Record<string, JavaScriptValue>;
  readonly dependsOn?: Readonly<Record<string, string>>;
}

const account = "123456789012";
const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";

/** What a preview does not know of a stack: nothing, outputs of the stack's own resources, or the name of one account too. */
export type Open = "nothing" | "outputs" | "outputs and a name";

/** What stands on the wire for a text that a preview cannot know. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * A stack in which nothing is wrong: workloads of six resources each, in forty tenants, each with an identity of its own.
 *
 * Made one after the other, so that a large one is never held whole.
 */
export function* stackOf(size: number, open: Open = "nothing"): Iterable<Made> {
  let left = size;
  for (let i = 0; left > 0; i++) {
    for (const made of workload(i)) {
      if (left-- <= 0) continue;
      if (open === "nothing") yield made;
      else yield withOutputsOpen(i === 0 && open !== "outputs" ? withAccountOpen(made) : made);
    }
  }
}

/** The request the engine sends before a resource is made. */
export function requestOf(made: Made): AnalyzeRequest {
  return filled(new AnalyzeRequest(), made);
}

/** What the engine lists at the end. */
export function listOf(size: number, open: Open = "nothing"): AnalyzerResource[] {
  return Array.from(stackOf(size, open), (made) => {
    const resource = filled(new AnalyzerResource(), made);
    resource.setParent(urnOf("pulumi:pulumi:Stack", "shop-dev"));
    resource.setDependenciesList(Object.values(made.dependsOn ?? {}));
    for (const [property, urn] of Object.entries(made.dependsOn ?? {})) {
      const on = new AnalyzerPropertyDependencies();
      on.setUrnsList([urn]);
      resource.getPropertydependenciesMap().set(property, on);
    }
    return resource;
  });
}

function workload(i: number): readonly Made[] {
  const name = `agent-${i}`;
  const namespace = `tenant-${i % 40}`;
  const metadata = { name, namespace, labels: { "agentid.dev/tenant": namespace, app: name } };
  const role = urnOf("aws:iam/role:Role", name);
  return [
    { type: "aws:iam/role:Role", name, properties: roleOf(name, namespace) },
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      name,
      properties: { role: name, policy: policyOf(name) },
      dependsOn: { role },
    },
    {
      type: "kubernetes:core/v1:ServiceAccount",
      name,
      properties: {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: {
          ...metadata,
          annotations: { "eks.amazonaws.com/role-arn": `arn:aws:iam::${account}:role/${name}` },
        },
        automountServiceAccountToken: false,
      },
      dependsOn: { metadata: role },
    },
    {
      type: "kubernetes:core/v1:Secret",
      name,
      properties: {
        apiVersion: "v1",
        kind: "Secret",
        metadata,
        data: { token: Buffer.from(`value of ${name}`).toString("base64") },
      },
    },
    { type: "kubernetes:apps/v1:Deployment", name, properties: deploymentOf(name, metadata) },
    {
      type: "aws:s3/bucket:Bucket",
      name,
      properties: { bucket: name, forceDestroy: false, tags: tagsOf(name, namespace) },
    },
  ];
}

/** As a preview has it of a new stack: what refers to a role or a bucket is not known before these are made. */
function withOutputsOpen(made: Made): Made {
  const { type, name, properties } = made;
  switch (type) {
    case "aws:iam/rolePolicy:RolePolicy": {
      const on = { policy: urnOf("aws:s3/bucket:Bucket", name) };
      const open = { role: unknownText, policy: unknownText };
      return { ...made, properties: open, dependsOn: { ...made.dependsOn, ...on } };
    }
    case "kubernetes:core/v1:ServiceAccount": {
      const annotations = { "eks.amazonaws.com/role-arn": unknownText };
      const metadata = { ...(properties["metadata"] as object), annotations };
      return { ...made, properties: { ...properties, metadata } };
    }
    default:
      return made;
  }
}

function withAccountOpen(made: Made): Made {
  if (made.type !== "kubernetes:apps/v1:Deployment") return made;
  const text = JSON.stringify(made.properties).replace(
    /("serviceAccountName":)"[^"]+"/,
    `$1"${unknownText}"`,
  );
  return { ...made, properties: JSON.parse(text) as Made["properties"] };
}

function roleOf(name: string, namespace: string): Record<string, JavaScriptValue> {
  return {
    name,
    path: "/",
    maxSessionDuration: 3600,
    forceDetachPolicies: false,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRoleWithWebIdentity",
          Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
          Condition: {
            StringEquals: {
              [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}`,
              [`${issuer}:aud`]: "sts.amazonaws.com",
            },
          },
        },
      ],
    }),
    tags: tagsOf(name, namespace),
  };
}

function tagsOf(name: string, namespace: string): Record<string, JavaScriptValue> {
  return { app: name, "agentid.dev/tenant": namespace };
}

function policyOf(name: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: `arn:aws:s3:::${name}/*`,
      },
    ],
  });
}

function deploymentOf(
  name: string,
  metadata: Record<string, JavaScriptValue>,
): Record<string, JavaScriptValue> {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          containers: [
            {
              name: "main",
              image: `registry.example/${name}:1.4.2`,
              args: ["--listen=:8080", "--log-format=json"],
              env: [
                { name: "REGION", value: "eu-west-1" },
                { name: "QUEUE_URL", value: `https://queue.example/${name}` },
                { name: "TOKEN", valueFrom: { secretKeyRef: { name, key: "token" } } },
              ],
              ports: [{ containerPort: 8080 }],
              resources: { limits: { memory: "256Mi" } },
            },
          ],
        },
      },
    },
  };
}

function filled<T extends AnalyzeRequest | AnalyzerResource>(message: T, made: Made): T {
  message.setType(made.type);
  message.setUrn(urnOf(made.type, made.name));
  message.setName(made.name);
  message.setProperties(Struct.fromJavaScript(made.properties));
  const options = new AnalyzerResourceOptions();
  options.setParent(urnOf("pulumi:pulumi:Stack", "shop-dev"));
  message.setOptions(options);
  const type = `pulumi:providers:${made.type.slice(0, made.type.indexOf(":"))}`;
  const provider = new AnalyzerProviderResource();
  provider.setType(type);
  provider.setName("default");
  provider.setUrn(urnOf(type, "default"));
  provider.setProperties(Struct.fromJavaScript({ version: "7.0.0", region: "eu-west-1" }));
  message.setProvider(provider);
  return message;
}

/** The URN of a resource of the stack. */
export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::shop::${type}::${name}`;
}
