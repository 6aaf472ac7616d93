import { knownString, listAt } from "../../core/snapshot/read";
import type { ValueRecord } from "../../core/snapshot/value";
import { objectName } from "../kubernetes/kinds";

/**
 * The namespace of a release, in which Helm makes those of its objects that name none; undefined where nothing tells it.
 *
 * A binding has to name the namespace of an account that itself names none. What others name for themselves tells nothing: a chart
 * may put a dashboard or a monitor where another release looks for it.
 */
export function releaseNamespace(objects: readonly ValueRecord[]): string | undefined {
  const [only, ...others] = new Set(bound(objects).filter((namespace) => namespace !== ""));
  return others.length === 0 && only?.startsWith("kube-") === false ? only : undefined;
}

/** The namespaces that bindings name for accounts of the release that name none. */
function bound(objects: readonly ValueRecord[]): readonly string[] {
  const accounts = new Set(
    objects
      .map(objectName)
      .flatMap(({ kind, namespace, name }) =>
        kind === "ServiceAccount" && namespace === "" ? [name] : [],
      ),
  );
  return objects.flatMap((object) =>
    listAt(object, "subjects").flatMap((subject) => {
      const isOwn =
        knownString(subject, "kind") === "ServiceAccount" &&
        accounts.has(knownString(subject, "name") ?? "");
      return isOwn ? (knownString(subject, "namespace") ?? []) : [];
    }),
  );
}
