import { isOwnHost, providerNamed } from "../../../domain/secrets/model-providers";
import type { Fact, FactOf } from "../../../facts/fact";
import type { ModelKey } from "../../catalogue/product";
import { catalogued } from "../../catalogue/kinds";
import { matchesAt } from "../../catalogue/paths";
import { atOf, type KubeObject } from "../object";
import { textAt, type TextRead } from "../text";

type ModelKeyFact = Extract<FactOf<"client-setting">, { readonly of: "model provider" }>;

/** The key of a model provider, unless the calls go to another host; where the provider is unknown, of any that may be called. */
export function* modelKeysOf(object: KubeObject): Iterable<Fact> {
  const { modelKey } = catalogued(object);
  if (modelKey === undefined) return;
  const stated = textIn(object, modelKey.provider);
  for (const { path, isPart } of matchesAt(object.body, modelKey.at)) {
    if (isPart) continue;
    const name = stated.kind === "text" ? stated.text : modelKey.usual;
    const fact =
      stated.kind === "unknown"
        ? keyOfAny(object, modelKey, path, stated)
        : keyOf(object, modelKey, path, name ?? "");
    if (fact !== undefined) yield fact;
  }
}

function textIn(object: KubeObject, path: string): TextRead {
  const [match] = matchesAt(object.body, path);
  return match === undefined ? { kind: "absent" } : textAt(match.value);
}

function keyOfAny(
  object: KubeObject,
  key: ModelKey,
  property: string,
  { dependsOn }: Extract<TextRead, { kind: "unknown" }>,
): ModelKeyFact | undefined {
  const each = Object.keys(key.providers).flatMap(
    (name) => keyOf(object, key, property, name) ?? [],
  );
  const [only] = each;
  if (only === undefined) return undefined;
  const all = [...dependsOn, ...each.flatMap((fact) => fact.dependsOn ?? [])];
  const { provider, ...fact } = only;
  return {
    ...fact,
    ...(each.length === 1 && provider !== undefined && { provider }),
    dependsOn: [...new Set(all)],
  };
}

function keyOf(
  object: KubeObject,
  { providers }: ModelKey,
  property: string,
  name: string,
): ModelKeyFact | undefined {
  const known = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (known === undefined) return undefined;
  return modelKeyAt(object, property, known.name, textIn(object, known.endpoint));
}

/** The key of a provider, unless the URL that is called is of another host. */
export function modelKeyAt(
  object: KubeObject,
  property: string,
  name: string,
  endpoint: TextRead,
): ModelKeyFact | undefined {
  const provider = providerNamed(name);
  if (provider === undefined) return undefined;
  const isOwn = endpoint.kind === "text" ? isOwnHost(provider, endpoint.text) : true;
  if (isOwn === false) return undefined;
  const dependsOn =
    endpoint.kind === "unknown" ? endpoint.dependsOn : isOwn === undefined ? [] : undefined;
  return {
    kind: "client-setting",
    at: atOf(object, property),
    config: object.thing,
    of: "model provider",
    provider: provider.name,
    ...(dependsOn !== undefined && { dependsOn }),
  };
}
