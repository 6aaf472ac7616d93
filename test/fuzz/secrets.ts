import { Secret, Unknown, isRecord, type Value } from "../../core/snapshot/value";
import type { Random } from "./random";

/** A part of each value at a location for secrets, which no output shows. */
export const canary = "cAnArY-k3ep1tQu1et";

/** Planted in plain text, and marked: a marked text that is somewhere in plain text as well is no secret, and is shown. */
const [plain, marked] = [`${canary}-7d1f`, `${canary}-9e2a`];

/** Keys below which values are secret, or may be, whether or not a program marks them. */
const places = [
  "data",
  "stringData",
  "value",
  "args",
  "command",
  "password",
  "secretString",
  "environment",
  "userData",
];

/** Keys of policy documents, whose parts a program may mark as secret. */
const documents = ["assumeRolePolicy", "policy", "inlinePolicies"];

/**
 * Keys below which there are names again: of the stores, sources and targets of External Secrets, and of Secrets and keys that
 * Tekton fills in.
 */
const names = ["remoteRef", "sourceRef", "match", "secretKey", "params"];

/**
 * Whether values of a chart name a Secret there, or its key: `authSecretName: crm`, `existingSecret: crm`, `apiKeySecretRef: crm`,
 * `apiKeySecret: { name: crm, key: key }`; so does a variable by `secretKeyRef`, and a header of kagent by
 * `valueFrom: { type: Secret, name: crm, key: key }`. So do volumes and the account of a pod.
 */
function namesSecret(key: string, value: Value): boolean {
  if (namesText.test(key)) return true;
  if (!isRecord(value)) return false;
  return /Secret$/.test(key) || (key === "secret" && "name" in value) || value["type"] === "Secret";
}

const namesText =
  /[sS]ecret(?:Name|Ref|Key|KeyRef)$|[eE]xistingSecret|^(?:envFromSecret|extraEnvVarsSecret|envFromSecrets|environmentSecrets|imagePullSecrets|secretProviderClass|serviceAccountName)$/;

/** The value with secrets planted in it: plain at locations for secrets, and marked in policy documents. */
export function withSecrets(value: Value, random: Random): Value {
  return planted(value, "nowhere", random);
}

type Where = "nowhere" | "place" | "document" | "name";

function below(key: string, value: Value, where: Where): Where {
  if (where === "name" || names.includes(key) || namesSecret(key, value)) return "name";
  if (places.includes(key)) return "place";
  return documents.includes(key) ? "document" : where;
}

function planted(value: Value, where: Where, random: Random): Value {
  if (value instanceof Unknown || value instanceof Secret) return value;
  if (where === "document" && random.oneIn(20)) return new Secret(marked);
  if (where === "place" && typeof value === "string" && random.oneIn(2)) return plain;
  if (Array.isArray(value)) {
    return (value as readonly Value[]).map((each) => planted(each, where, random));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      planted(each, where === "document" ? where : below(key, each, where), random),
    ]),
  );
}
