import { replaceBetween } from "../../../../core/replace-between";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { hasWildcard, matches, patternsOverlap } from "../../../../core/pattern";
import { assignedIds, type AssignedId } from "../../spiffe/assigned";
import type { ClaimPattern } from "../../../../core/trust/claim-pattern";
import { tenantOf, type Tenant } from "../../workloads/tenancy";
import { thing, type Step } from "./step";

/** A SPIFFE ID that workloads of a stack have. */
interface Id {
  readonly name: Name;
  /** Its path, as a pattern where the name of its cluster is not known. */
  readonly path: string;
  /** Its trust domain; of one that is not known, the controller that it is of. */
  readonly domain: { readonly known: string } | { readonly of: string };
  readonly holders: readonly AssignedId[];
}

/** The SPIFFE IDs of a stack. */
export interface Ids {
  readonly all: readonly Id[];
  /** By the end that is known of each. */
  readonly byEnd: ReadonlyMap<string, readonly Id[]>;
  /** What was found for patterns, so that each is looked for once. */
  readonly found: Map<string, readonly FoundId[]>;
}

/** A SPIFFE ID that a pattern matches. */
export interface FoundId {
  readonly name: Name;
  /** Whether it is one of several that only an unknown trust domain distinguishes. */
  readonly oneOfSeveral: boolean;
}

/** Finds the SPIFFE IDs of a stack. */
export function idsOf(graph: Graph): Ids {
  const byName = new Map<Name, AssignedId[]>();
  for (const given of assignedIds(graph)) {
    const list = byName.get(given.id);
    if (list === undefined) byName.set(given.id, [given]);
    else list.push(given);
  }
  const all = [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, holders]): Id => ({ name, ...partsOf(name), holders }));
  const byEnd = new Map<string, Id[]>();
  for (const id of all) {
    const end = endOf(id.path);
    const list = byEnd.get(end);
    if (list === undefined) byEnd.set(end, [id]);
    else list.push(id);
  }
  return { all, byEnd, found: new Map<string, readonly FoundId[]>() };
}

/** The facts that workloads have their SPIFFE IDs. */
export function idSteps({ all }: Ids): readonly Step[] {
  return all.flatMap(({ name, holders }) =>
    holders.map(({ workload, fact, uncertainty }): Step => {
      const step = { from: thing(workload), to: thing(name), by: "receives", fact };
      return uncertainty === undefined ? step : { ...step, uncertainty };
    }),
  );
}

/** The SPIFFE IDs that a pattern of subjects or names matches. */
export function idsLike(
  graph: Graph,
  ids: Ids,
  { text, literal }: ClaimPattern,
): readonly FoundId[] {
  const isExact = literal || !hasWildcard(text);
  const isOfIds = isExact ? /^spiffe:/i.test(text) : patternsOverlap(text, "spiffe://*");
  if (ids.all.length === 0 || !isOfIds) return [];
  const key = `${isExact ? "exact" : "like"} ${text}`;
  let found = ids.found.get(key);
  if (found === undefined) {
    const [, domain = "*", path = ""] = /^spiffe:\/\/([^/]*)\/?(.*)$/is.exec(text) ?? [];
    const near = isExact ? endsOf(path).flatMap((end) => ids.byEnd.get(end) ?? []) : ids.all;
    const fitting = near.filter((id) => {
      // What is not known of a trust domain is as the pattern has it.
      const whole = `spiffe://${"known" in id.domain ? id.domain.known : domain}/${id.path}`;
      return isExact ? matches(whole, text) : patternsOverlap(text, whole);
    });
    found = reported(graph, fitting);
    ids.found.set(key, found);
  }
  return found;
}

/** Which of several controllers is meant matters only where what they register is of different tenants. */
function reported(graph: Graph, fitting: readonly Id[]): readonly FoundId[] {
  const open = fitting.flatMap(({ domain, holders }) =>
    "of" in domain ? [{ controller: domain.of, holders }] : [],
  );
  const controllers = new Set(open.map(({ controller }) => controller));
  const tenants = new Set(
    controllers.size < 2
      ? []
      : open.flatMap(({ holders }) =>
          holders.map(({ workload }) => keyOf(tenantOf(graph, workload))),
        ),
  );
  return fitting.map(({ name, domain }) => ({
    name,
    oneOfSeveral: "of" in domain && tenants.size > 1,
  }));
}

function keyOf(tenant: Tenant): string {
  return tenant.kind === "tenant" ? `tenant ${tenant.tenant}` : tenant.kind;
}

function partsOf(name: Name): Pick<Id, "path" | "domain"> {
  const [, known, whole = ""] = /^spiffe:\/\/([^/]*)\/?(.*)$/s.exec(name) ?? [];
  if (known !== undefined) return { path: whole, domain: { known } };
  const [, cluster = "", className = "", ...path] = name.split("|");
  return {
    path: replaceBetween(path.join("|"), ["{{", "}}"], "*"),
    domain: { of: `${cluster}|${className}` },
  };
}

/** What follows the last wildcard of a path, from the next segment on; a whole path that has none. */
function endOf(path: string): string {
  const last = path.lastIndexOf("*");
  if (last < 0) return path;
  const slash = path.indexOf("/", last);
  return slash < 0 ? "" : path.slice(slash);
}

function endsOf(text: string): readonly string[] {
  const ends = [text, ""];
  for (let at = text.indexOf("/"); at >= 0; at = text.indexOf("/", at + 1))
    ends.push(text.slice(at));
  return ends;
}
