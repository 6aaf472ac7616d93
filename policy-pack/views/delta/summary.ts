import { createHash } from "node:crypto";
import { compareText } from "../../../core/compare-text";
import { permittedIn } from "../../domain/iam/authority/permitted";
import type { FactOf } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { bindingsIn } from "../../domain/rbac/access-entries";
import { identitiesOfWorkload } from "../../domain/workloads/roles-of-workload";
import { typeInUrn, type Resource } from "../../../core/snapshot/resource";
import { tenantOf } from "../../domain/workloads/tenancy";
import type { Authority, IdentityAuthority, WorkloadIdentity } from "./authority";
import { rightsBy, rightsOfAccount } from "./bindings";
import { callsOf, type GrantOf } from "./calls";
import { Making } from "./making";
import { keyOf } from "./permission";
import { permissionsOf } from "./policies";
import { assumedBy, usersOf } from "./principals";

/** What a summary is made of: a complete graph, and what of the stack is not in it. */
export interface Summarised {
  readonly graph: Graph;
  readonly resources: readonly Resource[];
  /** The workloads of the stack, each by its most specific fact. */
  readonly workloads: readonly FactOf<"workload">[];
  readonly grants: readonly GrantOf[];
}

/** Most permissions that a report keeps; of further identities it keeps a digest. */
const mostPermissions = 20_000;

/**
 * Who may do what in a stack, in an order that does not depend on that of resources.
 *
 * @param most how many permissions it keeps
 */
export function summaryOf(
  { graph, resources, workloads, grants }: Summarised,
  most = mostPermissions,
): Authority {
  const making = new Making(graph, resources);
  const ofWorkloads = workloads
    .map((fact) => workloadOf(making, fact))
    .sort((a, b) => compareText(sortKey(a), sortKey(b)));
  let left = most;
  const identities = [...identityNames(graph, workloads)]
    .map((name) => identityOf(making, name))
    .filter(({ key, may, usedBy: users }) => may.length + users.length > 0 && key !== "")
    .concat(guardedOf(making), openSubjects(making))
    .sort((a, b) => compareText(a.key, b.key))
    .map((one) => {
      const { may, denied, usedBy: users, denies = [] } = one;
      const size = may.length + denied.length + users.length + denies.length;
      left -= size;
      return left >= 0 ? one : digestOf(one, size);
    });
  return { identities, workloads: ofWorkloads, calls: callsOf(making, grants) };
}

function sortKey({ label, key }: WorkloadIdentity): string {
  return JSON.stringify([label, key]);
}

function workloadOf(making: Making, fact: FactOf<"workload">): WorkloadIdentity {
  const { graph } = making;
  const { workload, at } = fact;
  const { accounts, roles, dependsOn } = identitiesOfWorkload(graph, workload);
  const tenant = tenantOf(graph, workload);
  const source = graph.sourceOf(at.urn);
  const keys = new Set([...accounts, ...roles].map((each) => making.keyOf(each)));
  return {
    key: making.keyOf(workload),
    label: making.labelOf(workload),
    ...(tenant.kind === "tenant" && { tenant: graph.masks.over(tenant.tenant) }),
    identities: [...keys].sort(compareText),
    ...(dependsOn && { of: [...new Set(dependsOn.map(keyOf))].sort(compareText) }),
    ...(source && { source }),
  };
}

/** Every identity with permissions, or that a principal may assume. */
function* identityNames(graph: Graph, workloads: Summarised["workloads"]): Iterable<Name> {
  const seen = new Set<number>();
  const isNew = (name: Name | undefined): name is Name => {
    if (name === undefined || seen.has(graph.idOf(name))) return false;
    seen.add(graph.idOf(name));
    return true;
  };
  for (const { workload } of workloads) {
    const { accounts, roles } = identitiesOfWorkload(graph, workload);
    for (const name of [...accounts, ...roles]) if (isNew(name)) yield name;
  }
  for (const kind of ["allows", "attaches"] as const) {
    for (const fact of graph.all(kind)) {
      const name = permittedIn(fact, graph);
      if (isNew(name)) yield name;
    }
  }
  for (const { identity } of graph.all("trusts")) if (isNew(identity)) yield identity;
  for (const fact of bindingsIn(graph)) {
    if (!isOpen(fact) && isNew(fact.subjectName)) yield fact.subjectName;
  }
}

/** Whether the subject of a binding is unknown. */
function isOpen({ subject }: FactOf<"binds">): boolean {
  return subject.kind === "unknown" || subject.dependsOn !== undefined;
}

/** Subjects of bindings that are not known, each binding's as one. */
function openSubjects(making: Making): readonly IdentityAuthority[] {
  const byKey = new Map<string, FactOf<"binds">[]>();
  for (const fact of bindingsIn(making.graph)) {
    if (!isOpen(fact)) continue;
    const key = making.keyOf(fact.binding);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [fact]);
    else known.push(fact);
  }
  return [...byKey].flatMap(([key, facts]): readonly IdentityAuthority[] => {
    const [{ binding } = { binding: "" }] = facts;
    const may = rightsBy(making, facts);
    if (may.length === 0) return [];
    const source = making.graph.sourceOf(making.graph.canonical(binding));
    return [
      {
        key,
        label: `a subject of ${making.labelOf(binding)}`,
        what: "subject",
        isOpen: true,
        may,
        denied: [],
        usedBy: [],
        ...(source && { source }),
      },
    ];
  });
}

function identityOf(making: Making, name: Name): IdentityAuthority {
  const { may, denied } = permissionsOf(making, name);
  const source = making.graph.sourceOf(making.graph.canonical(name));
  return {
    key: making.keyOf(name),
    label: making.labelOf(name),
    what: whatIs(making.graph, name),
    may: [...may, ...rightsOfAccount(making, name)],
    denied,
    usedBy: assumedBy(making, name),
    ...(source && { source }),
  };
}

/** How people call what identities are, by the last part of a type or by the start of a name. */
const kinds: Readonly<Record<string, string>> = {
  "iam-role|": "role",
  "iam-user|": "user",
  "instance-profile|": "instance profile",
};

function whatIs(graph: Graph, name: Name): string {
  const canonical = graph.canonical(name);
  if (canonical.startsWith("urn:pulumi:")) {
    const [, last = ""] = /:([^:]*)$/.exec(typeInUrn(canonical)) ?? [];
    return last === "Role" || last === "User" || last === "Group" ? last.toLowerCase() : last;
  }
  const [sort, , , object = ""] = canonical.split("|");
  if (sort === "k8s") return object;
  return kinds[`${sort ?? ""}|`] ?? "identity";
}

/** Resources with policies of their own, by the principals that these allow. */
function guardedOf(making: Making): readonly IdentityAuthority[] {
  const { graph } = making;
  const byKey = new Map<string, { readonly name: Name; readonly facts: FactOf<"guards">[] }>();
  for (const fact of graph.all("guards")) {
    const name = nameIn(fact.resource) ?? fact.at.urn;
    const key = making.keyOf(name);
    const known = byKey.get(key) ?? { name, facts: [] };
    known.facts.push(fact);
    byKey.set(key, known);
  }
  return [...byKey].flatMap(([key, { name, facts }]): readonly IdentityAuthority[] => {
    const { users, denies } = usersOf(making, facts);
    if (users.length + denies.length === 0) return [];
    const [fact] = graph.facts("resource", "resource", name);
    const source = graph.sourceOf(graph.canonical(name));
    return [
      {
        key,
        label: making.labelOf(name),
        what: fact?.is ?? "resource",
        may: [],
        denied: [],
        usedBy: users,
        ...(denies.length > 0 && { denies }),
        ...(source && { source }),
      },
    ];
  });
}

/** Where it is declared makes no difference. */
function digestOf(one: IdentityAuthority, size: number): IdentityAuthority {
  const { may, denied, usedBy: users, denies = [], ...rest } = one;
  const plain = [may, denied, users, denies].map((all) =>
    all.map((each) => JSON.stringify({ ...each, source: undefined })).sort(compareText),
  );
  const digest = createHash("sha256").update(JSON.stringify(plain)).digest("hex").slice(0, 32);
  return { ...rest, may: [], denied: [], usedBy: [], leftOut: { permissions: size, digest } };
}
