import { notKnown } from "../../../../core/certainty";
import type { Flag } from "../../../facts/fact-values";
import { customResourceName } from "../../../domain/rbac/custom-resources";
import type { Reader } from "../../resource/reader";
import { atOf } from "../object";
import { readerOf } from "../reader-of";
import { nameTextAt, textAt } from "../text";

/** Reads definitions of custom resources: whether these are in namespaces. */
export const customResourceReader: Reader = readerOf({
  name: "kubernetes-custom-resources",
  kinds: ["apiextensions.k8s.io/CustomResourceDefinition"],
  *facts(object) {
    const group = nameTextAt(object.body, "spec", "group");
    const plural = nameTextAt(object.body, "spec", "names", "plural");
    const scope = textAt(object.body, "spec", "scope");
    if (group === undefined || plural === undefined || scope.kind === "absent") return;
    const isNamespaced: Flag =
      scope.kind === "unknown"
        ? notKnown(scope)
        : { kind: "known", value: scope.text === "Namespaced" };
    const definition = customResourceName(object.cluster, group, plural);
    yield { kind: "custom-resource", at: atOf(object, "spec.scope"), definition, isNamespaced };
  },
});
