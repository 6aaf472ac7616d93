import { Secret, type ValueRecord } from "../../core/snapshot/value";

/** Properties in which a secret is in its place, by type. */
const places: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:core/v1:Secret": ["data", "stringData"],
  "aws:secretsmanager/secretVersion:SecretVersion": ["secretString", "secretBinary"],
};

/**
 * Marks as secret what stands where secrets belong.
 *
 * The engine hands marked secrets in clear, so that the pack cannot tell them from values that the program holds in
 * clear. In such a place the value is given the benefit of the doubt; only the offline preview can judge it.
 */
export function withSecretPlaces(type: string, properties: ValueRecord): ValueRecord {
  const secret = secretProperties(type, properties).filter(
    (property) => properties[property] !== undefined && properties[property] !== null,
  );
  if (secret.length === 0) return properties;
  const marked = secret.map((property) => [property, new Secret(properties[property] ?? null)]);
  return { ...properties, ...(Object.fromEntries(marked) as Record<string, Secret>) };
}

function secretProperties(type: string, properties: ValueRecord): readonly string[] {
  if (type === "aws:ssm/parameter:Parameter") {
    return properties["type"] === "SecureString" ? ["value"] : [];
  }
  return places[type] ?? [];
}
