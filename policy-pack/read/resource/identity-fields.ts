import { wordsOf } from "../../domain/secrets/name";
import {
  Secret,
  Unknown,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../../../core/snapshot/value";

/** Head nouns of inputs that name an identity, or say who may use something. */
const heads = new Set(["role", "roles", "principal", "principals", "trust"]);

/** The last two words of such inputs: `roleArn`, `iamRoleName`, `serviceAccount`, `policyDocument`. */
const endings =
  /(?:^| )(?:roles? arns?|roles? names?|principals? arns?|service account(?: name)?|(?:access|resource|trust|role) policy|policy (?:document|arns?)|instance profile(?: arn| name)?)$/;

/** ARNs of identities, and of sessions as them. */
const identityArn = /arn:[\w-]+:(?:iam|sts)::[^:]*:[a-z-]+\//;

/**
 * Whether the inputs of a resource have a field of an identity: a role, a principal, or a policy document.
 *
 * A number or a flag is none: `blockPublicPolicy: true` names no identity.
 */
export function hasIdentityField(inputs: ValueRecord): boolean {
  const open: { readonly value: Value; readonly name: string }[] = [{ value: inputs, name: "" }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { name } = next;
    const value = next.value instanceof Secret ? next.value.revealForComparison() : next.value;
    if (typeof value === "string" || value instanceof Unknown) {
      if (isIdentity(value, name)) return true;
    } else if (isList(value)) for (const item of value) open.push({ value: item, name });
    else if (isRecord(value)) {
      if (isList(value["Statement"])) return true;
      for (const [key, item] of Object.entries(value)) open.push({ value: item, name: key });
    }
  }
  return false;
}

/** Whether an input is one that names roles, as `serviceRole` and `roleArns` do. */
export function namesRole(name: string): boolean {
  // Each input of each resource comes here, and hardly one is about a role.
  return /role/i.test(name) && /(?:^| )roles?(?: arns?| names?)?$/.test(wordsOf(name).join(" "));
}

function isIdentity(value: string | Unknown, name: string): boolean {
  if (value === "") return false;
  if (typeof value === "string" && (identityArn.test(value) || /"Statement"\s*:/.test(value))) {
    return true;
  }
  const words = wordsOf(name);
  return heads.has(words.at(-1) ?? "") || endings.test(words.join(" "));
}
