import { nameIn } from "../../../../core/graph/fact-values";
import type { Fact, FactOf } from "../../../../core/graph/fact";
import { catalogued, kindsThatAre, operators } from "../../../reading/kinds";
import type { Reader } from "../../reader";
import { membership } from "../membership";
import { aliasOf, type KubeObject, atOf } from "../object";
import { podHoldings } from "../pods/pod-uses";
import { podLiterals } from "../pods/pod-literals";
import { componentMembership, readerOf } from "../reader-of";
import { ownContainers } from "./pods";
import { literalsOf } from "./literals";
import { operatorFact, operatorIn, servedWorkload } from "./operators";
import { objectNamed, referencesOf } from "./references";
import { toolCallsOf } from "./tool-calls";
import { isOwnHost, providerNamed } from "../../../../core/credential/model-providers";
import type { ModelKey } from "../../../catalogue/product";
import { matchesAt } from "../../../reading/paths";
import { textAt, type TextRead } from "../text";

/** Reads configurations of the catalogue: nothing runs as them, so what they reference is what they contain. */
export const configurationReader: Reader = readerOf({
  name: "configurations of operators",
  kinds: kindsThatAre("configuration"),
  readsLiterals: true,
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    yield* literalsOf(object);
    const { partOf, usedByOperatorFor } = catalogued(object);
    if (usedByOperatorFor !== undefined) {
      yield* usedByOperator(object, usedByOperatorFor);
      return;
    }
    const whole = partOf && objectNamed(object, partOf);
    const thing = partOf === undefined ? object.thing : whole && nameIn(whole);
    if (thing === undefined) return;
    yield* referencesOf(object, { thing, how: "contains" });
    for (const pod of ownContainers(object)) {
      for (const fact of podHoldings(object, pod)) yield* asContent(fact);
      yield* podLiterals(object, pod);
    }
    yield* toolCallsOf(object, thing);
    yield* modelKeysOf(object);
  },
});

/** What a container of a configuration uses is what the configuration contains. */
function* asContent(fact: Fact): Iterable<Fact> {
  if (fact.kind !== "uses" || fact.through === "configuration") return;
  const { at, workload: container, secret: content, key } = fact;
  const contained = { kind: "contains", at, container, content, derived: false } as const;
  yield { ...contained, ...(key !== undefined && { contentKey: key }) };
}

/** What the operator of a product uses for the workload that an object names. */
function* usedByOperator(object: KubeObject, path: string): Iterable<Fact> {
  const operator = operators.get(object.group);
  if (operator === undefined) return;
  const holder = {
    thing: operatorIn(object.cluster, operator),
    how: "uses",
    onBehalfOf: servedWorkload(object, path),
  } as const;
  const facts = [...referencesOf(object, holder)];
  if (facts.length > 0) yield operatorFact(object, operator);
  yield* facts;
}

/** The key of a model provider, unless the calls go to another host; where the provider is unknown, of any that may be called. */
function* modelKeysOf(object: KubeObject): Iterable<Fact> {
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
): FactOf<"model-key"> | undefined {
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
): FactOf<"model-key"> | undefined {
  const known = Object.hasOwn(providers, name) ? providers[name] : undefined;
  const provider = known && providerNamed(known.name);
  if (known === undefined || provider === undefined) return undefined;
  const endpoint = textIn(object, known.endpoint);
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
