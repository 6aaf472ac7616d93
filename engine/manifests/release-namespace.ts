import { knownString, listAt } from "../../core/snapshot/read";
import type { ValueRecord } from "../../core/snapshot/value";
import { objectName } from "../kubernetes/kinds";

/**
 * The namespace of a release, in which Helm makes those of its objects that name none; undefined where nothing tells it.
 *
 * A binding has to name the namespace of an account that itself names none, and pods run as accounts of their own namespace. What
 * others name for themselves tells nothing: a chart may put a dashboard or a monitor where another release looks for it.
 */
export function releaseNamespace(objects: readonly ValueRecord[]): string | undefined {
  const accounts = new Set(
    objects
      .map(objectName)
      .flatMap(({ kind, namespace, name }) =>
        kind === "ServiceAccount" && namespace === "" ? [name] : [],
      ),
  );
  const told = [...bound(objects, accounts), ...runBy(objects, accounts)];
  const [only, ...others] = new Set(told.filter((namespace) => namespace !== ""));
  return others.length === 0 && only?.startsWith("kube-") === false ? only : undefined;
}

/** Where kinds that make pods have the spec of these. */
const podPaths = [
  ["spec"],
  ["spec", "template", "spec"],
  ["spec", "jobTemplate", "spec", "template", "spec"],
] as const;

/** The namespaces of what makes pods that run as accounts of the release that name none. */
function runBy(objects: readonly ValueRecord[], accounts: ReadonlySet<string>): readonly string[] {
  return objects.flatMap((object) => {
    const isOwn = podPaths.some((path) =>
      accounts.has(knownString(object, ...path, "serviceAccountName") ?? ""),
    );
    return isOwn ? [objectName(object).namespace] : [];
  });
}

/** The namespaces that bindings name for accounts of the release that name none. */
function bound(objects: readonly ValueRecord[], accounts: ReadonlySet<string>): readonly string[] {
  return objects.flatMap((object) =>
    listAt(object, "subjects").flatMap((subject) => {
      const isOwn =
        knownString(subject, "kind") === "ServiceAccount" &&
        accounts.has(knownString(subject, "name") ?? "");
      return isOwn ? (knownString(subject, "namespace") ?? []) : [];
    }),
  );
}
