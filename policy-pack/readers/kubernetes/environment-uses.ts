import type { Fact } from "../../../core/graph/fact";
import { listAt, read } from "../../../core/snapshot/read";
import { no, type Three } from "../../../core/three-valued";
import { checkedIn, type Container } from "./containers";
import { holding } from "./use";
import type { KubeObject } from "./object";
import { verifiedIn } from "./other-servers";
import { nameTextAt, textAt, waitingAt } from "./text";

/** What the containers of a pod are given by their variables. */
export function* environmentHoldings(
  object: KubeObject,
  containers: readonly Container[],
): Iterable<Fact> {
  const all = containers.map((container) => ({ container, checked: checkedIn(container) }));
  const servers = all.flatMap(({ container, checked }) => (container.ends ? [] : [checked]));
  for (const { container, checked } of all) {
    // What starts before a server gets it ready, with the settings that are the server's.
    const checkers = container.ends ? [checked, ...servers] : [checked];
    const verifies = verifiedIn(object, container, checkers);
    yield* environment(object, container, verifies);
    yield* wholeEnvironment(object, container, checked.settings, verifies);
  }
}

function* environment(
  object: KubeObject,
  container: Container,
  verifies: (setting: string) => Three,
): Iterable<Fact> {
  for (const [index, variable] of listAt(container.value, container.env).entries()) {
    const setting = nameTextAt(variable, "name");
    const verified = setting === undefined ? no : verifies(setting);
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
        exempt: verified.kind === "yes" ? "verifier" : undefined,
        ...(verified.kind === "unknown" && { unlessFor: verified.dependsOn ?? [] }),
      });
    }
  }
}

function* wholeEnvironment(
  object: KubeObject,
  container: Container,
  settings: readonly string[],
  verifies: (setting: string) => Three,
): Iterable<Fact> {
  for (const [index, source] of listAt(container.value, "envFrom").entries()) {
    const prefix = nameTextAt(source, "prefix") ?? "";
    const verified = settings
      .filter((setting) => setting.startsWith(prefix))
      .map((setting) => ({ key: setting.slice(prefix.length), is: verifies(setting) }));
    const open = verified.flatMap(({ is }) => (is.kind === "unknown" ? [is.dependsOn ?? []] : []));
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
        verifies: verified.filter(({ is }) => is.kind === "yes").map(({ key }) => key),
        ...(open.length > 0 && kind === "Secret" && { unlessFor: [...new Set(open.flat())] }),
      });
    }
  }
}
