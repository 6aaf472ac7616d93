import { isList, isRecord, type Value, type ValueRecord } from "./value";

/** A step on the path to a secret: a property, each (`*`), or each item of a list with such a property. */
type Step = string | { readonly eachWith: string };

interface Places {
  /** The paths to secrets from a resource's inputs; at the end of one is a secret, or a map of them. */
  readonly ways: readonly (readonly Step[])[];
  /** Whether the provider's SDK marks the value as secret, whatever the program has. */
  readonly marked: boolean;
}

const ofSecret = [["data"], ["stringData"]];
const clientSecret = ["*", "clientSecret"];
const parameters = ["headers", "queryStrings", "bodies"].map((list): readonly Step[] => [
  ...[list, { eachWith: "isValueSecret" }, "value"],
]);

/**
 * Where secrets belong, by type.
 *
 * Source: the constructors of `@pulumi/kubernetes` 4, `@pulumi/aws` 7 and `@pulumi/aws-native` 1, which marks nothing.
 */
const places: ReadonlyMap<string, Places> = new Map([
  ["kubernetes:core/v1:Secret", { ways: ofSecret, marked: true }],
  ["kubernetes:core/v1:SecretPatch", { ways: ofSecret, marked: true }],
  [
    "kubernetes:core/v1:SecretList",
    { ways: ofSecret.map((way) => ["items", "*", ...way]), marked: false },
  ],
  [
    "aws:secretsmanager/secretVersion:SecretVersion",
    { ways: [["secretString"], ["secretBinary"], ["secretStringWo"]], marked: true },
  ],
  // Of a plain parameter too: its reader handles that it is no location for secrets, whatever is marked.
  ["aws:ssm/parameter:Parameter", { ways: [["value"], ["valueWo"]], marked: true }],
  [
    "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider",
    { ways: [["apiKey"], ["apiKeyWo"]], marked: true },
  ],
  [
    "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider",
    {
      ways: [
        ["oauth2ProviderConfig", ...clientSecret],
        ["oauth2ProviderConfig", "*", "clientSecretWo"],
      ],
      marked: false,
    },
  ],
  [
    "aws:cloudwatch/eventConnection:EventConnection",
    {
      ways: [
        ["apiKey", "value"],
        ["basic", "password"],
        ["oauth", "clientParameters", "clientSecret"],
        ...parameters.map((way) => ["invocationHttpParameters", ...way]),
        ...parameters.map((way) => ["oauth", "oauthHttpParameters", ...way]),
      ].map((way) => ["authParameters", ...way]),
      marked: false,
    },
  ],
  ["aws-native:secretsmanager:Secret", { ways: [["secretString"]], marked: false }],
  ["aws-native:bedrockagentcore:ApiKeyCredentialProvider", { ways: [["apiKey"]], marked: false }],
  [
    "aws-native:bedrockagentcore:OAuth2CredentialProvider",
    { ways: [["oauth2ProviderConfigInput", ...clientSecret]], marked: false },
  ],
]);

/** The types whose values at locations for secrets are marked by the provider's SDK. */
export const typesMarkedBySdk: readonly string[] = [...places].flatMap(([type, { marked }]) =>
  marked ? [type] : [],
);

/**
 * The types whose plain values an SDK marks by itself, as any environment. Principals that may describe the resource can read
 * them. So nothing there is at a location for secrets, and most of it is no secret.
 *
 * For the others that it marks, no reader uses the marked values.
 *
 * Source: the constructors of `@pulumi/aws` 7.
 */
export const typesMarkedInTheOpen: readonly string[] = [
  "aws:bedrock/agentcoreHarness:AgentcoreHarness",
  "aws:mwaa/environment:Environment",
  "aws:glue/connection:Connection",
  "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
];

/** The inputs of a resource of a type with other values at locations for secrets. */
export function inSecretPlaces(
  type: string,
  inputs: ValueRecord,
  as: (value: Value) => Value,
): ValueRecord {
  const ways = places.get(type)?.ways ?? [];
  return ways.reduce((record, way) => recordWith(record, way, as), inputs);
}

function recordWith(
  record: ValueRecord,
  way: readonly Step[],
  as: (value: Value) => Value,
): ValueRecord {
  const [step, ...rest] = way;
  const keys = step === "*" ? Object.keys(record) : typeof step === "string" ? [step] : [];
  const changed = keys.flatMap((key) => {
    const value = record[key];
    return value === undefined || value === null
      ? []
      : [[key, valueWith(value, rest, as)] as const];
  });
  return changed.length === 0 ? record : { ...record, ...Object.fromEntries(changed) };
}

function valueWith(value: Value, way: readonly Step[], as: (value: Value) => Value): Value {
  const [step, ...rest] = way;
  if (step === undefined) return as(value);
  if (isRecord(value)) return recordWith(value, way, as);
  if (!isList(value) || (typeof step === "string" && step !== "*")) return value;
  return value.map((item) =>
    typeof step === "string" || (isRecord(item) && item[step.eachWith] === true)
      ? valueWith(item, rest, as)
      : item,
  );
}
