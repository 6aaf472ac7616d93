import type { Reader } from "../reader";
import { membership } from "./membership";
import { aliasOf, atOf, sibling } from "./object";
import { componentMembership, readerOf } from "./reader-of";
import { nameTextAt, textAt } from "./text";

/** Reads ModelConfigs of kagent: the key of the model's provider is in a Secret, and whoever calls the model holds it. */
export const modelConfigReader: Reader = readerOf({
  name: "kagent model configurations",
  kinds: ["kagent.dev/ModelConfig"],
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    // The first version of the API called it a reference.
    for (const property of ["apiKeySecret", "apiKeySecretRef"]) {
      const name = textAt(object.body, "spec", property);
      if (name.kind === "absent") continue;
      const contentKey = nameTextAt(object.body, "spec", "apiKeySecretKey");
      yield {
        kind: "contains",
        at: atOf(object, `spec.${property}`),
        container: object.thing,
        content: sibling(object, "Secret", name),
        derived: false,
        ...(contentKey !== undefined && { contentKey }),
      };
    }
  },
});
