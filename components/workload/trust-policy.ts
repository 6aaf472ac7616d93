import { argumentError } from "../arguments/argument-error";
import { trustDocument, type TrustStatement } from "../documents/trust";

/** Longest trust policy of a role, in characters. Source: IAM and STS quotas; raising it is left out on purpose. */
const longestTrust = 2048;

/** Trust policy of a role: the workload itself, and who else may act as it. Throws where it is too long for IAM. */
export function trustPolicy(
  subject: string,
  own: TrustStatement,
  callers: readonly TrustStatement[],
): string {
  const document = trustDocument([own, ...callers]);
  if (document.length <= longestTrust) return document;
  const fix =
    callers.length > 1
      ? "name fewer `directCallers`, or give the tenant a `broker` instead"
      : "shorten what its trust names: the workload's subject, its tenant's name, or the issuer";
  throw argumentError(
    subject,
    `its trust policy takes \`${document.length}\` characters; at most ${longestTrust} fit a role; ${fix}`,
  );
}
