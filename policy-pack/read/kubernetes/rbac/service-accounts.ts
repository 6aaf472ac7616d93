import { roleType } from "../../../../core/aws/iam";
import { notKnown } from "../../../../core/certainty";
import { iamRole } from "../../../../core/arn";
import type { Fact } from "../../../facts/fact";
import { named, type Ref } from "../../../facts/fact-values";
import { arnName, scopedName, urnName } from "../../../facts/name";
import { listAt } from "../../../../core/snapshot/read";
import { typeInUrn } from "../../../../core/snapshot/resource";
import { onlyOfType, type Reader } from "../../resource/reader";
import { workloadMark } from "../../../../core/marks";
import { declaredRole } from "../../aws/components/declared-trust";
import { componentAbove } from "../../resource/tenancy";
import { workloadComponents } from "../../aws/components/workload-components";
import { declaredWorkload } from "../pods/one-service";
import { membership } from "../membership";
import { aliasOf, atOf, refOf, type KubeObject } from "../object";
import { componentMembership, readerOf } from "../reader-of";
import { nameTextAt, textAt, type TextRead } from "../text";
import { irsaToken, mountingOf } from "../pods/tokens";

/** The annotation by which EKS gives an account's pods a role (docs.aws.amazon.com/eks, IRSA). */
const roleAnnotation = "eks.amazonaws.com/role-arn";

/** Reads ServiceAccounts: their names, their namespace, and the role that IRSA gives them. */
export const serviceAccountReader: Reader = readerOf({
  name: "kubernetes-service-account",
  kinds: ["ServiceAccount"],
  *facts(object) {
    yield* aliasOf(object);
    yield* declaredOwner(object);
    yield* membership(object);
    yield* componentMembership(object);
    yield* annotatedRole(object);
    yield* irsaToken(object);
    yield* listedSecrets(object);
    yield {
      kind: "automounts",
      at: atOf(object, "automountServiceAccountToken"),
      account: object.thing,
      mounts: mountingOf(object.body),
    };
  },
});

/** The names that Kubernetes before 1.24, and OpenShift, give the Secrets of an account that they make themselves. */
const madeName = /-(?:token|dockercfg)-[a-z0-9]{5}$/;

/**
 * The Secrets that an account lists: Kubernetes gives them to no pod, and what else does, as KServe, is not read.
 *
 * Source: kubernetes.io/docs/reference/kubernetes-api, ServiceAccount, `secrets`; kserve.github.io, storage credentials.
 */
function* listedSecrets(object: KubeObject): Iterable<Fact> {
  for (const [index, item] of listAt(object.body, "secrets").entries()) {
    const name = textAt(item, "name");
    if (name.kind === "text" && madeName.test(name.text)) continue;
    yield { kind: "not-read", at: atOf(object, `secrets[${index}]`), thing: object.thing };
  }
}

/**
 * The component of ours that made an account declares the workload that runs as it.
 *
 * The fact is here and not on the component, because only its children have a cluster.
 */
function* declaredOwner(object: KubeObject): Iterable<Fact> {
  const { resource, context, namespace, cluster } = object;
  const component = componentAbove(resource, context);
  const workload = nameTextAt(object.body, "metadata", "labels", workloadMark);
  if (component === undefined || workload === undefined) return;
  const at = atOf(object, "metadata.labels");
  if (namespace.kind === "named") {
    const is = workloadComponents[component.type]?.is ?? "";
    const also = declaredWorkload(cluster, namespace.text, is, workload);
    yield { kind: "alias", at, thing: component.urn, also };
  }
  yield { kind: "inside", at, thing: component.urn, namespace: refOf(namespace) };
  yield { kind: "owns", at, workload: component.urn, identity: object.thing };
}

function* annotatedRole(object: KubeObject): Iterable<Fact> {
  const found = textAt(object.body, "metadata", "annotations", roleAnnotation);
  if (found.kind === "absent" || (found.kind === "text" && found.text === "")) return;
  const at = atOf(object, `metadata.annotations["${roleAnnotation}"]`);
  const arn = found.kind === "text" ? found.text : undefined;
  const role = arn === undefined ? undefined : iamRole(arn);
  if (arn !== undefined && role !== undefined) {
    // Role names are unique in an account whatever their path, so the name alone joins other spellings.
    const also = scopedName("iam-role", role.account, role.name);
    yield { kind: "alias", at, thing: arnName(arn), also };
  }
  const declared =
    found.kind === "unknown" ? declaredRole(object.resource, object.context) : undefined;
  const ref = declared === undefined ? roleRef(found) : named(declared);
  yield { kind: "assumes", at, identity: object.thing, role: ref, by: "irsa" };
}

function roleRef(found: Exclude<TextRead, { kind: "absent" }>): Ref {
  if (found.kind === "text") {
    const role = iamRole(found.text);
    return named(role === undefined ? found.text : scopedName("iam-role", role.account, role.name));
  }
  const urn = onlyOfType(found.dependsOn, (candidate) => typeInUrn(candidate) === roleType);
  return urn === undefined ? notKnown(found) : named(urnName(urn));
}
