import { isPossible } from "../../../domain/secrets/possible-use";
import { nameIn } from "../../../facts/fact-values";
import type { Fact } from "../../../facts/fact";
import { catalogued, kindsThatAre, operators } from "../../catalogue/kinds";
import type { Reader } from "../../resource/reader";
import type { KubeObject } from "../object";
import { podHoldings } from "../pods/pod-uses";
import { podLiterals } from "../pods/pod-literals";
import { metadataFacts, readerOf } from "../reader-of";
import { ownContainers } from "./pods";
import { literalsOf } from "./literals";
import { madeSecretsOf } from "./made-secrets";
import { operatorFact, operatorIn, servedWorkload } from "./operators";
import { modelKeysOf } from "./model-keys";
import { partsOf } from "../../catalogue/paths";
import { namedFields } from "./named-fields";
import { objectNamed, referencesOf } from "./references";
import { toolCallsOf } from "./tool-calls";

/** Reads configurations of the catalogue: nothing runs as them, so what they reference is what they contain. */
export const configurationReader: Reader = readerOf({
  name: "configurations of operators",
  kinds: kindsThatAre("configuration"),
  readsLiterals: true,
  *facts(object) {
    const known = [...knownFacts(object)];
    yield* known;
    yield* namedFields(object, partsOf({ value: object.body["spec"] ?? {}, path: "spec" }), known);
  },
});

function* knownFacts(object: KubeObject): Iterable<Fact> {
  yield* metadataFacts(object);
  yield* madeSecretsOf(object);
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
}

/** What a container of a configuration uses is what the configuration contains. */
function* asContent(fact: Fact): Iterable<Fact> {
  if (fact.kind !== "uses" || isPossible(fact)) return;
  if (fact.through === "configuration") return;
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
