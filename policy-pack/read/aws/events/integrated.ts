import { notKnown } from "../../../../core/certainty";
import { named } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { ReadContext } from "../../resource/reader";
import { textAt, type FactList } from "../../resource/values";
import { lambda, nameOf, scopeFor } from "../refs";

/**
 * ARNs of functions in a text, as URIs of integrations contain them.
 *
 * Source: API Gateway developer guide, Lambda integrations: `…:lambda:path/2015-03-31/functions/<ARN>/invocations`.
 */
const functionArns = /arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+/g;

/** States which functions calls are sent on to that are integrated by a text, or that it is not known what. */
export function addIntegrated(
  list: FactList,
  context: ReadContext,
  from: Name,
  property: string,
): void {
  const text = textAt(list.resource, property);
  if (text === undefined) return;
  if (text.kind === "known") {
    for (const arn of new Set(text.text.match(functionArns))) {
      const name = nameOf(lambda, arn, scopeFor(lambda, list.resource, context));
      if (name !== undefined) list.add("forwards", property, { from, to: named(name) });
    }
    return;
  }
  const functions = text.dependsOn.filter((urn) => lambda.types.includes(typeInUrn(urn)));
  for (const name of new Set(functions)) list.add("forwards", property, { from, to: named(name) });
  if (functions.length === 0) {
    list.add("forwards", property, { from, to: notKnown(text) });
  }
}
