import { named, type Labels } from "../../../facts/fact-values";
import { namespaceName } from "../../../domain/spiffe/pins";
import type { Reader } from "../../resource/reader";
import { tenantMark } from "../../../../core/marks";
import { labelsAt } from "../pods/made-pods";
import { configuredTenant, labelText } from "../membership";
import { aliasOf, atOf, type KubeObject, refOf } from "../object";
import { componentMembership, readerOf } from "../reader-of";
import { nameTextAt, textAt } from "../text";
import { read } from "../../../../core/snapshot/read";

/** Reads Namespaces: whose they are, by configuration, by their label, or by the component that made them. */
export const namespaceReader: Reader = readerOf({
  name: "kubernetes-namespace",
  kinds: ["Namespace"],
  *facts(object) {
    yield* aliasOf(object);
    const name = nameTextAt(object.body, "metadata", "name");
    if (name !== undefined) yield* configuredTenant(object, object.thing, name);
    const tenant = labelText(textAt(object.body, "metadata", "labels", tenantMark));
    if (tenant !== undefined) {
      const at = atOf(object, `metadata.labels["${tenantMark}"]`);
      yield { kind: "belongs-to", at, thing: object.thing, tenant, by: "namespace" };
    }
    yield* componentMembership(object);
    yield {
      kind: "namespace",
      at: atOf(object, "metadata.labels"),
      namespace: named(object.thing),
      labels: labelsOf(object, name),
    };
  },
});

/** Its labels, with the one of its name that Kubernetes sets itself. */
function labelsOf(object: KubeObject, name: string | undefined): Labels {
  const given = labelsAt(object, ["metadata", "labels"]);
  if (given.kind === "unknown" || name === undefined) return given;
  return {
    kind: "known",
    labels: { ...given.labels, [namespaceName]: { kind: "known", text: name } },
  };
}

/** Resources of which none means no pods. Source: kubernetes.io, "Resource Quotas", object count quota. */
const ofPods = ["pods", "count/pods"];

/** Reads ResourceQuotas: of all that they limit, whether their namespace takes any pods. */
export const resourceQuotaReader: Reader = readerOf({
  name: "kubernetes-resource-quota",
  kinds: ["ResourceQuota"],
  *facts(object) {
    const { body, namespace } = object;
    // With a scope it is about some pods alone.
    const isScoped = ["scopes", "scopeSelector"].some(
      (key) => read(body, "spec", key).kind !== "absent",
    );
    const limit = ofPods.find((key) => nameTextAt(body, "spec", "hard", key) === "0");
    if (isScoped || limit === undefined) return;
    yield {
      kind: "namespace",
      at: atOf(object, `spec.hard.${limit}`),
      namespace: refOf(namespace),
      allowsNoPods: true,
    };
  },
});
