import type { TrustStatement } from "../../core/token-trust";

export {
  stsAudience,
  tokenTrust,
  type TokenTrust,
  type TrustStatement,
} from "../../core/token-trust";

/** Trust policy that admits whom one of its statements admits. */
export function trustDocument(statements: readonly TrustStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** The one ServiceAccount whose pods may obtain a role by EKS Pod Identity. */
export interface PodIdentityTrust {
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * Statement by which EKS obtains a role for the pods of one ServiceAccount of one cluster, and for nothing else.
 *
 * The request tags are set by EKS and by nobody else; without them any association of the account would do.
 * Source: Amazon EKS user guide, EKS Pod Identity, role trust policy and session tags.
 */
export function podIdentityTrust(trust: PodIdentityTrust): TrustStatement {
  const { partition, region, account } = trust;
  return {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:SourceAccount": account,
        "aws:RequestTag/eks-cluster-arn": trust.clusterArn,
        "aws:RequestTag/kubernetes-namespace": trust.namespace,
        "aws:RequestTag/kubernetes-service-account": trust.serviceAccount,
      },
      // The association's own id is not known before the role that it names is made.
      ArnLike: {
        "aws:SourceArn": `arn:${partition}:eks:${region}:${account}:podidentityassociation/${trust.clusterName}/*`,
      },
    },
  };
}

/** The one certificate that may obtain a role through IAM Roles Anywhere. */
export interface CertificateTrust {
  readonly trustAnchorArn: string;
  /** URI among the certificate's subject alternative names. */
  readonly uri: string;
}

/**
 * Statement by which certificates with one URI, from one trust anchor, and nothing else, obtain a role.
 *
 * Without the conditions any certificate from any trust anchor of the account would do.
 * Source: IAM Roles Anywhere user guide, trust model.
 */
export function certificateTrust(trust: CertificateTrust): TrustStatement {
  return {
    Effect: "Allow",
    Principal: { Service: "rolesanywhere.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    Condition: {
      StringEquals: { "aws:PrincipalTag/x509SAN/URI": trust.uri },
      ArnEquals: { "aws:SourceArn": trust.trustAnchorArn },
    },
  };
}

/** The service that obtains a role for what it runs. */
export interface ServiceTrust {
  /** Its service principal. */
  readonly service: string;
  /** For whose resources it may: account and pattern of ARNs. Default: those of the role's account, where the service tells neither. */
  readonly source?: { readonly account: string; readonly arn: string };
}

/**
 * Statement by which a service of AWS, and nothing else, obtains a role for what it runs.
 *
 * Source: IAM user guide, the confused deputy problem, cross-service.
 */
export function serviceTrust({ service, source }: ServiceTrust): TrustStatement {
  return {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(source !== undefined && {
      Condition: {
        StringEquals: { "aws:SourceAccount": source.account },
        ArnLike: { "aws:SourceArn": source.arn },
      },
    }),
  };
}
