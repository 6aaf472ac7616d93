import { isRecord, type ValueRecord } from "../../core/snapshot/value";
import { isNamespaced, objectName } from "../kubernetes/kinds";

/** Kinds that live in a namespace although their name says otherwise: of Cluster API, and of the Operator Lifecycle Manager. */
const NAMESPACED: ReadonlySet<string> = new Set([
  "ClusterClass",
  "ClusterResourceSet",
  "ClusterResourceSetBinding",
  "ClusterServiceVersion",
]);

/**
 * Whether objects of a kind live in a namespace.
 *
 * Of kinds that a cluster defines for itself those are taken to live outside namespaces whose name says so, as
 * `ClusterIssuer` and `ClusterSPIFFEID`.
 */
function livesInNamespace(apiVersion: string, kind: string): boolean {
  return isNamespaced(apiVersion, kind) ?? (NAMESPACED.has(kind) || !/^Cluster[A-Z]/.test(kind));
}

/** An object as it is made with `kubectl apply --namespace`: in the given namespace where it names none of its own. */
export function inNamespace(object: ValueRecord, namespace: string): ValueRecord {
  const { apiVersion, kind, namespace: own } = objectName(object);
  if (own !== "" || !livesInNamespace(apiVersion, kind)) return object;
  const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
  return { ...object, metadata: { ...metadata, namespace } };
}
