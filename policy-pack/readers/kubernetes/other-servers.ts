import { isCredentialName } from "../../../core/credential/name";
import { listAt, read } from "../../../core/snapshot/read";
import type { Urn, Value } from "../../../core/snapshot/value";
import { fromBoolean, no, not, or, unknown, yes, type Three } from "../../../core/three-valued";
import { callsServer } from "../server-clients";
import { placeOf, type Checked } from "../verifiers";
import type { Container } from "./containers";
import type { KubeObject } from "./object";
import { nameTextAt, textAt, waitingAt, type TextRead } from "./text";

/**
 * Whether a container checks by a setting whom it lets in, itself or for the server that it gets ready: what does its work and ends
 * does not where it asks another server with that.
 *
 * @param checkers what it and the servers of its pod check
 */
export function verifiedIn(
  object: KubeObject,
  container: Container,
  checkers: readonly Checked[],
): (setting: string) => Three {
  return (setting) => {
    const found = checkers.filter(({ has }) => has(setting));
    if (found.length === 0) return no;
    const mayRequest = container.ends && found.every(({ isClients }) => isClients(setting));
    return mayRequest ? not(callsElsewhere(object, container, setting)) : yes;
  };
}

/** Whether a container asks another server than its pod's own with what a setting has: its command line asks one, or a variable tells it the place of one. */
function callsElsewhere(object: KubeObject, container: Container, setting: string): Three {
  const variables = listAt(container.value, container.env);
  const names = variables.flatMap((variable) => nameTextAt(variable, "name") ?? []);
  return or([
    byCommand(container),
    ...variables.map((variable) => byVariable(object, variable, setting, names)),
  ]);
}

/** Stands for what is not known in a text; no text of a program has it. */
const gap = "\u{10FFFF}";

function byCommand({ value }: Container): Three {
  const lists = ["command", "args"].map((list) => ({
    dependsOn: waitingAt(value, list),
    words: listAt(value, list).map((word) => textAt(word)),
  }));
  const words = lists.flatMap((list) => list.words);
  const known = words.flatMap((word) => (word.kind === "text" ? word.text : []));
  if (callsServer(known)) return yes;
  const dependencies = [
    ...lists.flatMap(({ dependsOn = [] }) => dependsOn),
    ...words.flatMap(dependenciesOf),
  ];
  const isOpen =
    lists.some(({ dependsOn }) => dependsOn !== undefined) ||
    // A script may ask any server; of other words what stands where a place does.
    words.some((word, at) => word.kind === "unknown" && isScriptOption(words[at - 1])) ||
    callsServer(words.flatMap((word) => withGaps(word, "elsewhere") ?? []));
  return isOpen ? notKnown(dependencies) : no;
}

function isScriptOption(word: TextRead | undefined): boolean {
  return word?.kind === "text" && /^-[a-z]{0,3}c$/.test(word.text);
}

function byVariable(
  object: KubeObject,
  variable: Value,
  setting: string,
  names: readonly string[],
): Three {
  const name = textAt(variable, "name");
  const reported = textAt(variable, "value");
  const isLater = name.kind === "unknown";
  const of = name.kind === "text" ? placeOf(name.text) : undefined;
  const text = withGaps(reported, gap);
  const address = text === undefined ? undefined : withAuthority.exec(text)?.[1];
  const isAddress = name.kind === "text" && isAddressName.test(name.text) && text === gap;
  if (of === undefined && address === undefined && !isLater && !isAddress) return no;
  // The place of a database beside the database's own password says nothing of the setting.
  const isOfOther = (other: string): boolean =>
    of !== undefined && other.startsWith(`${of}_`) && isCredentialName(other);
  if (!setting.startsWith(`${of}_`) && names.some(isOfOther)) return no;
  const source = read(variable, "valueFrom");
  const elsewhere =
    source.kind === "unknown"
      ? notKnown(source.dependsOn)
      : read(variable, "valueFrom", "fieldRef").kind !== "absent"
        ? no
        : isElsewhere(object, address ?? text, dependenciesOf(reported));
  return isLater && elsewhere.kind === "yes" ? notKnown(name.dependsOn) : elsewhere;
}

/** A variable of a URL, which may be a server's. */
const isAddressName = /(?:^|_)(?:URL|URI|DSN)$/;

/** A URL by which a program asks a server of data, with the place in it; one of the web may be of anything. */
const withAuthority =
  /^(?:jdbc:)?(?:mysql|mariadb|postgres|postgresql|mongodb|mongodb\+srv|rediss?|amqps?|nats|clickhouse)(?:\+[a-z0-9]{1,20})?:\/\/(?:[^@/]{0,400}@)?([^/?]{1,400})/;

/** Whether a place is neither the pod itself nor another of its server's pods. */
function isElsewhere(
  object: KubeObject,
  place: string | undefined,
  dependencies: readonly Urn[],
): Three {
  if (place === undefined) return yes;
  if (/^(?:[a-z+]{1,20}:\/\/)?(?:localhost|127\.|0\.0\.0\.0|\[?::1)/.test(place)) return no;
  // `$(POD_NAME).db-headless` and `db-0.db` are of the server of a StatefulSet `db`.
  const [first = "", second = ""] = place.split(/[.:]/, 2);
  if (!first.startsWith("$(")) return isOfOthers(object, first, dependencies);
  return first.includes("POD") ? no : isOfOthers(object, second, dependencies);
}

function isOfOthers({ body }: KubeObject, host: string, dependencies: readonly Urn[]): Three {
  if (host.includes(gap)) return notKnown(dependencies);
  const name = nameTextAt(body, "metadata", "name");
  const service = nameTextAt(body, "spec", "serviceName");
  const own = name !== undefined && host.startsWith(name) ? host.slice(name.length) : undefined;
  const isOwn = (own !== undefined && /^(?:-\d+|-headless)?$/.test(own)) || host === service;
  const dependsOn = waitingAt(body, "spec", "serviceName") ?? waitingAt(body, "metadata", "name");
  return isOwn || dependsOn === undefined ? fromBoolean(!isOwn) : notKnown(dependsOn);
}

/** A text, with something in place of what of it is not known; undefined where none stands. */
function withGaps(found: TextRead, by: string): string | undefined {
  if (found.kind === "absent") return undefined;
  if (found.kind === "text") return found.text;
  const { parts } = found;
  return parts === undefined
    ? by
    : parts.map((part) => (typeof part === "string" ? part : by)).join("");
}

function dependenciesOf(found: TextRead): readonly Urn[] {
  return found.kind === "unknown" ? found.dependsOn : [];
}

function notKnown(dependsOn: readonly Urn[]): Three {
  return unknown("where the server is that it asks is not known", dependsOn);
}
