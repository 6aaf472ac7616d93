import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { changeAt, mapped } from "./field-path";
import { fieldsOf, type FieldSpec } from "./field-specs";
import { gvkOf } from "./ids";
import { patternOf } from "../../../core/snapshot/regular-expression";

/** By what an image is replaced. */
export interface OtherImage {
  /** A regular expression that the whole name must fit. */
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
  readonly tagSuffix: string;
  readonly digest: string;
}

/**
 * What replaces an image in an object: of all containers, and in what else fields say; undefined where its name is a regular
 * expression that is not carried out here.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/filters/imagetag.
 */
export function imageReplacer(
  image: OtherImage,
  fields: readonly FieldSpec[],
): ((object: ValueRecord) => ValueRecord) | undefined {
  const pattern = patternOf(
    `^${image.name}(:[a-zA-Z0-9_.{}-]*|:[a-zA-Z0-9_.{}-]*@sha256:[a-zA-Z0-9_.{}-]*|@sha256:[a-zA-Z0-9_.{}-]*|)$`,
  );
  if (pattern === undefined) return undefined;
  const replace = (found: Value): Value =>
    typeof found === "string" && pattern(found) ? replaced(found, image) : found;
  return (object) => {
    if (gvkOf(object).kind === "CustomResourceDefinition") return object;
    let made = inContainers(object, replace) as ValueRecord;
    for (const { parts } of fieldsOf(fields, object)) {
      made = changeAt(made, parts, undefined, replace) as ValueRecord;
    }
    return made;
  };
}

function inContainers(value: Value, replace: (found: Value) => Value): Value {
  if (isList(value)) return mapped(value, (item) => inContainers(item, replace));
  if (!isRecord(value)) return value;
  let made = value;
  for (const [key, inner] of Object.entries(value)) {
    let changed = inContainers(inner, replace);
    if ((key === "containers" || key === "initContainers") && isList(changed)) {
      changed = mapped(changed, (container) =>
        isRecord(container) ? changeAt(container, ["image"], undefined, replace) : container,
      );
    }
    if (changed !== inner) made = { ...made, [key]: changed };
  }
  return made;
}

function replaced(text: string, image: OtherImage): string {
  const split = splitImage(text);
  const name = image.newName === "" ? split.name : image.newName;
  let { tag, digest } = split;
  if (image.newTag !== "" || image.digest !== "") {
    tag = image.newTag;
    digest = image.digest;
  } else if (image.tagSuffix !== "") {
    tag += image.tagSuffix;
    digest = "";
  }
  return `${name}${tag === "" ? "" : `:${tag}`}${digest === "" ? "" : `@${digest}`}`;
}

function splitImage(text: string): { name: string; tag: string; digest: string } {
  const slash = text.indexOf("/");
  const from = slash > 0 ? slash : 0;
  const at = text.indexOf("@", from);
  const colon = text.indexOf(":", from);
  if (at >= 0 && (colon < 0 || at < colon)) {
    return { name: text.slice(0, at), tag: "", digest: text.slice(at + 1) };
  }
  if (colon < 0) return { name: text, tag: "", digest: "" };
  const end = at < 0 ? text.length : at;
  return {
    name: text.slice(0, colon),
    tag: text.slice(colon + 1, end),
    digest: text.slice(end + 1),
  };
}
