import type { Fault } from "./unknown-walk";

/** Where the findings on an unknown input are not what the walk requires. */
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
    rules: [
      "no-cross-tenant-trust",
      "no-shared-namespace",
      "require-runtime-policy",
      "require-tenant",
    ],
    at: /:(Pod|ServiceAccount|Deployment|CronJob|Secret) metadata$/,
    because:
      "its labels are unknown with it, of which nobody can say that one of ours is among them",
  },
  {
    is: silent,
    rules: ["no-default-identity"],
    at: /:ServiceAccount metadata(\.name)?$/,
    because: "a name that has to be made up is not `default`",
  },
  {
    is: silent,
    rules: ["no-wildcard-authority"],
    at: / (policy\.Statement\[\]|inlinePolicies\[\]\.policy\.Statement\[\])\.Resource(\[\])?$/,
    because:
      "a resource that is not known is taken for the name of one, which no data of a whole kind has: no output is a wildcard",
  },
  {
    is: silent,
    at: /:Sandbox spec/,
    because: "a custom resource without containers that are known is not known to make pods",
  },
  {
    is: silent,
    rules: ["no-literal-secret"],
    at: /aws-native:secretsmanager:Secret secretString$/,
    because: "a value that waits for a resource is not one that the program holds in clear",
  },
  {
    is: silent,
    rules: secretRules,
    at: /\.(args|command)\[\]$|\.env\[\]\.value$/,
    because: "of a value that is not known only its name can tell that it may be a credential",
  },
  {
    is: silent,
    rules: secretRules.filter((rule) => rule !== "no-literal-secret"),
    at: /\.(args|command)$/,
    because: "that a credential may be among words that are not known is told once",
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
    at: / (metadata(\.name(space)?)?|spec(\.jobTemplate|\.spec|\.template)*(\.containers(\[\](\.envFrom(\[\](\.secretRef(\.name)?)?)?)?)?)?)$/,
    because: "whether there is what a waiver would lift is told by the rule whose finding that is",
  },
  {
    is: silent,
    rules: ["no-fail-open-condition"],
    at: /Condition(\.[^.]+)?$/,
    because: "of conditions whose keys are not known the rule tells that cannot do without them",
  },
  {
    is: silent,
    rules: ["no-dead-condition"],
    at: /StringNotEquals\..*:sub$|Principal\.CanonicalUser$/,
    because: "a value that is not known is not taken for one that has a wildcard or never comes",
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
    is: "new violation",
    rules: ["require-source-identity"],
    at: /:Role assumeRolePolicy.*aws:PrincipalAccount$/,
    because: "an account that is not known yet is taken for one, which a role of it meets",
  },
  {
    is: "nothing to wait for",
    rules: ["require-source-condition"],
    at: /:Role assumeRolePolicy.*aws:PrincipalAccount$/,
    because: "whose account the principal's is no resource settles",
  },
  {
    is: "nothing to wait for",
    rules: ["require-source-condition"],
    at: /:Role assumeRolePolicy(\.Statement)?$|:Role assumeRolePolicy.*sts:SourceIdentity/,
    because:
      "whose account it is no resource settles; a trust policy told it that is not known now",
  },
  {
    is: "nothing to wait for",
    rules: ["require-source-condition"],
    at: /:Role assumeRolePolicy\.Statement\[\](\.Principal(\.Service)?)?$/,
    because:
      "the effect of the other statement is not known either, and all of them are told at once",
  },
  {
    is: "not named",
    rules: ["require-human-approval"],
    at: /:Tool tenant$/,
    because: "whether the call is direct is not known either, and told first",
  },
  {
    is: "not named",
    rules: ["require-source-condition"],
    at: /:Role assumeRolePolicy(\.Statement)?$/,
    because: "whose account it is is said by the settings, and not by the role that told it before",
  },
  {
    is: "nothing to wait for",
    rules: ["require-runtime-policy"],
    at: /:Role assumeRolePolicy\.Statement\[\]\.Condition/,
    because: "whom an account lets is said in that account, and by no resource of the stack",
  },
  {
    is: "not named",
    rules: ["require-subject-condition", "require-issuer-match", "require-audience-condition"],
    at: /:OpenIdConnectProvider url$/,
    because: "the trust policy, which is named, waits for the provider, and so does the finding",
  },
  {
    is: "not named",
    rules: ["no-privilege-escalation"],
    at: /:Role assumeRolePolicy\.Statement\[\]\.(Effect|Action)$/,
    because:
      "the policy, which is named, waits for the role that it passes, and so does the finding",
  },
  {
    is: "not named",
    rules: ["no-cross-tenant-trust", "no-shared-namespace"],
    at: /:Namespace metadata$/,
    because:
      "the namespace of a pod, which is named, waits for the Namespace, and so does the finding",
  },
  {
    is: "nothing to wait for",
    rules: ["no-default-identity"],
    at: /:ClusterRoleBinding subjects\[\]\.namespace$/,
    because: "another subject of the binding is not known either, and told first",
  },
  {
    is: "nothing to wait for",
    rules: ["no-static-tool-credential"],
    at: /:AgentcoreHarness tools\[\]\.name$/,
    because: "the server is told by its place, and waits for what it waits for by its name",
  },
  {
    is: "not named",
    rules: ["no-static-tool-credential"],
    at: /:AgentcoreHarness tools\[\]\.name$/,
    because:
      "the server is told by its place, and what is not known of it is the same as by its name",
  },
  {
    is: "new violation",
    rules: ["no-shared-identity"],
    at: /:(Pod|Deployment) spec(\.serviceAccountName)?$/,
    because:
      "pods of one SPIFFE ID share it whatever their accounts are; those of one account are told of by that",
  },
  {
    is: "nothing to wait for",
    rules: ["require-runtime-policy"],
    at: /:(Policy policy\.Statement\[\]\.Resource|BucketNotification lambdaFunctions\[\](\.lambdaFunctionArn)?)$/,
    because: "another statement, or item of the list, is not known either, and told first",
  },
  {
    is: "not named",
    rules: ["require-runtime-policy"],
    at: /:(Policy policy\.Statement\[\]\.Resource|BucketNotification lambdaFunctions\[\](\.lambdaFunctionArn)?)$/,
    because: "another statement, or item of the list, is not known either, and told first",
  },
];

/** What is not reported yet and has to be. */
export const gaps: readonly Exception[] = [];
