import { intentMark, taskMark } from "./marks";

/**
 * Tags that EKS gives the sessions of a Pod Identity. They are transitive: each session that such a session makes has them.
 *
 * Source: Amazon EKS user guide, Grant Pods access to AWS resources based on tags.
 */
const podTagKeys = [
  "eks-cluster-arn",
  "eks-cluster-name",
  "kubernetes-namespace",
  "kubernetes-service-account",
  "kubernetes-pod-name",
  "kubernetes-pod-uid",
];

/**
 * Condition under which a task broker tags the sessions that it makes: by the task and the intent alone.
 *
 * A session tag overrides the role's own tag, so that a broker that may set any could name another tenant. Transitive tags
 * would follow the session into other roles, and override theirs. Keys are compared as they are written: another case is
 * another key here, and the same tag for IAM. A request without tags has no keys, and meets the condition. Source: IAM
 * user guide, Pass session tags in AWS STS; service authorization reference, AWS STS, `sts:TagSession`.
 *
 * @param podIdentity whether EKS tags the broker's own sessions; the broker cannot change what its sessions inherit
 */
export function taskTagsOnly(
  podIdentity: boolean,
): Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> {
  const own = [taskMark, intentMark];
  if (!podIdentity) {
    return {
      "ForAllValues:StringEquals": { "aws:TagKeys": own },
      Null: { "sts:TransitiveTagKeys": "true" },
    };
  }
  return {
    "ForAllValues:StringEquals": {
      "aws:TagKeys": [...own, ...podTagKeys],
      "sts:TransitiveTagKeys": podTagKeys,
    },
  };
}
