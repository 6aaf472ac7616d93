import { Secret, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";

/** The way from a resource's properties to a secret; `*` is every property. */
type Path = readonly [string, ...string[]];

const oauth2 = ["oauth2ProviderConfig", "*"] as const;

/** Where a secret is in its place, by type. */
const places: Readonly<Record<string, readonly Path[]>> = {
  "kubernetes:core/v1:Secret": [["data"], ["stringData"]],
  "aws:secretsmanager/secretVersion:SecretVersion": [
    ["secretString"],
    ["secretBinary"],
    ["secretStringWo"],
  ],
  "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider": [
    [...oauth2, "clientSecret"],
    [...oauth2, "clientSecretWo"],
  ],
};

/**
 * Marks as secret what stands where secrets belong.
 *
 * The engine hands marked secrets in clear, so that the pack cannot tell them from values that the program holds in
 * clear. In such a place the value is given the benefit of the doubt; only the offline preview can judge it.
 */
export function withSecretPlaces(type: string, properties: ValueRecord): ValueRecord {
  return pathsOf(type, properties).reduce(markedIn, properties);
}

function pathsOf(type: string, properties: ValueRecord): readonly Path[] {
  if (type === "aws:ssm/parameter:Parameter") {
    return properties["type"] === "SecureString" ? [["value"], ["valueWo"]] : [];
  }
  return places[type] ?? [];
}

function markedIn(record: ValueRecord, path: readonly string[]): ValueRecord {
  const [step, ...rest] = path;
  const keys = step === "*" ? Object.keys(record) : step === undefined ? [] : [step];
  const marked = keys.flatMap((key) => {
    const value = record[key];
    return value === undefined || value === null ? [] : [[key, markedAt(value, rest)] as const];
  });
  return marked.length === 0 ? record : { ...record, ...Object.fromEntries(marked) };
}

function markedAt(value: Value, path: readonly string[]): Value {
  if (path.length === 0) return new Secret(value);
  return isRecord(value) ? markedIn(value, path) : value;
}
