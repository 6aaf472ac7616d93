import { credentialsIn } from "../../../domain/secrets/hits";
import { valuePlace } from "../../../domain/secrets/place";
import { named } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import { eventConnectionType } from "../../../../core/aws/events";
import {
  comparableText,
  isInClear,
  knownString,
  listAt,
  read,
  type Step,
} from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import { addGeneratedContents, describedAs } from "../../resource/literals";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, valueIn } from "../../resource/values";
import { addReceived } from "../secrets/received";
import { addUses } from "../compute/uses";
import { addWorkload } from "../compute/workload";

const top = "authParameters";

/** Where a connection has what it proves itself by, and what that is called. */
const proofs = [
  { path: ["apiKey", "value"], under: "apiKey" },
  { path: ["basic", "password"], under: "password" },
  { path: ["oauth", "clientParameters", "clientSecret"], under: "clientSecret" },
] as const;

/** Where it has further parameters of its calls. */
const added = [["invocationHttpParameters"], ["oauth", "oauthHttpParameters"]] as const;
const addedLists = ["headers", "queryStrings", "bodies"] as const;

/**
 * Reads connections of EventBridge: each calls an API with a static key, a password or the secret of a client.
 *
 * EventBridge stores that in a secret of Secrets Manager, also parameters that are marked as secret. Other parameters are
 * visible to every reader of the connection (EventBridge user guide, connections; `CreateConnection`, `IsValueSecret`).
 */
export const eventConnectionReader: Reader = {
  name: "aws event connections",
  types: [eventConnectionType],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const workload = addWorkload(list, context, "EventBridge connection");
    for (const { path, under } of proofs) addProof(list, context, workload, path, under);
    for (const way of added) {
      for (const part of addedLists) {
        for (const [index, item] of listAt(resource.inputs, top, ...way, part).entries()) {
          addParameter(list, context, workload, [...way, part, index], item);
        }
      }
    }
    return list.all();
  },
};

function addParameter(
  list: FactList,
  context: ReadContext,
  workload: Name,
  path: readonly Step[],
  item: Value,
): void {
  const under = knownString(item, "key");
  const isSecret = valueIn(read(item, "isValueSecret")) === true;
  if (isSecret) {
    addProof(list, context, workload, [...path, "value"], under ?? "value");
    return;
  }
  const value = valueIn(read(item, "value"));
  const place = { workload, top, property: propertyOf([...path, "value"]), under } as const;
  if (value !== undefined) addReceived(list, context, { ...place, through: "env" }, value);
}

/** The value where a connection stores it: the connection uses it, in plain text where the program does not mark it. */
function addProof(
  list: FactList,
  context: ReadContext,
  workload: Name,
  path: readonly Step[],
  under: string,
): void {
  const { urn, inputs } = list.resource;
  const property = propertyOf(path);
  const found = read(inputs, top, ...path);
  if (found.kind === "unknown") {
    const own = valuePlace(urn, property);
    if (addGeneratedContents(list, own, property, found.dependsOn, top)) {
      addUses(list, { workload, property, through: "env", under }, named(own));
    }
    return;
  }
  const text = comparableText(inputs, top, ...path) ?? "";
  for (const hit of credentialsIn(text, under, context.credentialIn)) {
    const value = context.literalName(hit.text);
    list.add("literal", property, {
      holder: workload,
      ...describedAs(hit.found, under),
      value,
      place: "in its place",
      marked: !isInClear(found),
    });
  }
}

function propertyOf(path: readonly Step[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}.${step}`),
    top,
  );
}
