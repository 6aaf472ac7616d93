import { credentialsIn } from "../../../core/credential/pieces";
import { valuePlace } from "../../../core/credential/place";
import { isReference } from "../../../core/credential/value";
import type { Resource } from "../../../core/snapshot/resource";
import { Secret, Unknown, isList, type Urn, type Value } from "../../../core/snapshot/value";
import { mcpInText, mcpInValue } from "../mcp";
import type { ReadContext, Reader } from "../reader";
import { FactList, formatted, waitingFor } from "../values";
import { mayBeCredential } from "./generated";
import type { Mark } from "./literals";

/** Most values of one release that are looked at. */
const mostValues = 20_000;

/** A text in a release's values, and the name under which it stands. */
interface Leaf {
  readonly path: string;
  readonly under: string | undefined;
  /** Undefined where a preview cannot know it. */
  readonly text: string | undefined;
  readonly waitsFor: readonly Urn[];
  /** Whether the program marks the value as secret, or only something around it. */
  readonly mark: Mark;
}

interface Open {
  readonly value: Value;
  readonly path: string;
  readonly under: string | undefined;
  readonly mark: Mark;
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
    let isMarkedAround = false;
    for (const leaf of leavesOf(resource)) {
      isMarkedAround ||= leaf.mark === "around" && leaf.text !== undefined;
      if (leaf.text === undefined) sayUnknown(list, leaf);
      else sayCredentials(list, context, leaf, leaf.text);
    }
    // What is marked as secret as a whole has a credential somewhere: which of its values that is cannot be told.
    if (isMarkedAround && !list.has("literal")) {
      sayLiteral(list, "values", undefined, true, []);
    }
    const at = { urn: resource.urn, property: "values" };
    list.add(...mcpInValue({ config: resource.urn, at }, resource.inputs["values"] ?? null));
    return list.all();
  },
};

/** A value that is not known yet, where its name, its mark or what makes it says that it is a credential. */
function sayUnknown(list: FactList, { path, under, mark, waitsFor }: Leaf): void {
  const value = { kind: "unknown", waitsFor, secret: mark !== "none" } as const;
  // Of values that are not known at all nobody can tell.
  if (path !== "values" && !mayBeCredential(value, under)) return;
  sayLiteral(list, path, under, mark !== "none", waitsFor);
}

function sayLiteral(
  list: FactList,
  path: string,
  under: string | undefined,
  marked: boolean,
  waitsFor: readonly Urn[],
): void {
  list.say("literal", path, {
    holder: list.resource.urn,
    credential: under === undefined ? "a secret value" : `value of ${under}`,
    ...(under !== undefined && { under }),
    grade: "critical",
    value: valuePlace(list.resource.urn, path),
    place: "exposed",
    marked,
    unknown: true,
    ...(waitsFor.length > 0 && { waitsFor }),
  });
}

function sayCredentials(list: FactList, context: ReadContext, leaf: Leaf, text: string): void {
  const { urn } = list.resource;
  list.add(...mcpInText({ config: urn, at: { urn, property: leaf.path } }, text));
  const found = credentialsIn(text, leaf.under, context.credentialIn);
  const isOne = leaf.mark === "value" && text !== "" && !isReference(text);
  const credential = leaf.under === undefined ? "a secret value" : `value of ${leaf.under}`;
  const whole = {
    text,
    under: leaf.under,
    found: { what: credential, grade: "critical" },
  } as const;
  for (const hit of found.length === 0 && isOne ? [whole] : found) {
    const value = context.literalName(hit.text);
    list.add(...formatted({ urn: list.resource.urn, property: leaf.path }, value, hit.found));
    list.say("literal", leaf.path, {
      holder: list.resource.urn,
      credential: hit.found.what,
      ...(hit.under !== undefined && { under: hit.under }),
      grade: hit.found.grade,
      value,
      place: "exposed",
      marked: leaf.mark !== "none",
    });
  }
}

function* leavesOf(resource: Resource): Iterable<Leaf> {
  const start = resource.inputs["values"] ?? null;
  const open: Open[] = [{ value: start, path: "values", under: undefined, mark: "none" }];
  for (let seen = 0; open.length > 0 && seen < mostValues; seen += 1) {
    const here = open.pop();
    if (here === undefined) return;
    const { path, under } = here;
    const isOwn = here.value instanceof Secret;
    const value = here.value instanceof Secret ? here.value.revealForComparison() : here.value;
    const mark = isOwn ? "value" : here.mark;
    const inside: Mark = mark === "none" ? "none" : "around";
    if (typeof value === "string") yield { path, under, text: value, waitsFor: [], mark };
    else if (value instanceof Unknown) {
      const waitsFor = waitingFor(resource, "values", value.waitsFor);
      const itself = value.secret ? "value" : mark;
      yield { path, under, text: undefined, waitsFor, mark: itself };
    } else if (isList(value)) {
      open.push(
        ...value
          .map((item, index) => ({ value: item, path: `${path}[${index}]`, under, mark: inside }))
          .toReversed(),
      );
    } else if (typeof value === "object" && value !== null && !(value instanceof Secret)) {
      open.push(
        ...Object.entries(value)
          .map(([key, item]) => ({ value: item, path: `${path}.${key}`, under: key, mark: inside }))
          .toReversed(),
      );
    }
  }
}
