import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import { oncePerKey } from "../../../facts/once-per-graph";
import type { Admission } from "../admission";
import { lookupsIn, intendedPods, intendedSubjects } from "../in-graph";
import { plainKey, issuerOf } from "../../../../core/trust/issuers";
import { accountsOfRole, ownAccounts } from "../own-accounts";
import type { PrincipalPart, Statement, Condition } from "../../../../core/policy/statement";
import { accountOf, principalOf, type Principal } from "../principal";
import { severityOfService, plainService } from "../source";
import { certificateService } from "../certificate/certificate";
import { allClosed } from "../closed";
import { deadFor, type Dead } from "../dead";
import { podIdentityService, type PodPart } from "../pod-identity";
import { suggestCondition } from "./suggest";
import {
  suggestCallerCondition,
  suggestCertificateCondition,
  suggestOrganisationCondition,
  suggestPodCondition,
  suggestSourceCondition,
  suggestExternalCondition,
} from "./suggest-service";

/** A path into a role whose conditions are to be corrected. */
type Corrected = Pick<Admission, "principal" | "conditions" | "statement">;

/**
 * A `Condition` to replace a path's. One that excludes other principals of its statement belongs into a statement of its own.
 */
export function correctionOf(
  way: Corrected,
  fact: FactOf<"trusts">,
  graph: Graph,
): { readonly replacement: string; readonly fix?: string } {
  const others = othersIn(way, fact, graph);
  const isShared = others.length > 0 && others.every((other) => meetsTheSame(way.principal, other));
  const meant = { ...intendedBy(way, fact, graph), shared: isShared };
  const replacement = correctedCondition(way, meant);
  if (others.length === 0 || isShared) return { replacement };
  const fix =
    "move this condition into a statement of its own, since other principals of this one cannot meet it";
  return { replacement, fix };
}

/** The other principals of the statement; any principal includes all others. */
function othersIn(
  { principal, statement }: Corrected,
  { trust }: FactOf<"trusts">,
  graph: Graph,
): readonly Principal[] {
  if (trust.kind !== "document" || principal.kind === "everyone") return [];
  const written = trust.document.statements[statement];
  if (written?.kind !== "statement" || written.principals === undefined) return [];
  const own = JSON.stringify(principal);
  return namedIn(graph, written, written.principals.values).flatMap(([other, text]) =>
    text === own ? [] : [other],
  );
}

/** A principal, and all that is known of it as a text. */
type Named = readonly [Principal, string];

/** The principals of a statement; read once for a complete graph, however many of them a correction is for. */
const namedIn = oncePerKey(
  (_, statement: Statement, _parts: readonly PrincipalPart[]) => statement,
  (graph, _, parts): readonly Named[] => {
    const lookups = lookupsIn(graph);
    return parts.map((part): Named => {
      const principal = principalOf(part, lookups);
      return [principal, JSON.stringify(principal)];
    });
  },
);

/** Whether another principal can meet the conditions on one. */
function meetsTheSame(principal: Principal, other: Principal): boolean {
  if (principal.kind === "service") {
    if (other.kind !== "service") return false;
    return [principal, other].every(({ service }) => severityOfService(service) !== undefined);
  }
  if (principal.kind === "federated") return isOfSameIssuer(principal, other);
  const account = accountOf(principal);
  return account !== undefined && account === accountOf(other);
}

function isOfSameIssuer(
  { issuer }: Extract<Principal, { kind: "federated" }>,
  other: Principal,
): boolean {
  if (other.kind !== "federated" || issuer.kind === "unknown") return false;
  const key = plainKey(`${issuer.host}:sub`);
  return other.issuer.kind === "known" && plainKey(`${other.issuer.host}:sub`) === key;
}

/** The principals that a path is meant for, as far as the stack shows them; only for a correction, which decides no finding. */
function intendedBy(
  { principal }: Pick<Admission, "principal">,
  fact: FactOf<"trusts">,
  graph: Graph,
): IntendedPrincipals {
  return graph.unwatched(() => {
    const accounts = new Set(accountsOfRole(graph, fact.identity));
    if (accounts.size === 0 && graph.complete)
      ownAccounts(graph).forEach((each) => accounts.add(each));
    const [own, ...others] = accounts;
    return {
      subjects: principal.kind === "federated" ? intendedSubjects(graph, fact.identity) : [],
      pod: intendedPods(graph, fact.identity),
      ...(own !== undefined && others.length === 0 && { account: own }),
    };
  });
}

/** The principals that a role is meant for, as far as something beside its trust policy shows them. */
interface IntendedPrincipals {
  /** Subjects of tokens. */
  readonly subjects?: readonly string[];
  /** The ServiceAccount by EKS Pod Identity. */
  readonly pod?: Readonly<Partial<Record<PodPart, string>>>;
  /** The account of the role, on whose behalf a service acts. */
  readonly account?: string;
  /** Whether other services assume the role by the same condition, so that it may require no ARN of one of them. */
  readonly shared?: boolean;
}

/**
 * A `Condition` that trusts a path into a role as intended, as JSON: fixed parts stay, also under an operator that does not
 * require them, and capitals mark what has to be filled in.
 */
function correctedCondition(
  way: Pick<Admission, "principal" | "conditions">,
  meant: IntendedPrincipals = {},
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
        : suggestExternalCondition(conditions);
    case "role":
    case "user":
    case "session":
      return suggestExternalCondition(conditions);
    case "everyone":
    case "saml":
    case "canonical":
    case "other":
    case "unknown":
      return suggestOrganisationCondition(conditions);
  }
}

/**
 * The conditions without those that no request of the principal meets.
 *
 * A partly wrong one stays where it still shows the intended principal.
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

/** Whether a value that no principal has shows the intended one: a subject, or an ARN with literal wildcards. */
function namesPrincipals({ key, kind, value }: Dead): boolean {
  const plain = plainKey(key);
  return (
    value !== undefined &&
    (plain.endsWith(":sub") || (plain === "aws:sourcearn" && kind === "wildcard"))
  );
}
