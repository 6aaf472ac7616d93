import type { Fact } from "../../../facts/fact";
import type { Name } from "../../../facts/name";
import type { Value } from "../../../../core/snapshot/value";
import { atOf, sibling, type KubeObject } from "../object";
import { textAt } from "../text";

/** The type of a Secret into which Kubernetes writes a token (kubernetes.io/docs/concepts/configuration/secret). */
const tokenType = "kubernetes.io/service-account-token";

/** The annotation that names the ServiceAccount whose token it is. */
const accountAnnotation = "kubernetes.io/service-account.name";

/** A Secret, or the template that something makes one from. */
interface Made {
  readonly secret: Name;
  readonly body: Value | undefined;
  /** The location of the body in the object: empty, or with its final period. */
  readonly path: string;
}

/** States that a Secret is, or may be, one that Kubernetes writes a token into. */
export function* tokenSecret(object: KubeObject, { secret, body, path }: Made): Iterable<Fact> {
  const type = textAt(body, "type");
  const at = atOf(object, `${path}type`);
  const fact = {
    kind: "static-credential",
    at,
    credential: secret,
    of: "service account",
  } as const;
  if (type.kind === "unknown") yield { ...fact, dependsOn: type.dependsOn };
  if (type.kind !== "text" || type.text !== tokenType) return;
  const name = textAt(body, "metadata", "annotations", accountAnnotation);
  const account = name.kind === "absent" ? undefined : sibling(object, "ServiceAccount", name);
  yield { ...fact, ...(account && { account }) };
}
