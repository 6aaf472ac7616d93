import { describedValue } from "../../../domain/secrets/described";
import { isCredentialName, wordsOf } from "../../../domain/secrets/name";
import { credentialsInParts } from "../../../domain/secrets/known-part";
import { credentialsIn } from "../../../domain/secrets/hits";
import { valuePlace } from "../../../domain/secrets/place";
import { named, type UseChannel } from "../../../facts/fact-values";
import { scopedName, type Name } from "../../../facts/name";
import { secretType } from "../../../../core/aws/secrets";
import { entriesAt, read, readString, type Step } from "../../../../core/snapshot/read";
import { typeInUrn } from "../../../../core/snapshot/resource";
import {
  LeftOut,
  Secret,
  Unknown,
  isList,
  isRecord,
  type Urn,
  type Value,
} from "../../../../core/snapshot/value";
import { otherHostBy } from "../../resource/calls";
import { generatedValues, generatorsAmong } from "../../resource/generated";
import { returnsCredential } from "../../resource/returned";
import { mcpInText } from "../../resource/mcp";
import { addUnknownLiteral, describedAs } from "../../resource/literals";
import type { ReadContext } from "../../resource/reader";
import {
  onlyOf,
  dependenciesAt,
  type FactList,
  unknownLike,
  unknownAt,
} from "../../resource/values";
import { addUses } from "../compute/uses";
import { parameter, scopeFor, secret, secretInArn, type Referable } from "../refs";
import type { Depends } from "../../../../core/certainty";

/** The location of a value that a workload receives. */
export interface Place {
  readonly workload: Name;
  /** Top-level property of the resource, for its dependencies. */
  readonly top: string;
  readonly property: string;
  /** Its environment variable or data key. */
  readonly under: string | undefined;
  readonly through: UseChannel;
  /** Whether only the text around the value is marked as secret, so that the mark means little for the value itself. */
  readonly markedAround?: boolean;
  /** Whether the workload is a server that checks what it is given there. */
  readonly verifies?: boolean;
}

/** States what a map of environment variables gives a workload; each entry, and the whole where it is unknown. */
export function addEnvironment(
  list: FactList,
  context: ReadContext,
  place: Omit<Place, "under" | "property" | "top">,
  top: string,
  ...path: readonly Step[]
): void {
  const property = [top, ...path].join(".");
  const found = read(list.resource.inputs, top, ...path);
  if (found.kind === "unknown") {
    const unknown = unknownLike(found);
    addReceived(list, context, { ...place, top, property, under: undefined }, unknown);
    addUnknownWhole(list, { ...place, top, property }, found);
    return;
  }
  const markedAround = found.kind === "secret";
  let hasText = false;
  for (const [under, value] of entriesAt(list.resource.inputs, top, ...path)) {
    const at = { ...place, top, property: `${property}.${under}`, under, markedAround };
    addReceived(list, context, at, value);
    hasText = true;
  }
  if (markedAround && hasText) addMarkedText(list, { ...place, top, property, under: undefined });
}

/** States that everything that a workload receives at a location is unknown: literals or references, one or many. */
export function addUnknownWhole(
  list: FactList,
  { workload, top, property, through }: Omit<Place, "under">,
  found: Depends,
): void {
  const secret = unknownAt(list.resource, top, found);
  list.add("uses", property, { workload, secret, through, whole: true });
}

/** States that what a workload receives is unknown where a value has, at a path, an unknown. */
export function addUnknownLocation(
  list: FactList,
  place: Omit<Place, "under" | "through">,
  value: Value,
  ...path: readonly Step[]
): void {
  const found = read(value, ...path);
  if (found.kind === "unknown") {
    addUnknownWhole(list, { ...place, through: "env" }, found);
  }
}

/** States that a text of many values is unknown, so that it may contain a credential. */
export function addUnknownText(list: FactList, place: Place, found: Depends): void {
  if (list.has("literal")) return;
  addUnknownLiteral(list, place, false, dependenciesAt(list.resource, place.top, found));
}

/** States what one value gives a workload: a literal credential, a generated value, or a secret by its ARN. */
export function addReceived(
  list: FactList,
  context: ReadContext,
  place: Place,
  value: Value,
): void {
  addCalls(list, place, value);
  if (value instanceof LeftOut) {
    addText(list, context, place, value.standIn, value.secret);
    return;
  }
  if (value instanceof Unknown) {
    if (!addKnownParts(list, context, place, value)) addUnknown(list, context, place, value);
    return;
  }
  const marked = value instanceof Secret;
  const plain = marked ? value.revealForComparison() : value;
  if (plain instanceof Unknown) {
    addUnknown(list, context, place, new Unknown(plain.dependsOn, true));
    return;
  }
  if (isList(plain) || isRecord(plain)) return;
  if (typeof plain === "string") addText(list, context, place, plain, marked);
}

/** States where a setting sends the workload's calls, where it is one that does. */
function addCalls(list: FactList, { workload, top, property, under }: Place, value: Value): void {
  if (under === undefined) return;
  const found = readString(value);
  if (found.kind !== "present" && found.kind !== "unknown") return;
  const elsewhere = otherHostBy(
    under,
    found.kind === "present"
      ? found.value
      : { dependsOn: dependenciesAt(list.resource, top, found) },
  );
  if (elsewhere === undefined) return;
  const address = { of: "address", setting: under, elsewhere } as const;
  list.add("client-setting", property, { config: workload, ...address });
}

/**
 * A text that is marked as secret as a whole, without a recognised credential, still has one: which of its values it is, is
 * unknown.
 */
export function addMarkedText(list: FactList, place: Place): void {
  if (!list.has("literal")) addUnknownLiteral(list, place, true);
}

function addText(
  list: FactList,
  context: ReadContext,
  place: Place,
  text: string,
  marked: boolean,
): void {
  const reference = secretInArn(text);
  if (reference !== undefined) {
    addUses(list, place, named(reference.name), reference.key);
    return;
  }
  const at = { urn: list.resource.urn, property: place.property };
  list.addFacts(...mcpInText({ config: place.workload, at }, text));
  const hits = credentialsIn(text, place.under, context.credentialIn);
  for (const { text: value, under, found } of hits) {
    const literal = { value, ...describedAs(found), marked };
    addLiteral(list, context, { ...place, under }, literal);
  }
  if (hits.length > 0 || text === "" || text.startsWith("arn:")) return;
  if (!marked) addNamed(list, context, place, text);
  const byMark = marked && place.markedAround !== true;
  if (!byMark && !isGenerated(list, context, place.top, text)) return;
  const credential = describedValue(place.under, true);
  addLiteral(list, context, place, { value: text, credential, severity: "critical", marked });
}

/**
 * States a secret or parameter that a variable may name, for a workload that fetches it.
 *
 * A text is a name only where the stack has a secret of that name and the variable speaks of one, or it is a path as names
 * of parameters are.
 */
function addNamed(list: FactList, context: ReadContext, place: Place, text: string): void {
  if (place.under === undefined || !/^[\w/+=.@-]{1,512}$/.test(text)) return;
  const words = wordsOf(place.under);
  const add = (what: Referable): void => {
    const scope = scopeFor(what, list.resource, context);
    const name = scopedName(what.kind, scope, what.tidy(text));
    addUses(list, { ...place, isName: true }, named(name));
  };
  if (words.some((word) => secretWords.has(word))) {
    add(secret);
  }
  if (text.startsWith("/") || words.some((word) => parameterWords.has(word))) {
    add(parameter);
  }
}

/** Words by which variables name secrets to fetch, as in `DB_SECRET_NAME` and `CREDENTIALS_ID`. */
const secretWords: ReadonlySet<string> = new Set([
  "credential",
  "credentials",
  "creds",
  "password",
  "secret",
  "secrets",
  "token",
]);
const parameterWords: ReadonlySet<string> = new Set(["param", "parameter", "ssm"]);

function addLiteral(
  list: FactList,
  context: ReadContext,
  place: Place,
  literal: ReturnType<typeof describedAs> & { value: string; marked: boolean },
): void {
  // The server that checks a literal is recognised before the literal is.
  if (place.verifies === true) addUses(list, place, named(context.literalName(literal.value)));
  list.add("literal", place.property, {
    ...literal,
    ...(place.under !== undefined && { under: place.under }),
    holder: place.workload,
    value: context.literalName(literal.value),
    place: "exposed",
  });
}

/** Whether a known text is what one of the resources that its property depends on made. */
function isGenerated(list: FactList, context: ReadContext, top: string, text: string): boolean {
  return generatorsAmong(dependenciesAt(list.resource, top, undefined)).some(
    ({ urn, secret: isSecret }) => {
      const source = context.resource(urn);
      return isSecret && source !== undefined && generatedValues(source).includes(text);
    },
  );
}

/** States the credentials in a text that is partly unknown; returns whether there are any. */
export function addKnownParts(
  list: FactList,
  context: ReadContext,
  place: Place,
  { parts, secret }: { readonly parts?: Unknown["parts"] | undefined; readonly secret: boolean },
): boolean {
  const hits = credentialsInParts(parts, place.under, context.credentialIn);
  for (const { text: value, under, found } of hits) {
    const literal = { value, credential: found.what, severity: found.severity, marked: secret };
    addLiteral(list, context, { ...place, under }, literal);
  }
  return hits.length > 0;
}

/**
 * What is not known yet: a secret or parameter by its output, or a generated value that flows in.
 *
 * Whether a generated value flows unchanged only the update shows, so it is stated as derived.
 */
function addUnknown(list: FactList, context: ReadContext, place: Place, value: Unknown): void {
  const dependsOn = dependenciesAt(list.resource, place.top, value);
  const nameImplies = place.under !== undefined && isCredentialName(place.under);
  const held = secretsAmong(dependsOn, place);
  const certain = held.filter((urn) => isReferenceTo(urn, value, place));
  for (const urn of certain) addUses(list, place, named(urn));
  const sources = generatorsAmong(dependsOn).filter((source) => source.secret || nameImplies);
  const possible = [
    ...sources.map(({ urn }) => urn),
    ...held.filter((urn) => !certain.includes(urn)),
  ];
  const own = valuePlace(list.resource.urn, place.property);
  for (const urn of possible) {
    list.add("contains", place.property, { container: own, content: named(urn), derived: true });
  }
  if (possible.length > 0) addUses(list, place, named(own));
  const mayBeText = nameImplies && held.length === 0;
  const mayHoldText =
    place.under === undefined && dependsOn.some((urn) => returnsCredential(context.resource(urn)));
  if (!value.secret && sources.length === 0 && !mayBeText && !mayHoldText) return;
  addUnknownLiteral(list, place, value.secret, dependsOn);
}

/**
 * Whether a value that is not known yet is for certain a reference to a secret or parameter that it waits for: an output that names it,
 * or a single value that waits for a secret, of which all outputs do. A version and a parameter have a value, of which any part may flow.
 */
function isReferenceTo(urn: Urn, { output }: Unknown, { under }: Place): boolean {
  if (output !== undefined) return namingOutputs.has(output);
  return under !== undefined && typeInUrn(urn) === secretType;
}

const namingOutputs: ReadonlySet<string> = new Set(["arn", "id", "name", "secretId", "secretArn"]);

/** Secrets and parameters a value waits for: all of them for a text of many values, else the only one. */
function secretsAmong(dependsOn: readonly Urn[], place: Place): readonly Urn[] {
  const types = [...secret.types, ...parameter.types];
  if (place.under !== undefined) {
    const only = onlyOf({ dependsOn }, types);
    return only === undefined ? [] : [only];
  }
  return [...new Set(dependsOn)].filter((urn) => types.includes(typeInUrn(urn)));
}
