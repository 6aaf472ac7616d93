import { shortestCredential } from "../../core/credential/value";
import { read } from "../../core/snapshot/read";
import { typeInUrn, type Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import type { ReadContext } from "./reader";
import type { FactList } from "./values";

/** A type of resource that makes values, and which of its outputs are the value made. */
interface Generator {
  readonly outputs: readonly string[];
  /**
   * Whether the value is made to be secret. The others make names and ids just as often, so theirs count only where
   * they stand under a name that says credential.
   */
  readonly secret: boolean;
}

/** Source: the outputs and `Sensitive` marks of terraform-provider-random 3.7 and terraform-provider-aws 6. */
const generators: Readonly<Record<string, Generator>> = {
  "random:index/randomPassword:RandomPassword": { outputs: ["result"], secret: true },
  "random:index/randomBytes:RandomBytes": { outputs: ["base64", "hex"], secret: true },
  "random:index/randomString:RandomString": { outputs: ["result"], secret: false },
  "random:index/randomId:RandomId": { outputs: ["hex", "b64Std", "b64Url"], secret: false },
  "random:index/randomUuid:RandomUuid": { outputs: ["result"], secret: false },
  "random:index/randomUuid4:RandomUuid4": { outputs: ["result"], secret: false },
  "random:index/randomUuid7:RandomUuid7": { outputs: ["result"], secret: false },
  "aws:iam/accessKey:AccessKey": { outputs: ["secret", "sesSmtpPasswordV4"], secret: true },
  "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": {
    outputs: ["servicePassword", "serviceCredentialSecret"],
    secret: true,
  },
};

/** Types that make values which can be a credential. */
export const generatorTypes: readonly string[] = Object.keys(generators);

/** The resources among those a value waits for that make values; each once. */
export function generatorsAmong(
  waitsFor: readonly Urn[],
): readonly { readonly urn: Urn; readonly secret: boolean }[] {
  return [...new Set(waitsFor)].flatMap((urn) => {
    const type = typeInUrn(urn);
    const generator = Object.hasOwn(generators, type) ? generators[type] : undefined;
    return generator === undefined ? [] : [{ urn, secret: generator.secret }];
  });
}

/** The values a resource made, where its outputs are known; never to be shown. */
export function generatedValues(resource: Resource): readonly string[] {
  const generator = Object.hasOwn(generators, resource.type)
    ? generators[resource.type]
    : undefined;
  return (generator?.outputs ?? []).flatMap((output) => {
    const found = read(resource.outputs, output);
    const value = found.kind === "secret" ? found.secret.revealForComparison() : undefined;
    const text = found.kind === "present" ? found.value : value;
    return typeof text === "string" && text.length >= shortestCredential ? [text] : [];
  });
}

/** States that a generator and the value it made are one thing, so that the same value elsewhere meets it. */
export function sayGenerated(list: FactList, context: ReadContext): void {
  for (const text of generatedValues(list.resource)) {
    list.say("alias", "", { thing: list.resource.urn, also: context.literalName(text) });
  }
}
