import type { TenantPatterns } from "../../domain/paths/access/resources";
import type { Authority } from "../delta/authority";
import type { Finding } from "../../findings/finding";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { reachRows, trustRows } from "./assume-rows";
import {
  identityRows,
  namespaceRows,
  runsAsRows,
  spiffeIdRows,
  workloadRows,
} from "./identity-rows";
import {
  distinctRows,
  rowContextOf,
  sourceText,
  placedAt,
  tenantText,
  type RowContext,
  shownLabel,
  whatOf,
} from "./row-context";
import { permissionRows, resourceRows, resourceTrustRows } from "./permission-rows";
import type { FactRows, StackFacts, FactRow } from "./schema";
import type { Update } from "./updates";
import { isAccountId } from "../../../core/arn";
import { eksClusterIn } from "../../facts/eks-scope";
import type { Urn } from "../../../core/snapshot/value";
import { issuerOf } from "../../../core/trust/issuers";
import { contentsOf } from "../../domain/secrets/reach";
import { useIn } from "../../domain/secrets/sharing";
import type { Name } from "../../facts/name";
import { exemptOf } from "../../domain/secrets/apart";

/** What the facts of a stack are read from. */
export interface FactSource {
  /** Complete. */
  readonly graph: Graph;
  /** The stack, as `project/stack`. */
  readonly stack: string;
  /** The workloads of the stack, each by its most specific fact. */
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

/** The facts on a stack besides its resources. */
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

/** An EKS cluster that a stack declares, with the scopes that things of it have in their names. */
interface DeclaredCluster {
  readonly urn: Urn;
  readonly scopes: readonly string[];
}

/**
 * The names by which trust policies identify clusters: OIDC issuers that a stack trusts, and EKS clusters that it declares.
 *
 * Issuers that all their customers share, such as GitHub Actions, are left out: many stacks trust them, by further claims.
 */
function clusterRows(
  context: RowContext,
  clusters: readonly DeclaredCluster[],
): readonly FactRow<"clusters">[] {
  const { graph, stack } = context;
  const trusted = graph.all("issuer").flatMap(({ provider, issuer, at }) => {
    if (issuer.kind !== "known" || issuerOf(issuer.text).tenancy === "shared") return [];
    if (graph.masks.over(issuer.text) !== issuer.text) return [];
    const tenant = tenantText(context, provider);
    const place = placedAt(context, at.urn);
    return [{ stack, cluster: issuer.text, what: "OIDC issuer", role: "trusts", tenant, ...place }];
  });
  const declared = clusters.flatMap(({ urn, scopes }) =>
    scopes.flatMap((scope) => {
      const eks = eksClusterIn(scope);
      if (eks === undefined || !isAccountId(eks.account)) return [];
      const cluster = `${eks.account}/${eks.cluster}`;
      if (graph.masks.over(cluster) !== cluster) return [];
      const tenant = tenantText(context, urn);
      const place = placedAt(context, urn);
      return [{ stack, cluster, what: "EKS cluster", role: "declares", tenant, ...place }];
    }),
  );
  return distinctRows([...trusted, ...declared]);
}

/** What restricts the workload of a finding; empty where no finding about it can be waived. */
type RestrictionsOf = (concerned: { readonly about: Name; readonly holder?: Name }) => string;

/** What restricts the workloads about which findings over several stacks can be waived, for each secret and whatever they use. */
function restrictionRows(
  context: RowContext,
  restrictionsOf: RestrictionsOf,
): readonly FactRow<"restrictions">[] {
  const { graph, names } = context;
  const waivable = new Map<Name, string>();
  for (const { workload } of context.workloads) {
    const restrictions = restrictionsOf({ about: workload });
    if (restrictions !== "") waivable.set(graph.canonical(workload), restrictions);
  }
  if (waivable.size === 0) return [];
  const rows = [...waivable].flatMap(([workload, by]) => row(workload, "", by));
  for (const fact of graph.all("uses")) {
    const read = useIn(graph, fact);
    if (read.kind !== "held") continue;
    const { workload, part } = read.held;
    const always = waivable.get(graph.canonical(workload));
    if (always === undefined) continue;
    for (const { name } of contentsOf(graph, part, false)) {
      const thing = names.of(name);
      const restrictions = restrictionsOf({ about: name, holder: workload });
      if (thing !== undefined && restrictions !== always)
        rows.push(...row(workload, thing, restrictions));
    }
  }
  return distinctRows(rows);

  function row(of: Name, thing: string, restrictions: string): readonly FactRow<"restrictions">[] {
    const workload = names.of(of);
    return workload === undefined ? [] : [{ stack: context.stack, workload, thing, restrictions }];
  }
}

/** What workloads use of secrets. */
interface SecretRows {
  readonly secret_refs: readonly FactRow<"secret_refs">[];
  readonly secret_values: readonly FactRow<"secret_values">[];
}

/**
 * The secrets that workloads use by reference, those that these are filled from, and credentials in plain text.
 *
 * @param isKeyed whether names of values are made with a key that other runs have too
 */
function secretRows(context: RowContext, isKeyed: boolean): SecretRows {
  const { graph, stack, names } = context;
  const refs: FactRow<"secret_refs">[] = [];
  const values: FactRow<"secret_values">[] = [];
  for (const fact of [...graph.all("uses"), ...graph.all("literal")]) {
    const read = useIn(graph, fact);
    const workload = read.kind === "held" ? names.of(read.held.workload) : undefined;
    if (read.kind !== "held" || workload === undefined) continue;
    const { part, onlyContents } = read.held;
    const { urn, source } = placedAt(context, fact.at.urn);
    const parts = contentsOf(graph, part, false);
    for (const [at, { name, key = "" }] of parts.entries()) {
      if (name.startsWith("literal|")) {
        if (!isKeyed) continue;
        const fingerprint = name.slice("literal|".length);
        const label = graph.masks.over(fact.kind === "literal" ? fact.credential : "credential");
        values.push({ stack, workload, fingerprint, label, urn, source });
        continue;
      }
      const secret = names.of(name);
      const isLeftOut = (onlyContents && at === 0) || exemptOf(name) !== undefined;
      if (secret === undefined || isLeftOut || !canBeCompared(name)) continue;
      refs.push({
        ...{ stack, workload, secret, part: graph.masks.over(key) },
        label: shownLabel(context, name),
        what: whatOf(context, name, "secret"),
        ...{ urn, source },
      });
    }
  }
  return { secret_refs: distinctRows(refs), secret_values: distinctRows(values) };
}

/** Whether a name is of a secret, and not of a place in a resource or of a value. */
function canBeCompared(name: Name): boolean {
  return !/^(?:literal|literal-at|ciphertext)\|/.test(name);
}
