import { read } from "../../../../core/snapshot/read";
import { Unknown, type Value } from "../../../../core/snapshot/value";
import type { Reader } from "../../resource/reader";
import { FactList, textAt, valueIn, dependenciesAt } from "../../resource/values";
import { addExposes } from "./documents";
import { placeFor } from "../refs";
import { keyNamed } from "./resource-policies";

/**
 * Reads grants of keys of KMS, which allow a principal to use a key beside the key's policy.
 *
 * The grantee chooses the encryption context of a call. Source: AWS KMS developer guide, "Grants in AWS KMS".
 */
export const keyGrantReader: Reader = {
  name: "aws key grants",
  types: ["aws:kms/grant:Grant"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const key = keyNamed(textAt(resource, "keyId"), placeFor(resource, context));
    if (key !== undefined) addExposes(list, context, key, "granteePrincipal", actionsOf(list));
    return list.all();
  },
};

/** What a grant allows, as actions of KMS: `Decrypt` is `kms:Decrypt`. */
function actionsOf({ resource }: FactList): Value {
  const found = read(resource.inputs, "operations");
  const value = valueIn(found);
  if (Array.isArray(value)) {
    return value.map((each: Value) => (typeof each === "string" ? `kms:${each}` : each));
  }
  return new Unknown(
    dependenciesAt(resource, "operations", found.kind === "unknown" ? found : undefined),
  );
}
