import { eksClusterType } from "../../../core/aws/compute";
import { isAccountId, parseArn } from "../../../core/arn";
import { hasWildcard } from "../../../core/pattern";
import type { Condition } from "../../../core/policy/statement";
import { typeInUrn } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import { guardBy, isExact, type Guard, type Pin } from "./guard";
import { plainKey } from "../../../core/trust/issuers";
import { testedKey } from "./tested";

/** The service by which EKS assumes roles for pods. Source: Amazon EKS user guide, EKS Pod Identity. */
export const podIdentityService = "pods.eks.amazonaws.com";

/** What distinguishes one ServiceAccount from all others of an account. */
export const podParts = ["cluster", "namespace", "ServiceAccount"] as const;

/** A part of what identifies a ServiceAccount. */
export type PodPart = (typeof podParts)[number];

/** The condition key of the session tag with a part. Source: Amazon EKS user guide, EKS Pod Identity session tags. */
export const podTags: Readonly<Record<PodPart, string>> = {
  cluster: "aws:RequestTag/eks-cluster-arn",
  namespace: "aws:RequestTag/kubernetes-namespace",
  ServiceAccount: "aws:RequestTag/kubernetes-service-account",
};

const sourceArn = "aws:sourcearn";
const tagKey = /^aws:(?:request|principal)tag\/(?:eks-cluster-|kubernetes-)/;

/** What the conditions of a trust of EKS Pod Identity contain about each part. */
export function podGuards(
  conditions: readonly Condition[],
  variables: boolean,
): Readonly<Record<PodPart, Guard>> {
  const association = guardBy(wholeAssociation, conditions, variables);
  if (association.kind === "pinned") {
    return { cluster: association, namespace: association, ServiceAccount: association };
  }
  return {
    cluster: guardBy(clusterPin, conditions, variables),
    namespace: guardBy(tagPin("namespace"), conditions, variables),
    ServiceAccount: guardBy(tagPin("ServiceAccount"), conditions, variables),
  };
}

/** The parts that the source of the call fixes, as far as its ARN is known. */
export function partsBySource(conditions: readonly Condition[]): readonly PodPart[] {
  if (guardBy(wholeAssociation, conditions, true).kind === "pinned") return podParts;
  const source: Pin = { isKey: (key) => key === sourceArn, holds: namesCluster };
  return guardBy(source, conditions, true).kind === "pinned" ? ["cluster"] : [];
}

/** The session tags of EKS Pod Identity without which no request meets the conditions, as written. */
export function podTagsNeeded(
  conditions: readonly Condition[],
  variables: boolean,
): readonly string[] {
  const keys = conditions.flatMap((each) => (each.kind === "test" ? [each.key] : []));
  return [...new Set(keys)].filter((key) => {
    const plain = plainKey(key);
    return tagKey.test(plain) && testedKey(conditions, plain, variables).kind === "tested";
  });
}

/** An association is of one ServiceAccount of one cluster, as long as it lives (Amazon EKS API, `PodIdentityAssociation`). */
const wholeAssociation: Pin = {
  isKey: (key) => key === sourceArn,
  holds: (value) => isExact(value) && partsOf(value)?.kind === "podidentityassociation",
};

const clusterPin: Pin = {
  isKey: (key) => key === sourceArn || key === plainKey(podTags.cluster),
  holds: (value, key) => (key === sourceArn ? namesCluster(value) : isExact(value)),
  settledBy: (urn: Urn) => typeInUrn(urn) === eksClusterType,
  fixedByAny: () => true,
};

function tagPin(part: PodPart): Pin {
  return {
    isKey: (key) => key === plainKey(podTags[part]),
    holds: isExact,
    fixedByAny: () => true,
  };
}

/** What fixes each part, in the order of {@link podParts}. */
export const podPins: readonly Pin[] = [clusterPin, tagPin("namespace"), tagPin("ServiceAccount")];

/** The ARN of a cluster, or of any of its associations; a `*` in region, account or name leaves the cluster open. */
function namesCluster(value: ClaimPattern): boolean {
  const parts = partsOf(value);
  return parts !== undefined && !(value.literal && hasWildcard(value.text));
}

function partsOf({ text }: ClaimPattern): { readonly kind: string } | undefined {
  const parsed = parseArn(text);
  if (!parsed.ok || parsed.arn.service !== "eks") return undefined;
  const { region, account, resource } = parsed.arn;
  const [kind = "", cluster = ""] = resource.split("/");
  const isWhole = region !== "" && !hasWildcard(region) && isAccountId(account) && cluster !== "";
  if (!isWhole || hasWildcard(cluster)) return undefined;
  return kind === "cluster" || kind === "podidentityassociation" ? { kind } : undefined;
}
