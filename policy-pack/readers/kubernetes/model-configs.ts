import { isOwnHost, providerNamed } from "../../../core/credential/model-providers";
import type { Fact, FactOf } from "../../../core/graph/fact";
import type { Reader } from "../reader";
import { keyOfSecret } from "./keys";
import { membership } from "./membership";
import { aliasOf, atOf, sibling, type KubeObject } from "./object";
import { componentMembership, readerOf } from "./reader-of";
import { keyAt, textAt } from "./text";

/** Reads ModelConfigs of kagent: the key of the model's provider is in a Secret, and whoever calls the model holds it. */
export const modelConfigReader: Reader = readerOf({
  name: "kagent model configurations",
  kinds: ["kagent.dev/ModelConfig"],
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    // The first version of the API called it a reference.
    for (const property of ["apiKeySecret", "apiKeySecretRef"]) {
      const name = textAt(object.body, "spec", property);
      if (name.kind === "absent") continue;
      yield* keyOfSecret({
        container: object.thing,
        at: atOf(object, `spec.${property}`),
        secret: sibling(object, "Secret", name),
        which: keyAt(object.body, "spec", "apiKeySecretKey"),
      });
      yield* keyOf(object, `spec.${property}`);
    }
  },
});

/** Whose key it is, and where its spec tells where to call. Source: kagent.dev, API reference, ModelConfig. */
const providers: Readonly<
  Record<string, { readonly name: string; readonly endpoint: readonly [string, string] }>
> = {
  OpenAI: { name: "OpenAI", endpoint: ["openAI", "baseUrl"] },
  Anthropic: { name: "Anthropic", endpoint: ["anthropic", "baseUrl"] },
  Gemini: { name: "Google", endpoint: ["gemini", "baseUrl"] },
  AzureOpenAI: { name: "Azure OpenAI", endpoint: ["azureOpenAI", "azureEndpoint"] },
};

/** A key of a model provider, unless the calls go to another host; where the provider is not known, of whichever is called. */
function* keyOf(object: KubeObject, property: string): Iterable<Fact> {
  const stated = textAt(object.body, "spec", "provider");
  if (stated.kind === "unknown") {
    const each = Object.keys(providers).flatMap(
      (name) => keyOfProvider(object, property, name) ?? [],
    );
    const [only] = each;
    if (only === undefined) return;
    const dependencies = [...stated.dependsOn, ...each.flatMap(({ dependsOn = [] }) => dependsOn)];
    yield {
      kind: "model-key",
      at: only.at,
      config: only.config,
      ...(each.length === 1 && only.provider !== undefined && { provider: only.provider }),
      dependsOn: [...new Set(dependencies)],
    };
    return;
  }
  const fact = keyOfProvider(object, property, stated.kind === "text" ? stated.text : usual);
  if (fact !== undefined) yield fact;
}

/** The provider of a configuration that names none. */
const usual = "OpenAI";

function keyOfProvider(
  object: KubeObject,
  property: string,
  name: string,
): FactOf<"model-key"> | undefined {
  const known = Object.hasOwn(providers, name) ? providers[name] : undefined;
  const provider = known && providerNamed(known.name);
  if (known === undefined || provider === undefined) return undefined;
  const endpoint = textAt(object.body, "spec", ...known.endpoint);
  const isOwn = endpoint.kind === "text" ? isOwnHost(provider, endpoint.text) : true;
  if (isOwn === false) return undefined;
  const dependsOn =
    endpoint.kind === "unknown" ? endpoint.dependsOn : isOwn === undefined ? [] : undefined;
  return {
    kind: "model-key",
    at: atOf(object, property),
    config: object.thing,
    provider: provider.name,
    ...(dependsOn !== undefined && { dependsOn }),
  };
}
