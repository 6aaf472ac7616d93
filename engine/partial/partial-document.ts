import { Unknown, isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { policyDocument } from "../providers/functions/policy-document";
import { partlyMade } from "./partly-made";

/** Where an unknown is moved as it is from the arguments to the document. */
const MOVED =
  /^statements\.\d+\.((notActions|actions|notResources|resources|(notPrincipals|principals)\.\d+\.identifiers|conditions\.\d+\.values)(\.\d+)?|effect|sid|conditions\.\d+\.(test|variable))$/;

/** Lists that may be unknown as a whole: the document then has one unknown in their place. */
const LISTS = /^(notActions|actions|notResources|resources|identifiers|values)$/;

/**
 * What `aws:iam/getPolicyDocument:getPolicyDocument` gives where parts of its arguments are not known, with these in their
 * places; undefined where they are where they decide what becomes of the rest.
 */
export function partialDocument(args: ValueRecord): ValueRecord | undefined {
  if (!unknownsIn(args, "").every((path) => MOVED.test(path))) return undefined;
  const print = (result: "json" | "minifiedJson"): Value =>
    partlyMade([withListed(args)], ([plain]) => {
      const computed = policyDocument(isRecord(plain) ? plain : {});
      if (computed.kind === "refused") throw new Error(computed.reason);
      return computed.result[result] as string;
    });
  return { ...args, id: new Unknown(), json: print("json"), minifiedJson: print("minifiedJson") };
}

function unknownsIn(value: Value, path: string): readonly string[] {
  if (value instanceof Unknown) return [path];
  if (!isList(value) && !isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    unknownsIn(item, path === "" ? key : `${path}.${key}`),
  );
}

function withListed(value: Value): Value {
  if (isList(value)) return value.map(withListed);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      item instanceof Unknown && LISTS.test(key) ? [item] : withListed(item),
    ]),
  );
}
