import { isRecord, type ValueRecord } from "../../core/snapshot/value";
import { isNamespaced, objectName } from "../kubernetes/kinds";

/**
 * An object as it is made with `kubectl apply --namespace`: in the given namespace where it names none of its own.
 *
 * Of kinds that a cluster defines for itself those are taken to live outside namespaces whose name says so, as
 * `ClusterIssuer` and `ClusterSPIFFEID`.
 */
export function inNamespace(object: ValueRecord, namespace: string): ValueRecord {
  const { apiVersion, kind, namespace: own } = objectName(object);
  const isInside = isNamespaced(apiVersion, kind) ?? !/^Cluster[A-Z]/.test(kind);
  if (own !== "" || !isInside) return object;
  const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
  return { ...object, metadata: { ...metadata, namespace } };
}
