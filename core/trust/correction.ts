import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import { oncePerGraph } from "../graph/once-per-graph";
import type { Admission } from "./admission";
import { correctedCondition, type Meant } from "./correct";
import { lookupsIn, podsMeant, subjectsMeant } from "./in-graph";
import { plainKey } from "./issuers";
import { accountsOfRole, ownAccounts } from "./own-accounts";
import type { PrincipalPart, Statement } from "../policy/statement";
import { accountOf, principalOf, type Principal } from "./principal";
import { severityOfService } from "./source";

/** A way into a role whose conditions are to be corrected. */
type Corrected = Pick<Admission, "principal" | "conditions" | "statement">;

/**
 * A `Condition` to put in place of a way's. One that shuts out others whom its statement names belongs into a statement
 * of its own.
 */
export function correctionOf(
  way: Corrected,
  fact: FactOf<"trusts">,
  graph: Graph,
): { readonly replacement: string; readonly fix?: string } {
  const others = othersIn(way, fact, graph);
  const isShared = others.length > 0 && others.every((other) => meetsTheSame(way.principal, other));
  const meant = { ...meantBy(way, fact, graph), shared: isShared };
  const replacement = correctedCondition(way, meant);
  if (others.length === 0 || isShared) return { replacement };
  const fix =
    "move this condition into a statement of its own, since other principals of this one cannot meet it";
  return { replacement, fix };
}

/** Whom else the statement names; of everyone the others are a part. */
function othersIn(
  { principal, statement }: Corrected,
  { trust }: FactOf<"trusts">,
  graph: Graph,
): readonly Principal[] {
  if (trust.kind !== "document" || principal.kind === "everyone") return [];
  const written = trust.document.statements[statement];
  if (written?.kind !== "statement" || written.principals === undefined) return [];
  const own = JSON.stringify(principal);
  return namedIn(written, written.principals.values, graph).flatMap(([other, text]) =>
    text === own ? [] : [other],
  );
}

/** A principal, and all that is known of it as a text. */
type Named = readonly [Principal, string];

const namedByStatement = oncePerGraph(() => new WeakMap<Statement, readonly Named[]>());

/** Whom a statement names; read once for a complete graph, however many of them a correction is for. */
function namedIn(
  statement: Statement,
  parts: readonly PrincipalPart[],
  graph: Graph,
): readonly Named[] {
  const known = namedByStatement(graph);
  const before = known.get(statement);
  if (before !== undefined) return before;
  const lookups = lookupsIn(graph);
  const named = parts.map((part): Named => {
    const principal = principalOf(part, lookups);
    return [principal, JSON.stringify(principal)];
  });
  known.set(statement, named);
  return named;
}

/** Whether what is asked of one principal another can meet too. */
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

/** Whom a way is meant for, as far as the stack tells; asked only for a correction, which no finding rests on. */
function meantBy(
  { principal }: Pick<Admission, "principal">,
  fact: FactOf<"trusts">,
  graph: Graph,
): Meant {
  return graph.unwatched(() => {
    const accounts = new Set(accountsOfRole(graph, fact.identity));
    if (accounts.size === 0 && graph.complete)
      ownAccounts(graph).forEach((each) => accounts.add(each));
    const [own, ...others] = accounts;
    return {
      subjects: principal.kind === "federated" ? subjectsMeant(graph, fact.identity) : [],
      pod: podsMeant(graph, fact.identity),
      ...(own !== undefined && others.length === 0 && { account: own }),
    };
  });
}
