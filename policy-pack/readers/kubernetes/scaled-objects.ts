import type { Fact } from "../../../core/graph/fact";
import { entriesAt, listAt } from "../../../core/snapshot/read";
import type { Reader } from "../reader";
import { mayBeCredential } from "./generated";
import { literalFacts, unknownLiteral } from "./literals";
import { membership } from "./membership";
import { aliasOf, type KubeObject } from "./object";
import { componentMembership, readerOf } from "./reader-of";
import { authenticationContents, scalerHoldings } from "./scaler-uses";
import { textAt, type TextRead } from "./text";

/**
 * Reads what KEDA is told to ask by: a credential in a trigger's metadata stands in the open, as does a token of Vault.
 *
 * It holds the Secrets that it takes others from itself, for the workload that it scales. Source: keda.sh, concepts/authentication and
 * authentication-providers/hashicorp-vault.
 */
export const scaledObjectReader: Reader = readerOf({
  name: "scaled objects of KEDA",
  kinds: [
    "keda.sh/ScaledObject",
    "keda.sh/ScaledJob",
    "keda.sh/TriggerAuthentication",
    "keda.sh/ClusterTriggerAuthentication",
  ],
  readsLiterals: true,
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    for (const [index, trigger] of listAt(object.body, "spec", "triggers").entries()) {
      for (const [under] of entriesAt(trigger, "metadata")) {
        const property = `spec.triggers[${index}].metadata.${under}`;
        yield* literal(object, property, under, textAt(trigger, "metadata", under));
      }
    }
    const vault = ["spec", "hashiCorpVault", "credential", "token"];
    yield* literal(object, vault.join("."), "token", textAt(object.body, ...vault));
    yield* scalerHoldings(object);
    yield* authenticationContents(object);
  },
});

function* literal(
  object: KubeObject,
  property: string,
  under: string,
  text: TextRead,
): Iterable<Fact> {
  // Scalers of others name a variable of the pod by itself.
  if (text.kind === "text" && /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(text.text)) return;
  const place = { holder: object.thing, property, under, place: "exposed" } as const;
  if (text.kind === "text") {
    yield* literalFacts(object, place, text.text, text.secret ? "around" : "none");
  } else if (text.kind === "unknown" && mayBeCredential(text, under)) {
    yield unknownLiteral(object, place, text.secret, text.dependsOn);
  }
}
