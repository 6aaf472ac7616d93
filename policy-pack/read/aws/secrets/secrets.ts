import { exemptContent } from "../../../domain/secrets/apart";
import { named } from "../../../facts/fact-values";
import { regionalScope, scopedName, type Name } from "../../../facts/name";
import { secretType } from "../../../../core/aws/secrets";
import {
  comparableText,
  isInClear,
  knownString,
  listAt,
  read,
} from "../../../../core/snapshot/read";
import { isRecord, type Urn, type Value } from "../../../../core/snapshot/value";
import { isCredentialName } from "../../../domain/secrets/name";
import { credentialsIn, type Hit } from "../../../domain/secrets/hits";
import { credentialsInParts } from "../../../domain/secrets/known-part";
import type { Credential } from "../../credentials/credential";
import { generatedValues, generatorsAmong } from "../../resource/generated";
import { addGeneratedContents, addUnknownLiteral, describedAs } from "../../resource/literals";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, textAt, dependenciesAt } from "../../resource/values";
import { referred, addNames, addTenants } from "../naming";
import { parameter, secret } from "../refs";

/** Longest secret that is looked into; Secrets Manager takes 64 KiB. */
const longestSecret = 131_072;

/** Reads Secrets Manager secrets, their versions, and Systems Manager parameters. */
export const secretReader: Reader = {
  name: "aws secrets",
  types: [...secret.types, ...parameter.types],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    if (resource.type === secretType) {
      addNames(list, context, secret);
      addReplicas(list, context);
      addTenants(list, context, resource.urn);
    } else if (parameter.types.includes(resource.type)) readParameter(list, context);
    else readVersion(list, context);
    return list.all();
  },
};

/** A replica is one thing with its secret, whose name it has; where it is may not be known. */
function addReplicas(list: FactList, context: ReadContext): void {
  const { resource } = list;
  const name = knownString(resource.inputs, "name");
  if (name === undefined) return;
  const account = context.accountOf(resource);
  const found = read(resource.inputs, "replicas");
  const isOpen = found.kind === "unknown";
  const items = isOpen ? [undefined] : listAt(resource.inputs, "replicas");
  items.forEach((item, index) => {
    const scope = regionalScope(account, knownString(item, "region"));
    const also = scopedName(secret.kind, scope, name);
    list.add("alias", isOpen ? "replicas" : `replicas[${index}].region`, {
      thing: resource.urn,
      also,
    });
  });
}

/** A version is one thing with its secret: a user of the one uses the other. */
function readVersion(list: FactList, context: ReadContext): void {
  const of = referred(list, context, secret, "secretId");
  const thing = list.resource.urn;
  if (of?.kind === "named") list.add("alias", "secretId", { thing, also: of.name });
  for (const property of ["secretString", "secretBinary", "secretStringWo"]) {
    addContent(list, context, thing, property, "secret");
  }
}

function readParameter(list: FactList, context: ReadContext): void {
  const { resource } = list;
  const thing = resource.urn;
  addNames(list, context, parameter);
  addTenants(list, context, thing);
  const type = textAt(resource, "type");
  const isPlain = type?.kind === "known" && (type.text === "String" || type.text === "StringList");
  const name = knownString(resource.inputs, "name") ?? resource.name;
  const under = name.slice(name.lastIndexOf("/") + 1);
  if (isPlain) {
    list.add("contains", "type", {
      container: thing,
      content: named(exemptContent("no static secret")),
      derived: false,
    });
  }
  for (const property of ["value", "insecureValue", "valueWo"]) {
    if (isPlain) addExposed(list, context, thing, property, under);
    else addContent(list, context, thing, property, under);
    if (type?.kind === "unknown" && mayExpose(list, context, property, under)) {
      addUnknownLiteral(list, { workload: thing, property: "type", under }, false, type.dependsOn);
    }
  }
}

/**
 * A credential in a plain parameter is in plain text.
 *
 * The mark is ignored: the SDK marks every parameter's value as secret, whatever its type.
 */
function addExposed(
  list: FactList,
  context: ReadContext,
  thing: Name,
  property: string,
  under: string,
): void {
  const text = textOf(list, property);
  const hits = hitsIn(list, context, property, under);
  if (hits.length === 0 && text !== undefined && isGenerated(list, context, property, text)) {
    list.add("literal", property, {
      holder: thing,
      credential: `value of ${under}`,
      under,
      severity: "critical",
      value: context.literalName(text),
      place: "exposed",
      marked: false,
    });
  } else if (hits.length === 0 && mayExpose(list, context, property, under)) {
    const dependsOn = dependenciesOf(list, property);
    addUnknownLiteral(list, { workload: thing, property, under }, false, dependsOn);
  }
  for (const hit of hits) {
    const value = context.literalName(hit.text);
    list.add("literal", property, {
      holder: thing,
      ...describedAs(hit.found, hit.under),
      value,
      place: "exposed",
      marked: false,
    });
  }
}

/** The credentials in a value, or in what is known of it. */
function hitsIn(
  list: FactList,
  context: ReadContext,
  property: string,
  under: string,
): readonly Hit<Credential>[] {
  const text = textOf(list, property);
  if (text !== undefined) return credentialsIn(text, under, context.credentialIn);
  const found = read(list.resource.inputs, property);
  const parts = found.kind === "unknown" ? found.parts : undefined;
  return credentialsInParts(parts, under, context.credentialIn);
}

/** Whether a parameter's value is a credential, or may be one once it is known. */
function mayExpose(list: FactList, context: ReadContext, property: string, under: string): boolean {
  const text = textOf(list, property);
  const isOne =
    hitsIn(list, context, property, under).length > 0 ||
    (text !== undefined && isGenerated(list, context, property, text));
  if (isOne || read(list.resource.inputs, property).kind !== "unknown") return isOne;
  return (
    isCredentialName(under) ||
    generatorsAmong(dependenciesOf(list, property)).some((source) => source.secret)
  );
}

/** Whether a known text is what one of the resources that its property depends on made. */
function isGenerated(
  { resource }: FactList,
  context: ReadContext,
  property: string,
  text: string,
): boolean {
  return generatorsAmong(dependenciesAt(resource, property, undefined)).some((source) => {
    const made = source.secret ? context.resource(source.urn) : undefined;
    return made !== undefined && generatedValues(made).includes(text);
  });
}

function dependenciesOf({ resource }: FactList, property: string): readonly Urn[] {
  const found = read(resource.inputs, property);
  return dependenciesAt(resource, property, found.kind === "unknown" ? found : undefined);
}

/**
 * The sources of a secret: generated values that flow in, and credentials, by names that equal ones share.
 *
 * A credential is at a location for secrets there, and a literal where it is in plain text in the program.
 */
function addContent(
  list: FactList,
  context: ReadContext,
  container: Name,
  property: string,
  under: string,
): void {
  const found = read(list.resource.inputs, property);
  if (found.kind === "unknown") {
    addGeneratedContents(list, container, property, found.dependsOn);
    if (!found.secret) addKnownContent(list, context, container, property, under);
    return;
  }
  const text = textOf(list, property);
  if (text === undefined) return;
  for (const [key, value] of keysOf(text)) {
    const name = key ?? under;
    const content = { container, ...(key !== undefined && { key }), derived: false };
    for (const hit of credentialsIn(value, name, context.credentialIn)) {
      const what = context.literalName(hit.text);
      const { format } = hit.found;
      const hidden = !isInClear(found) && format !== undefined && { format };
      list.add("contains", property, { ...content, content: named(what), ...hidden });
      if (!isInClear(found)) continue;
      list.add("literal", property, {
        holder: container,
        ...describedAs(hit.found, hit.under),
        value: what,
        place: "in its place",
        marked: false,
      });
    }
  }
}

/** The credentials in the known parts of a value where secrets belong: they are in plain text in the program. */
function addKnownContent(
  list: FactList,
  context: ReadContext,
  holder: Name,
  property: string,
  under: string,
): void {
  for (const hit of hitsIn(list, context, property, under)) {
    list.add("literal", property, {
      holder,
      ...describedAs(hit.found, hit.under),
      value: context.literalName(hit.text),
      place: "in its place",
      marked: false,
    });
  }
}

/** The keys of a secret that is a JSON object, else its whole text under no key. */
function keysOf(text: string): readonly (readonly [string | undefined, string])[] {
  const value = parsed(text);
  if (!isRecord(value)) return [[undefined, text]];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "string" ? [[key, inner] as const] : [],
  );
}

function parsed(text: string): Value | undefined {
  if (!text.startsWith("{") || text.length > longestSecret) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

function textOf(list: FactList, property: string): string | undefined {
  return comparableText(list.resource.inputs, property);
}
