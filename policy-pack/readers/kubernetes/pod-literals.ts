import { valuePlace } from "../../../core/credential/place";
import { saysCredential } from "../../../core/credential/name";
import { named, type Fact, type Holding } from "../../../core/graph/fact";
import type { Name } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import { commandLine, containersOf, type Container } from "./containers";
import { credentialSources, generatedContent } from "./generated";
import { literalFacts } from "./literals";
import { atOf, type KubeObject } from "./object";
import type { PodTemplate } from "./pod-template";
import { nameTextAt, textAt, type TextRead } from "./text";
import { isVerifierSetting } from "./verifiers";

interface Place {
  readonly property: string;
  readonly under: string | undefined;
  readonly through: Holding;
  readonly verifies: boolean;
}

/** Credentials that stand in a pod's environment and command lines, as literals or made by another resource. */
export function* podLiterals(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  for (const container of containersOf(pod)) {
    for (const [index, variable] of listAt(container.value, "env").entries()) {
      const under = nameTextAt(variable, "name");
      const place: Place = {
        property: `${container.path}.env[${index}].value`,
        under,
        through: "env",
        verifies: under !== undefined && isVerifierSetting(under, container.image),
      };
      yield* given(object, place, textAt(variable, "value"));
    }
    yield* wordsOfLine(object, container, "command");
    yield* wordsOfLine(object, container, "args");
  }
}

function* wordsOfLine(
  object: KubeObject,
  container: Container,
  list: "command" | "args",
): Iterable<Fact> {
  let option: string | undefined;
  const known = commandLine(container).length > 0;
  for (const [index, word] of listAt(container.value, list).entries()) {
    const property = `${container.path}.${list}[${index}]`;
    const verifies = option === "--requirepass";
    yield* given(object, { property, under: option, through: "args", verifies }, textAt(word));
    option = known ? optionIn(word) : undefined;
  }
}

/** An option whose value is the next word. */
function optionIn(word: Value): string | undefined {
  const text = nameTextAt(word);
  return text !== undefined && /^--?[A-Za-z][\w-]*$/.test(text) ? text : undefined;
}

function* given(object: KubeObject, place: Place, value: TextRead): Iterable<Fact> {
  const { property, under } = place;
  const at = { holder: object.thing, property, under, place: "exposed" } as const;
  if (value.kind === "text") {
    for (const fact of literalFacts(object, at, value.text, value.secret)) {
      // The server that checks a literal is told apart before the literal is told.
      if (fact.kind === "literal" && place.verifies) yield holds(object, place, fact.value);
      yield fact;
    }
  }
  yield* flows(object, place, value);
  if (value.kind === "unknown") yield* unknownLiteral(object, place, value);
}

/** What other resources make and put here: the workload holds a value of its own name, which contains theirs. */
function* flows(object: KubeObject, place: Place, value: TextRead): Iterable<Fact> {
  const container = valuePlace(object.resource.urn, object.path + place.property);
  const into = { container, property: place.property, under: place.under };
  let any = false;
  for (const fact of generatedContent(object, into, value)) {
    any ||= fact.kind === "contains";
    yield fact;
  }
  if (any) yield holds(object, place, container);
}

/** A value that a preview cannot know counts where its name, its mark or what makes it says that it is a credential. */
function* unknownLiteral(
  object: KubeObject,
  place: Place,
  value: Extract<TextRead, { kind: "unknown" }>,
): Iterable<Fact> {
  const { under, property } = place;
  const says = under !== undefined && saysCredential(under);
  if (!says && !value.secret && credentialSources(value.waitsFor, under).length === 0) return;
  yield {
    kind: "literal",
    at: atOf(object, property),
    holder: object.thing,
    credential: under === undefined ? "secret value" : `value of ${under}`,
    grade: "critical",
    value: valuePlace(object.resource.urn, object.path + property),
    place: "exposed",
    marked: value.secret,
    unknown: true,
  };
}

function holds(object: KubeObject, place: Place, secret: Name): Fact {
  return {
    kind: "holds",
    at: atOf(object, place.property),
    workload: object.thing,
    secret: named(secret),
    through: place.through,
    ...(place.verifies && { apart: "verifier" }),
  };
}
