import { argumentsOf } from "../../../domain/secrets/arguments";
import { mayHaveCredential } from "../../../domain/secrets/known-part";
import { valuePlace } from "../../../domain/secrets/place";
import type { Fact } from "../../../facts/fact";
import { named, type UseChannel } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import { listAt, read } from "../../../../core/snapshot/read";
import { Unknown, isRecord, isSecret, type Urn } from "../../../../core/snapshot/value";
import { containersOf, type Container } from "./containers";
import { mcpInText, mcpInWords } from "../../resource/mcp";
import { callsOf } from "./calls";
import { generatedContent, mayBeCredential } from "../secrets/generated";
import type { Mark } from "../../resource/leaves";
import { knownPartFacts, literalFacts, unknownLiteral } from "../secrets/literals";
import { atOf, type KubeObject } from "../object";
import type { PodTemplate } from "./pod-template";
import { comparable, nameTextAt, textAt, dependenciesAt, type TextRead } from "../text";
import { imageName, isAmong } from "../../resource/servers";

interface Place {
  readonly property: string;
  readonly under: string | undefined;
  readonly through: UseChannel;
  /** Whether it is the own password of the server that the container runs. */
  readonly isOwn?: boolean;
}

/** Credentials in a pod's environment and command lines, as literals or made by another resource. */
export function* podLiterals(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  for (const container of containersOf(pod)) {
    const words = ["command", "args"].flatMap((list) => listAt(container.value, list));
    const at = atOf(object, container.path);
    yield* mcpInWords({ config: object.thing, at }, words);
    yield* environmentLiterals(object, container);
    yield* wordsOfLines(object, container);
    yield* scriptLiterals(object, container);
    yield* handlerLiterals(object, container);
  }
}

function* environmentLiterals(object: KubeObject, container: Container): Iterable<Fact> {
  let found = false;
  let markedText = false;
  for (const [index, variable] of listAt(container.value, container.env).entries()) {
    const under = nameTextAt(variable, "name");
    const place: Place = {
      property: `${container.path}.${container.env}[${index}].value`,
      under,
      through: "env",
      isOwn: isAmong(container.ownPasswords, under),
    };
    const reported = textAt(variable, "value");
    yield* callsOf(object, object.thing, under, place.property, reported);
    const value = comparable(reported);
    yield* underUnknown(object, place, dependenciesAt(variable, "name"), value);
    const mark = markOf(value, isRecord(variable) && isSecret(variable["value"]));
    markedText ||= mark === "around";
    for (const fact of given(object, place, value, mark)) {
      found ||= fact.kind === "literal";
      yield fact;
    }
  }
  if (found || !markedText) return;
  // What is marked as secret as a whole has a credential somewhere: which of its values that is cannot be known.
  const at = {
    property: `${container.path}.${container.env}`,
    under: undefined,
    place: "exposed",
  } as const;
  yield unknownLiteral(object, { holder: object.thing, ...at }, true);
}

/** A value that would be a credential by its name, were that known. */
function* underUnknown(
  object: KubeObject,
  { property }: Place,
  dependsOn: readonly Urn[] | undefined,
  value: TextRead,
): Iterable<Fact> {
  if (dependsOn === undefined || value.kind !== "text") return;
  const { credentialIn } = object.context;
  if (credentialIn(value.text, undefined) !== undefined) return;
  if (credentialIn(value.text, "PASSWORD") === undefined) return;
  const at = { holder: object.thing, property, under: undefined, place: "exposed" } as const;
  yield unknownLiteral(object, at, value.secret, dependsOn);
}

/** The words of a container's command and arguments, which are one command line. */
function* wordsOfLines(object: KubeObject, container: Container): Iterable<Fact> {
  const lists = ["command", "args"].map((list) => ({
    isWholeMarked: read(container.value, list).kind === "secret",
    words: listAt(container.value, list).map((word, index) => ({
      property: `${container.path}.${list}[${index}]`,
      value: comparable(textAt(word)),
    })),
  }));
  for (const list of ["command", "args"]) {
    const dependsOn = dependenciesAt(container.value, list);
    const property = `${container.path}.${list}`;
    if (dependsOn !== undefined && !(container.value instanceof Unknown)) {
      yield unknownText(object, property, dependsOn);
    }
  }
  const words = lists.flatMap((list) =>
    list.words.map((word) => ({ ...word, isWholeMarked: list.isWholeMarked })),
  );
  // What is no command of its own is handed to the program of the image, which is often called like it.
  const isArguments = lists[0]?.words.length === 0;
  const image = isArguments ? container.image : undefined;
  yield* wordsOfLine(object, words, image);
}

/** Credentials in the script that a task gives a container in place of a command: `source` of Argo, `script` of Tekton. */
function* scriptLiterals(object: KubeObject, container: Container): Iterable<Fact> {
  for (const name of ["source", "script"]) {
    const property = `${container.path}.${name}`;
    const script = comparable(textAt(container.value, name));
    const place: Place = { property, under: undefined, through: "args" };
    yield* given(object, place, script, markOf(script, false));
    if (mayHave(object, script) && !(container.value instanceof Unknown)) {
      yield unknownText(object, property, script.dependsOn);
    }
  }
}

/** Where a container has handlers that the kubelet runs or calls (Kubernetes API, Container: probes and lifecycle). */
const handlers = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
] as const;

/** Credentials in the commands that the kubelet runs in a container, and in the headers with which it calls it. */
function* handlerLiterals(object: KubeObject, container: Container): Iterable<Fact> {
  for (const handler of handlers) {
    const at = [container.path, ...handler].join(".");
    const isWholeMarked = read(container.value, ...handler).kind === "secret";
    const words = listAt(container.value, ...handler, "exec", "command").map((word, index) => ({
      property: `${at}.exec.command[${index}]`,
      value: comparable(textAt(word)),
      isWholeMarked,
    }));
    yield* wordsOfLine(object, words, undefined);
    const headers = listAt(container.value, ...handler, "httpGet", "httpHeaders");
    for (const [index, header] of headers.entries()) {
      const property = `${at}.httpGet.httpHeaders[${index}].value`;
      const under = nameTextAt(header, "name");
      const value = comparable(textAt(header, "value"));
      const place: Place = { property, under, through: "args" };
      yield* given(object, place, value, markOf(value, !isWholeMarked));
    }
  }
}

/** A word of a command line, and its location. */
interface Word {
  readonly property: string;
  readonly value: TextRead;
  readonly isWholeMarked: boolean;
}

function* wordsOfLine(
  object: KubeObject,
  words: readonly Word[],
  image: string | undefined,
): Iterable<Fact> {
  const texts = words.map(({ value }) => (value.kind === "text" ? value.text : undefined));
  const byTool = new Map(
    argumentsOf(texts, image && imageName(image)).map((one) => [one.index, one]),
  );
  let option: string | undefined;
  for (const [index, { property, value, isWholeMarked }] of words.entries()) {
    const argument = byTool.get(index);
    const under = argument?.under ?? (isOption(value) ? undefined : option);
    const place: Place = { property, under, through: "args" };
    const part = argument?.text;
    const reported = part !== undefined && value.kind === "text" ? { ...value, text: part } : value;
    yield* given(object, place, reported, markOf(value, !isWholeMarked));
    const isScript = option !== undefined && /^-[a-z]{0,3}c$/.test(option);
    if (isScript && mayHave(object, value) && !mayBeCredential(value, under)) {
      yield unknownText(object, property, value.dependsOn);
    }
    option = optionIn(value);
  }
}

/** Whether a script is not known, at a place where it may have a credential. */
function mayHave(
  { context }: KubeObject,
  script: TextRead,
): script is Extract<TextRead, { kind: "unknown" }> {
  return script.kind === "unknown" && mayHaveCredential(script.parts, context.credentialIn);
}

/** A text of many words that is not known, so that a credential may be among them. */
function unknownText(object: KubeObject, property: string, dependsOn: readonly Urn[]): Fact {
  const at = { holder: object.thing, property, under: undefined, place: "exposed" } as const;
  return unknownLiteral(object, at, false, dependsOn);
}

/** An option whose value is the next word. */
function optionIn(word: TextRead): string | undefined {
  return word.kind === "text" && /^--?[A-Za-z][\w-]*$/.test(word.text) ? word.text : undefined;
}

/** Whether a word is an option itself, and so no value of the one before it: `-pass-access-token -pass-basic-auth=false`. */
function isOption(word: TextRead): boolean {
  return word.kind === "text" && /^--?[A-Za-z][\w-]*(?:=|$)/.test(word.text);
}

function markOf(value: TextRead, isOwn: boolean): Mark {
  if (value.kind !== "text" || !value.secret) return "none";
  return isOwn ? "value" : "around";
}

function* given(object: KubeObject, place: Place, value: TextRead, mark: Mark): Iterable<Fact> {
  const { property, under } = place;
  const at = { holder: object.thing, property, under, place: "exposed" } as const;
  const flowing = [...flows(object, place, value)];
  if (value.kind === "text") {
    yield* mcpInText({ config: object.thing, at: atOf(object, property) }, value.text);
    const isGenerated = flowing.length > 0;
    for (const fact of literalFacts(object, at, value.text, mark, isGenerated)) {
      // The server that checks a literal is recognised before the literal is.
      if (fact.kind === "literal" && place.isOwn === true) yield holds(object, place, fact.value);
      yield fact;
    }
  }
  yield* flowing;
  if (value.kind !== "unknown") return;
  const known = [...knownPartFacts(object, at, value)];
  yield* known;
  if (known.length === 0 && mayBeCredential(value, under)) {
    yield unknownLiteral(object, at, value.secret, value.dependsOn);
  }
}

/** Values that other resources make and put here: the workload uses a value of its own name, which contains theirs. */
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

function holds(object: KubeObject, place: Place, secret: Name): Fact {
  return {
    kind: "uses",
    at: atOf(object, place.property),
    workload: object.thing,
    secret: named(secret),
    through: place.through,
    ...(place.isOwn === true && { exempt: "verifier" }),
  };
}
