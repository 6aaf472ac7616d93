import {
  PartialText,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { readPartialJson, withoutParts } from "./partly-made";

/** Properties with a policy: `policy`, `assumeRolePolicy`, `accessPolicies`, `policyDocument`. */
const POLICIES = /polic(y|ies)(Document)?$/i;

/** The property with the containers of an ECS task. */
const CONTAINERS = "containerDefinitions";

/**
 * Properties with the policies of which only parts are not known as objects, in the form in which SDKs take these too: a
 * program in TypeScript that gives a policy as an object is judged by all that is known of it. Containers of a task of
 * which only parts are not known, such as an image, become a list.
 */
export function withKnownDocuments(properties: ValueRecord): ValueRecord {
  const record: OpenRecord = {};
  for (const [key, value] of Object.entries(properties)) {
    setOwn(record, key, knownOf(key, value));
  }
  return record;
}

function knownOf(key: string, value: Value): Value {
  if (value instanceof PartialText) {
    if (key !== CONTAINERS && !POLICIES.test(key)) return value;
    const read = readPartialJson(value) ?? value;
    const isKnown =
      key === CONTAINERS
        ? isList(read) && read.every(isRecord)
        : isRecord(read) && Object.hasOwn(read, "Statement");
    if (!isKnown) return value;
    // A part of a name in a policy is no name; a credential may be in a part of a container's text.
    return key === CONTAINERS ? read : withoutParts(read);
  }
  if (isList(value)) return value.map((item) => knownOf(key, item));
  return isRecord(value) ? withKnownDocuments(value) : value;
}
