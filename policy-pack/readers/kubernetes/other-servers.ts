import { saysCredential } from "../../../core/credential/name";
import { listAt, read } from "../../../core/snapshot/read";
import { asksServer, placeOf } from "../verifiers";
import { commandLine, type Container } from "./containers";
import type { KubeObject } from "./object";
import { nameTextAt } from "./text";

/**
 * Whether a container that does its work and ends asks another server than its pod's own, with what a setting has: its command line asks one,
 * or a variable tells it the place of one.
 */
export function asksElsewhere(object: KubeObject, container: Container, setting: string): boolean {
  if (asksServer(commandLine(container))) return true;
  const variables = listAt(container.value, container.env);
  const names = variables.flatMap((variable) => nameTextAt(variable, "name") ?? []);
  return variables.some((variable) => {
    const name = nameTextAt(variable, "name") ?? "";
    const text = nameTextAt(variable, "value");
    const address = text === undefined ? undefined : withAuthority.exec(text)?.[1];
    const of = placeOf(name);
    if (of === undefined && address === undefined) return false;
    // The place of a database beside the database's own password says nothing of the setting.
    const isOfOther = (other: string): boolean =>
      of !== undefined && other.startsWith(`${of}_`) && saysCredential(other);
    if (!setting.startsWith(`${of}_`) && names.some(isOfOther)) return false;
    const isOwn = read(variable, "valueFrom", "fieldRef").kind !== "absent";
    return !isOwn && !isOfPod(object, address ?? text);
  });
}

/** A URL by which a program asks a server of data, with the place in it; one of the web may be of anything. */
const withAuthority =
  /^(?:jdbc:)?(?:mysql|mariadb|postgres|postgresql|mongodb|mongodb\+srv|rediss?|amqps?|nats|clickhouse)(?:\+[a-z0-9]{1,20})?:\/\/(?:[^@/]{0,400}@)?([^/?]{1,400})/;

/** Whether a place is the pod itself, or another of its server's pods. */
function isOfPod(object: KubeObject, place: string | undefined): boolean {
  if (place === undefined) return false;
  if (/^(?:localhost|127\.|0\.0\.0\.0|\[?::1)/.test(place)) return true;
  // `$(POD_NAME).db-headless` and `db-0.db` are of the server of a StatefulSet `db`.
  const [first = "", second = ""] = place.split(/[.:]/, 2);
  if (first.startsWith("$(")) return first.includes("POD") || isCalled(object, second);
  return isCalled(object, first);
}

function isCalled({ body }: KubeObject, host: string): boolean {
  const name = nameTextAt(body, "metadata", "name");
  const service = nameTextAt(body, "spec", "serviceName");
  const own = name !== undefined && host.startsWith(name) ? host.slice(name.length) : undefined;
  return (own !== undefined && /^(?:-\d+|-headless)?$/.test(own)) || host === service;
}
