import { read } from "../../../core/snapshot/read";
import type { Reader } from "../reader";
import { atOf, refOf } from "./object";
import { readerOf } from "./reader-of";
import { nameTextAt } from "./text";

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
      kind: "no-pods",
      at: atOf(object, `spec.hard.${limit}`),
      namespace: refOf(namespace),
    };
  },
});
