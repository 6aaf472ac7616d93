import type { Fact } from "../../../facts/fact";
import type { At } from "../../../facts/fact-values";
import { listAt } from "../../../../core/snapshot/read";
import { Unknown, isList, type Urn, type Value } from "../../../../core/snapshot/value";
import { componentOver } from "../../aws/eks/eks-cluster";
import { refTo, role } from "../../aws/refs";
import { embeddedYaml } from "../../resource/embedded-yaml";
import { isOfNodes, addAccessEntry } from "../../resource/access-entries";
import { partialYaml } from "../../resource/partial-yaml";
import { atOf, spaceOf, type KubeObject } from "../object";
import { readerOf } from "../reader-of";
import { factTextOf, nameTextAt, textAt } from "../text";

/** Where the roles are listed, as YAML in a text. */
const place = "data.mapRoles";

/**
 * Reads the ConfigMap by which roles of AWS enter a cluster of Amazon EKS, in groups of the cluster.
 *
 * Users are people's and so not read, nor are accounts (`mapAccounts`), whose users are in no group. Source: EKS user guide,
 * "Grant IAM users access to Kubernetes with a ConfigMap".
 */
export const awsAuthReader = readerOf({
  name: "kubernetes-aws-auth",
  kinds: ["ConfigMap"],
  *facts(object) {
    const hidden = hiddenIn(object);
    if (hidden !== undefined) yield* mapping(object, new Unknown(hidden), atOf(object, place));
    const name = nameTextAt(object.body, "metadata", "name");
    if (name !== "aws-auth" || spaceOf(object) !== "kube-system") return;
    for (const [index, entry] of mappingsOf(object).entries()) {
      yield* mapping(object, entry, atOf(object, `${place}[${index}]`));
    }
  },
});

/** Of one that lists roles, and of which it is not known whether it is the one that is read: what that waits for. */
function hiddenIn({ body, namespace }: KubeObject): readonly Urn[] | undefined {
  if (textAt(body, "data", "mapRoles").kind === "absent") return undefined;
  const name = textAt(body, "metadata", "name");
  const dependsOn = [
    ...(name.kind === "unknown" ? name.dependsOn : []),
    ...(namespace.kind === "unknown" ? namespace.dependsOn : []),
  ];
  const mayBe =
    (name.kind === "unknown" || (name.kind === "text" && name.text === "aws-auth")) &&
    (namespace.kind === "unknown" || namespace.text === "kube-system");
  const isKnown = name.kind !== "unknown" && namespace.kind !== "unknown";
  return mayBe && !isKnown ? dependsOn : undefined;
}

/** The entries of the list; one that may be anything, where the text is not known. */
function mappingsOf({ body, resource, context }: KubeObject): readonly Value[] {
  const text = textAt(body, "data", "mapRoles");
  switch (text.kind) {
    case "absent":
      return [];
    case "text":
      return listAt(embeddedYaml(text.text));
    case "unknown": {
      const known = text.parts && partialYaml(text.parts);
      if (isList(known)) return known;
      // The cluster of `@pulumi/eks` itself lists the mapped identities.
      const isOfComponent = componentOver(resource, context) !== undefined;
      return isOfComponent ? [] : [new Unknown(text.dependsOn)];
    }
  }
}

function* mapping(object: KubeObject, value: Value, at: At): Iterable<Fact> {
  const whole = value instanceof Unknown ? value : undefined;
  const user = factTextOf(textAt(value, "username"));
  if (user?.kind === "known" && isOfNodes(user.text)) return;
  const arn = factTextOf(textAt(whole ?? value, ...(whole === undefined ? ["rolearn"] : [])));
  const identity = refTo(role, arn, "");
  if (identity === undefined) return;
  const cluster = { scope: object.cluster };
  const rest = { entry: object.thing, cluster, identity };
  if (user !== undefined) yield* addAccessEntry(at, { ...rest, as: "User", called: user }, true);
  const groups = value instanceof Unknown ? [value] : groupsOf(value);
  for (const group of groups) {
    const called = factTextOf(textAt(group));
    if (called === undefined || (called.kind === "known" && isOfNodes(called.text))) continue;
    yield* addAccessEntry(at, { ...rest, as: "Group", called }, true);
  }
}

function groupsOf(value: Value): readonly Value[] {
  const groups = listAt(value, "groups");
  const text = textAt(value, "groups");
  return text.kind === "unknown" ? [new Unknown(text.dependsOn)] : groups;
}
