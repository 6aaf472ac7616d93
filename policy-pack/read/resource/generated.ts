import type { Generated } from "../../../core/aws/aws-type";
import { typesWith } from "../../../core/aws/types";
import { shortestCredential } from "../../domain/secrets/value";
import { comparableText } from "../../../core/snapshot/read";
import { typeInUrn, type Resource } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";
import type { ReadContext } from "./reader";
import type { FactList } from "./values";

/**
 * The types of resources that a credential may come from.
 *
 * Source: the outputs and `Sensitive` marks of terraform-provider-random 3.7 and terraform-provider-aws 6.
 */
const sources: ReadonlyMap<string, Generated> = new Map<string, Generated>([
  ...typesWith("generates"),
  ["random:index/randomPassword:RandomPassword", { outputs: ["result"], value: "secret" }],
  ["random:index/randomBytes:RandomBytes", { outputs: ["base64", "hex"], value: "secret" }],
  ["random:index/randomString:RandomString", { outputs: ["result"], value: "any" }],
  ["random:index/randomId:RandomId", { outputs: ["hex", "b64Std", "b64Url"], value: "any" }],
  ["random:index/randomUuid:RandomUuid", { outputs: ["result"], value: "any" }],
  ["random:index/randomUuid4:RandomUuid4", { outputs: ["result"], value: "any" }],
  ["random:index/randomUuid7:RandomUuid7", { outputs: ["result"], value: "any" }],
  // Another stack has made it, and offline it is unknown which of its outputs a value is.
  ["pulumi:pulumi:StackReference", { outputs: [], value: "copy" }],
]);

/** Types that make values which can be a credential. */
export const generatorTypes: readonly string[] = [...sources].flatMap(([type, { value }]) =>
  value === "copy" ? [] : [type],
);

/** Whether a URN is of a resource that makes a static key of an IAM user. */
export function isStaticKey(urn: Urn): boolean {
  return sources.get(typeInUrn(urn))?.staticKey === true;
}

/** The resources among these that store a credential which a value may be copied from; each once. */
export function storesAmong(urns: readonly Urn[]): readonly Urn[] {
  return [...new Set(urns)].filter((urn) => sources.get(typeInUrn(urn))?.value === "copy");
}

/** The resources among those a value waits for that make values; each once. */
export function generatorsAmong(
  dependsOn: readonly Urn[],
): readonly { readonly urn: Urn; readonly secret: boolean }[] {
  return [...new Set(dependsOn)].flatMap((urn) => {
    const source = sources.get(typeInUrn(urn));
    if (source === undefined || source.value === "copy") return [];
    return [{ urn, secret: source.value === "secret" }];
  });
}

/** The values a resource made, where its outputs are known; never to be shown. */
export function generatedValues(resource: Resource): readonly string[] {
  return (sources.get(resource.type)?.outputs ?? []).flatMap((output) => {
    const text = comparableText(resource.outputs, output);
    return text !== undefined && text.length >= shortestCredential ? [text] : [];
  });
}

/** States that a generator and its value are one thing, so that the same value in another place matches it. */
export function addGenerated(list: FactList, context: ReadContext): void {
  for (const text of generatedValues(list.resource)) {
    list.add("alias", "", { thing: list.resource.urn, also: context.literalName(text) });
  }
}
