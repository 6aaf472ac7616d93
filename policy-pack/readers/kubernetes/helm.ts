import { credentialsIn } from "../../../core/credential/pieces";
import { read } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import { Secret, Unknown, isList, type Value } from "../../../core/snapshot/value";
import { mcpInText, mcpInValue } from "../mcp";
import type { ReadContext, Reader } from "../reader";
import { FactList, formatted } from "../values";

/** Most values of one release that are looked at. */
const mostValues = 20_000;

/** A text in a release's values, and the name under which it stands. */
interface Leaf {
  readonly path: string;
  readonly under: string | undefined;
  readonly text: string;
  readonly marked: boolean;
}

interface Open {
  readonly value: Value;
  readonly path: string;
  readonly under: string | undefined;
  readonly marked: boolean;
}

/**
 * Reads the values of Helm releases and charts: a credential among them stands in the release and in whatever the chart
 * makes of it.
 *
 * What the chart makes is not read, so the type is still told as not read.
 */
export const helmReader: Reader = {
  name: "helm values",
  types: [
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:helm.sh/v3:Chart",
    "kubernetes:helm.sh/v4:Chart",
  ],
  partial: true,
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    for (const leaf of leavesOf(resource)) sayCredentials(list, context, leaf);
    const at = { urn: resource.urn, property: "values" };
    list.add(...mcpInValue({ config: resource.urn, at }, resource.inputs["values"] ?? null));
    return list.all();
  },
};

function sayCredentials(list: FactList, context: ReadContext, leaf: Leaf): void {
  const { urn } = list.resource;
  list.add(...mcpInText({ config: urn, at: { urn, property: leaf.path } }, leaf.text));
  for (const hit of credentialsIn(leaf.text, leaf.under, context.credentialIn)) {
    const value = context.literalName(hit.text);
    list.add(...formatted({ urn: list.resource.urn, property: leaf.path }, value, hit.found));
    list.say("literal", leaf.path, {
      holder: list.resource.urn,
      credential: hit.found.what,
      ...(hit.under !== undefined && { under: hit.under }),
      grade: hit.found.grade,
      value,
      place: "exposed",
      marked: leaf.marked,
    });
  }
}

function* leavesOf(resource: Resource): Iterable<Leaf> {
  const values = read(resource.inputs, "values");
  const start =
    values.kind === "secret" ? values.secret : values.kind === "present" ? values.value : null;
  const open: Open[] = [{ value: start, path: "values", under: undefined, marked: false }];
  for (let seen = 0; open.length > 0 && seen < mostValues; seen += 1) {
    const here = open.pop();
    if (here === undefined) return;
    const { path, under } = here;
    const marked = here.marked || here.value instanceof Secret;
    const value = here.value instanceof Secret ? here.value.revealForComparison() : here.value;
    if (typeof value === "string") yield { path, under, text: value, marked };
    else if (isList(value)) {
      open.push(
        ...value
          .map((item, index) => ({ value: item, path: `${path}[${index}]`, under, marked }))
          .toReversed(),
      );
    } else if (
      typeof value === "object" &&
      value !== null &&
      !(value instanceof Unknown) &&
      !(value instanceof Secret)
    ) {
      open.push(
        ...Object.entries(value)
          .map(([key, item]) => ({ value: item, path: `${path}.${key}`, under: key, marked }))
          .toReversed(),
      );
    }
  }
}
