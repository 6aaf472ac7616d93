import type { Fact } from "../../../core/graph/fact";
import { listAt, read } from "../../../core/snapshot/read";
import { isAmong } from "../servers";
import type { Container } from "./containers";
import { holding } from "./use";
import type { KubeObject } from "./object";
import { nameTextAt, textAt, waitingAt } from "./text";

/** What the containers of a pod are given by their variables. */
export function* environmentHoldings(
  object: KubeObject,
  containers: readonly Container[],
): Iterable<Fact> {
  for (const container of containers) {
    yield* environment(object, container);
    yield* wholeEnvironment(object, container);
  }
}

function* environment(object: KubeObject, container: Container): Iterable<Fact> {
  for (const [index, variable] of listAt(container.value, container.env).entries()) {
    const setting = nameTextAt(variable, "name");
    const isOwn = isAmong(container.ownPasswords, setting);
    for (const [from, kind] of [
      ["secretKeyRef", "Secret"],
      ["configMapKeyRef", "ConfigMap"],
    ] as const) {
      if (read(variable, "valueFrom", from).kind === "absent") continue;
      yield holding(object, kind, {
        property: `${container.path}.${container.env}[${index}].valueFrom.${from}`,
        through: kind === "Secret" ? "env" : "configuration",
        name: textAt(variable, "valueFrom", from, "name"),
        key: nameTextAt(variable, "valueFrom", from, "key"),
        keyDependsOn: waitingAt(variable, "valueFrom", from, "key"),
        under: setting,
        exempt: isOwn ? "verifier" : undefined,
      });
    }
  }
}

function* wholeEnvironment(object: KubeObject, container: Container): Iterable<Fact> {
  for (const [index, source] of listAt(container.value, "envFrom").entries()) {
    const prefix = nameTextAt(source, "prefix") ?? "";
    const verifies = container.ownPasswords
      .filter((setting) => setting.startsWith(prefix) && !setting.endsWith("*"))
      .map((setting) => setting.slice(prefix.length));
    for (const [from, kind] of [
      ["secretRef", "Secret"],
      ["configMapRef", "ConfigMap"],
    ] as const) {
      if (read(source, from).kind === "absent") continue;
      yield holding(object, kind, {
        property: `${container.path}.envFrom[${index}].${from}`,
        through: kind === "Secret" ? "envFrom" : "configuration",
        name: textAt(source, from, "name"),
        prefix: prefix === "" ? undefined : prefix,
        verifies,
      });
    }
  }
}
