import { credentialsIn } from "../../../core/credential/pieces";
import { valuePlace } from "../../../core/credential/place";
import { isReference } from "../../../core/credential/value";
import { saysChosen } from "../../../core/credential/name";
import { named } from "../../../core/graph/fact-values";
import type { Urn } from "../../../core/snapshot/value";
import { elsewhereBy } from "../calls";
import { mcpInText, mcpInValue } from "../mcp";
import type { ReadContext, Reader } from "../reader";
import { FactList, formatted } from "../values";
import { mayBeCredential } from "./generated";
import { referencesIn } from "./helm-references";
import { releaseOf, releaseWorkload, servesByChart } from "./helm-release";
import { leavesOf, type Leaf } from "./helm-values";

/**
 * Reads the values of Helm releases and charts: a credential among them stands in the release and in whatever the chart
 * makes of it, and so does a Secret that they name.
 *
 * All that one release makes is one workload. What the chart makes is not read, so the type is still told as not read.
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
    const release = releaseOf(resource, context);
    list.add(...releaseWorkload(release), ...referencesIn(release));
    let isMarkedAround = false;
    for (const leaf of leavesOf(resource)) {
      sayCalls(list, leaf);
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

/** Where a setting among the values sends the calls of what the chart makes, where it is one that does. */
function sayCalls(list: FactList, { path, under, text, waitsFor }: Leaf): void {
  if (under === undefined) return;
  const elsewhere = elsewhereBy(under, text ?? { waitsFor });
  if (elsewhere === undefined) return;
  list.say("calls", path, { caller: list.resource.urn, setting: under, elsewhere });
}

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
    if (servesByChart(list.resource) && hit.under !== undefined && saysChosen(hit.under)) {
      // The server of the chart checks its passwords: told before the literal is.
      list.say("holds", leaf.path, {
        workload: urn,
        secret: named(value),
        through: "helm values",
        apart: "verifier",
      });
    }
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
