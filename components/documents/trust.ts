import type { TrustStatement } from "../../core/token-trust";

export {
  stsAudience,
  tokenTrust,
  type TokenTrust,
  type TrustStatement,
} from "../../core/token-trust";

/** Trust policy with the principals of its statements. */
export function trustDocument(statements: readonly TrustStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** The service that assumes a role for what it runs. */
export interface ServiceTrust {
  /** Its service principal. */
  readonly service: string;
  /**
   * For whose resources it may: account and pattern of ARNs. Default: those of the role's account, where the service sends
   * neither.
   */
  readonly source?: { readonly account: string; readonly arn: string };
}

/**
 * Statement by which only a service of AWS assumes a role for what it runs.
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
