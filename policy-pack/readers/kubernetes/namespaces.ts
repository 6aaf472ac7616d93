import type { Reader } from "../reader";
import { tenantMark } from "../../../core/marks";
import { configuredTenant, labelText } from "./membership";
import { aliasOf, atOf } from "./object";
import { componentMembership, readerOf } from "./reader-of";
import { nameTextAt, textAt } from "./text";

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
  },
});
