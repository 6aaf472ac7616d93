import type { Fault } from "./unknown-walk";

/** Where what the rules say of an input that is not known is not what the walk asks for. */
export interface Exception {
  readonly is: Fault["is"];
  /** Default: any rule. */
  readonly rules?: readonly string[];
  /** Fits the type and the path: `aws:iam/role:Role tags`, with `[]` for each index. */
  readonly at: RegExp;
  readonly because: string;
}

const silent = "silent";
const secretRules = [
  "no-literal-secret",
  "no-shared-secret",
  "no-static-model-key",
  "no-static-tool-credential",
];

/** What is right as it is. */
export const exceptions: readonly Exception[] = [
  {
    is: silent,
    at: / (tags|tags\[\]|tags\[\]\.key|metadata\.labels)$/,
    because:
      "of labels and tags that are wholly unknown nobody can say that one of ours is among them",
  },
  {
    is: silent,
    at: /:Sandbox spec/,
    because: "a custom resource without containers that are known is not known to make pods",
  },
  {
    is: silent,
    rules: secretRules,
    at: /\.(args|command)(\[\])?$|\.env\[\]\.value$/,
    because: "of a value that is not known only its name can tell that it may be a credential",
  },
  {
    is: silent,
    rules: [...secretRules, "require-short-token"],
    at: /(ConfigMap|:Secret) (data|stringData)|Release values|userData|clientSecret|oauth2ProviderConfig$|oauth2ProviderConfig\.github|(environmentVariables|environment\.variables)\.(MCP|CRM)$/,
    because: "of a text that is not known nobody can say that something stands in it",
  },
  {
    is: silent,
    rules: ["require-valid-waiver"],
    at: /./,
    because: "what a waiver would lift is not certain, and is told itself",
  },
  {
    is: "new violation",
    rules: ["no-default-identity"],
    at: /:Pod (metadata|spec)/,
    because: "a role of a default account counts also where no workload is known to run as it",
  },
  {
    is: "new violation",
    rules: ["require-runtime-policy"],
    at: /Gateway roleArn|Role name/,
    because: "the way is told of the role itself where nobody knows what runs as it",
  },
  {
    is: "new violation",
    rules: ["no-static-tool-credential"],
    at: /GatewayTarget credentialProviderConfiguration|tools\[\]\.name/,
    because: "the provider is told where no target of it is known, and a server by its place",
  },
  {
    is: "new violation",
    rules: ["require-audience-condition"],
    at: /Condition\..*:sub$/,
    because: "that no condition tests the audience is so whatever the subject turns out to be",
  },
  {
    is: "new violation",
    rules: ["no-open-gateway"],
    at: /:Route routeKey$/,
    because:
      "a route that asks nobody leaves a WebSocket open whether or not callers connect by it",
  },
  {
    is: silent,
    rules: ["no-static-tool-credential"],
    at: /RolePolicy policy(\.Statement)?$/,
    because: "what a policy that is not known allows is told once, of the policy",
  },
  {
    is: "nothing to wait for",
    at: / (metadata|name|agentRuntimeName|assumeRolePolicy|spec\.secretStoreRef|policy$)/,
    because:
      "the thing that it may be is named in the message, or no resource of the stack would settle it",
  },
  {
    is: "nothing to wait for",
    at: /Condition|Principal|Statement/,
    because: "whose account it is no resource of the stack would settle",
  },
];

/** What is not told yet and has to be. */
export const gaps: readonly Exception[] = [
  {
    is: silent,
    at: / metadata(\.name|\.namespace)?$/,
    because: "an object whose name is not known is not taken for the one that another names",
  },
  {
    is: silent,
    at: /(Role|Policy|Function) name$/,
    because: "a resource of AWS whose name is not known is not taken for the one that a text names",
  },
  {
    is: silent,
    at: /Statement\[\]\.Resource(\[\])?$|lambdaArn$|targetConfiguration(\.mcp(\.lambda)?)?$/,
    because: "what waits for something else of the stack is not taken for the tool or bucket",
  },
  {
    is: silent,
    at: /RolePolicy role$|RolePolicyAttachment role$|Function role$|Gateway roleArn$|Association roleArn$|role-arn$|metadata\.annotations$|serviceAccountName$|Deployment spec(\.template(\.spec)?)?$|Pod spec$/,
    because: "who runs as what, or obtains which role, is told by no-shared-identity at most",
  },
  {
    is: silent,
    rules: ["no-cross-tenant-access"],
    at: /assumeRolePolicy$|bucketPolicy:BucketPolicy/,
    because: "a policy that may let in is told of only where something else lets in already",
  },
  {
    is: silent,
    rules: ["no-cross-tenant-binding", "no-cross-tenant-trust", "no-shared-namespace"],
    at: /CustomResourceDefinition|agentid\.dev\/(tenant|workload)$|subjects\[\]\.namespace$|resourceNames\[\]$|spiffeIDTemplate$|ClusterSPIFFEID spec$/,
    because: "where one of two tenants or scopes is not known, the other alone is looked at",
  },
  {
    is: silent,
    rules: [...secretRules, "no-cross-tenant-secret"],
    at: /ExternalSecret spec|apiKeySecretConfig|environment(Variables|\.variables)?(\.CRM_SECRET_ARN)?$|containerDefinitions$|HarnessAgent|Harness tools$|envFrom\[\]\.prefix$|\.key$|env\[\]\.name$/,
    because: "which secret it is, or under which name, is told by no other rule for this one",
  },
  {
    is: silent,
    rules: ["no-legacy-token-secret"],
    at: /SecretList items/,
    because: "a list of Secrets that is not known is not read",
  },
  {
    is: silent,
    rules: [
      "no-dead-condition",
      "no-fail-open-condition",
      "require-pod-identity-condition",
      "require-short-session",
      "require-source-condition",
      "require-runtime-policy",
    ],
    at: /assumeRolePolicy\./,
    because: "of a part of a trust policy that is not known only the graver rules tell",
  },
  {
    is: silent,
    rules: ["no-node-identity-fallback"],
    at: /userData$|version$/,
    because: "whether machines join a cluster, or start from an old image, is taken to be no",
  },
  {
    is: silent,
    rules: ["no-open-gateway"],
    at: /apigateway/,
    because: "a route whose API, key or integration is not known leads nowhere",
  },
  {
    is: "new violation",
    rules: ["no-open-gateway"],
    at: /protocolType$/,
    because: "an API whose protocol is not known is taken for one of HTTP",
  },
  {
    is: silent,
    rules: ["no-wildcard-authority"],
    at: /aggregate-to/,
    because: "a ClusterRole whose label is not known is not taken in by another",
  },
  {
    is: silent,
    rules: ["require-human-approval", "require-tenant", "require-runtime-policy"],
    at: /agentid:index|agentid\.dev\/kind$|Role path$|subjects\[\]\./,
    because: "a tool, a path or an account that is not known is not taken for any",
  },
];
