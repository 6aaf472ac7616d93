import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { typesWith } from "../../../core/aws/types";
import { typeInUrn } from "../../../core/snapshot/resource";
import type { NodeKind } from "./identity-graph";

interface Kind {
  readonly kind: NodeKind;
  readonly what: string;
}

/** What names of a spelling are called, by how they begin; `k8s|` by its kind of object. */
const bySpelling: readonly (readonly [RegExp, NodeKind, string])[] = [
  [/^k8s\|[^|]*\|[^|]*\|Namespace\|/, "namespace", "Namespace"],
  [/^k8s\|[^|]*\|[^|]*\|ServiceAccount\|/, "identity", "ServiceAccount"],
  [/^k8s\|[^|]*\|[^|]*\|Secret\|/, "secret", "Kubernetes Secret"],
  [/^k8s\|[^|]*\|[^|]*\|ConfigMap\|/, "secret", "ConfigMap"],
  [/^iam-role\|/, "identity", "IAM role"],
  [/^iam-user\|/, "identity", "IAM user"],
  [/^instance-profile\|/, "identity", "instance profile"],
  [/^workload-identity\|/, "identity", "AgentCore workload identity"],
  [/^spiffe:|^spiffe-id\|/, "identity", "SPIFFE ID"],
  [/^secret\|/, "secret", "AWS secret"],
  [/^parameter\|/, "secret", "SSM parameter"],
  [/^api-key-provider\|/, "secret", "API key of AgentCore"],
  [/^oauth2-provider\|/, "secret", "OAuth2 client of AgentCore"],
  [/^literal-at\|/, "secret", "value in plain text"],
  [/^arn:aws[\w-]*:iam::\d*:root$/, "outside", "AWS account"],
  [/^arn:aws[\w-]*:iam::[^:]*:role\//, "identity", "IAM role"],
  [/^arn:aws[\w-]*:secretsmanager:/, "secret", "AWS secret"],
  [/^arn:aws[\w-]*:ssm:/, "secret", "SSM parameter"],
];

/** Whether a name is that of an identity, by its spelling or its type: a ServiceAccount, an IAM user, a SPIFFE ID. */
export function isIdentity(name: Name): boolean {
  if (name.startsWith("urn:pulumi:")) return byType.get(typeInUrn(name))?.[0] === "identity";
  return bySpelling.some(([spelling, kind]) => kind === "identity" && spelling.test(name));
}

/** Types of resources whose names do not contain the kind. */
const byType = new Map<string, readonly [NodeKind, string]>([
  ...typesWith("shownAs"),
  ["kubernetes:core/v1:Namespace", ["namespace", "Namespace"]],
  ["kubernetes:core/v1:ServiceAccount", ["identity", "ServiceAccount"]],
  ["kubernetes:core/v1:Secret", ["secret", "Kubernetes Secret"]],
  ["kubernetes:core/v1:ConfigMap", ["secret", "ConfigMap"]],
]);

/** The kind of a thing; what is used as a secret is one whatever its names are. */
export function kindOf(graph: Graph, name: Name, fallback: "identity" | "secret"): Kind {
  const as = (kind: NodeKind): NodeKind => (fallback === "secret" ? fallback : kind);
  const names = [...graph.namesOf(name)].sort();
  for (const [spelling, kind, what] of bySpelling) {
    if (names.some((each) => spelling.test(each))) return { kind: as(kind), what };
  }
  for (const each of names) {
    const type = each.startsWith("urn:pulumi:") ? typeInUrn(each) : "";
    const found = byType.get(type);
    if (found !== undefined) return { kind: as(found[0]), what: found[1] };
  }
  return { kind: fallback, what: fallback };
}
