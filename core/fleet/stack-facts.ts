import type { TenantPatterns } from "../access/resources";
import type { Authority } from "../delta/authority";
import type { Finding } from "../finding";
import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import { reachRows, trustRows } from "./assume-rows";
import { clusterRows, type DeclaredCluster } from "./cluster-rows";
import {
  identityRows,
  namespaceRows,
  runsAsRows,
  spiffeIdRows,
  workloadRows,
} from "./identity-rows";
import { distinctRows, rowContextOf, sourceText } from "./row-context";
import { permissionRows, resourceRows, resourceTrustRows } from "./permission-rows";
import type { FactRows, StackFacts } from "./schema";
import { restrictionRows, type RestrictionsOf } from "./restriction-rows";
import { secretRows } from "./secret-rows";
import type { Update } from "./updates";

/** What the facts of a stack are read from. */
export interface FactSource {
  /** Complete. */
  readonly graph: Graph;
  /** The stack, as `project/stack`. */
  readonly stack: string;
  /** The workloads of the stack, each by the fact that says most of it. */
  readonly workloads: readonly FactOf<"workload">[];
  /** Who may do what in the stack. */
  readonly authority: Authority;
  readonly findings: readonly Finding[];
  readonly clusters: readonly DeclaredCluster[];
  /** What configuration names as a tenant's. */
  readonly tenants: Readonly<Record<string, TenantPatterns>>;
  /** Whether values in plain text are named by a key that other runs have too. */
  readonly isKeyed: boolean;
  /** What restricts a workload while a finding about it is waived; empty where none can be waived. */
  readonly restrictionsOf: RestrictionsOf;
}

/** The facts of a stack that other stacks can share or reach, as rows of tables: what is certain, and never a secret's value. */
export function stackFactsOf(given: FactSource): StackFacts {
  const {
    graph,
    stack,
    workloads,
    authority,
    findings,
    clusters,
    tenants,
    isKeyed,
    restrictionsOf,
  } = given;
  const context = rowContextOf(graph, stack, workloads, authority.identities);
  const ofSecrets = secretRows(context, isKeyed);
  const rows = {
    workloads: workloadRows(context),
    identities: identityRows(context),
    runs_as: runsAsRows(context),
    ...ofSecrets,
    trusts: distinctRows([...trustRows(context), ...resourceTrustRows(context)]),
    reaches: reachRows(context),
    permissions: permissionRows(context),
    resources: resourceRows(context, tenants),
    spiffe_ids: spiffeIdRows(context),
    namespaces: namespaceRows(context),
    clusters: clusterRows(context, clusters),
    restrictions: restrictionRows(context, restrictionsOf),
  };
  const named: readonly { readonly tenant: string }[] = [
    ...rows.workloads,
    ...rows.identities,
    ...rows.resources,
  ];
  const found = new Set(named.map(({ tenant }) => tenant).filter((tenant) => tenant !== ""));
  const concerns = findings.flatMap(({ fingerprint, about: { name: about }, holder }) => {
    const thing = context.names.of(about) ?? "";
    const restrictions = restrictionsOf({ about, ...(holder && { holder: holder.name }) });
    return thing === "" && restrictions === "" ? [] : [{ fingerprint, thing, restrictions }];
  });
  return {
    ...rows,
    tenants: distinctRows([...found].map((tenant) => ({ stack, tenant }))),
    concerns: distinctRows(concerns),
  };
}

/** What there is to say of a stack beside what was read of its resources. */
export interface StackRecord {
  readonly project: string;
  readonly name: string;
  /** SHA-256 of what the facts were read from. */
  readonly digest: string;
  /** Time of the update that wrote the state, as ISO 8601; empty where it is not known. */
  readonly updated: string;
  readonly resources: number;
  readonly isComplete: boolean;
  /** Updates up to that state, the newest first. */
  readonly updates: readonly Update[];
  readonly findings: readonly Finding[];
}

/** All facts of a stack, as rows of every table. */
export function allRows(facts: StackFacts, record: StackRecord): FactRows {
  const { project, name, digest, updated, resources, isComplete, updates, findings } = record;
  const { concerns, ...rows } = facts;
  const stack = `${project}/${name}`;
  const concernOf = new Map(concerns.map((each) => [each.fingerprint, each]));
  const complete = isComplete ? "yes" : "no";
  return {
    ...rows,
    stacks: [{ stack, project, name, digest, updated, resources, complete }],
    updates: updates.map((update, index) => ({ stack, place: index + 1, ...update })),
    findings: distinctRows(
      findings.map((finding) => {
        const { rule, fingerprint, verdict, severity, at, source, message } = finding;
        const where = source === undefined ? "" : sourceText(source);
        const { thing = "", restrictions = "" } = concernOf.get(fingerprint) ?? {};
        return {
          ...{ stack, rule, fingerprint, verdict, severity: severity },
          ...{ thing, restrictions, message, urn: at.urn, source: where },
          finding: JSON.stringify(finding),
        };
      }),
    ),
  };
}
