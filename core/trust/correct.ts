import type { Condition } from "../policy/statement";
import type { Admission } from "./admission";
import { certificateService } from "./certificate";
import { allClosed } from "./closed";
import { deadFor, type Dead } from "./dead";
import { issuerOf, plainKey } from "./issuers";
import { podIdentityService, type PodPart } from "./pod-identity";
import type { Principal } from "./principal";
import { plainService } from "./source";
import { suggestCondition } from "./suggest";
import {
  suggestCallerCondition,
  suggestCertificateCondition,
  suggestOrganisationCondition,
  suggestPodCondition,
  suggestSourceCondition,
  suggestStrangerCondition,
} from "./suggest-service";

/** Whom a role is meant for, as far as something beside its trust policy tells. */
export interface Meant {
  /** Subjects of tokens. */
  readonly subjects?: readonly string[];
  /** The ServiceAccount by EKS Pod Identity. */
  readonly pod?: Readonly<Partial<Record<PodPart, string>>>;
  /** The account of the role, on whose behalf a service acts. */
  readonly account?: string;
  /** Whether other services obtain the role by the same condition, so that it may ask for no ARN of one of them. */
  readonly shared?: boolean;
}

/**
 * A `Condition` that lets a way into a role in as it is meant, as JSON: what is held fast already is kept, also where
 * its operator is none that holds it, and what has to be filled in is written in capitals.
 */
export function correctedCondition(
  way: Pick<Admission, "principal" | "conditions">,
  meant: Meant = {},
): string {
  const { principal } = way;
  const conditions = living(allClosed(way.conditions), principal);
  switch (principal.kind) {
    case "federated": {
      const host = principal.issuer.kind === "known" ? principal.issuer.host : "ISSUER";
      const issuer = issuerOf(host);
      const subjects = issuer.subject === "kubernetes" ? meant.subjects : undefined;
      return suggestCondition(issuer, conditions, subjects);
    }
    case "service": {
      const service = plainService(principal.service);
      if (service === podIdentityService) return suggestPodCondition(conditions, meant.pod);
      if (service === certificateService) return suggestCertificateCondition(conditions);
      return suggestSourceCondition(principal.service, conditions, meant);
    }
    case "account":
      return principal.account === meant.account
        ? suggestCallerCondition(conditions, principal.account)
        : suggestStrangerCondition(conditions);
    case "role":
    case "user":
    case "session":
      return suggestStrangerCondition(conditions);
    case "everyone":
    case "saml":
    case "canonical":
    case "other":
    case "unknown":
      return suggestOrganisationCondition(conditions);
  }
}

/**
 * The conditions without what no request of the principal meets.
 *
 * What is wrong in part stays where it says still whom it is meant for.
 */
function living(conditions: readonly Condition[], principal: Principal): readonly Condition[] {
  const dead = deadFor([principal], { index: 0, effect: "Allow", conditions }, true).filter(
    (each) => !namesPrincipals(each),
  );
  if (dead.length === 0) return conditions;
  const whole = new Set(dead.flatMap(({ key, value }) => (value ? [] : [plainKey(key)])));
  const values = new Set(
    dead.map(({ key, operator, value }) => JSON.stringify([plainKey(key), operator, value?.text])),
  );
  return conditions.flatMap((each): readonly Condition[] => {
    if (each.kind === "unknown") return [each];
    const plain = plainKey(each.key);
    const left = each.values.filter(
      (part) =>
        part.kind === "unknown" || !values.has(JSON.stringify([plain, each.operator, part.text])),
    );
    return whole.has(plain) || left.length === 0 ? [] : [{ ...each, values: left }];
  });
}

/** Whether a value that nobody has says for whom it is meant: a subject, or an ARN whose wildcards stand for themselves. */
function namesPrincipals({ key, kind, value }: Dead): boolean {
  const plain = plainKey(key);
  return (
    value !== undefined &&
    (plain.endsWith(":sub") || (plain === "aws:sourcearn" && kind === "wildcard"))
  );
}
