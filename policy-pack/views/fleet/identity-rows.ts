import { createHash } from "node:crypto";
import { isAccountId } from "../../../core/arn";
import { nameIn } from "../../facts/fact-values";
import { labelIn } from "../../facts/label";
import type { Name } from "../../facts/name";
import { accountsBecoming, partiesOf, runnersOf } from "../../domain/workloads/parties";
import { rolesOf } from "../../domain/iam/roles";
import { isServer } from "../../domain/spiffe/collision";
import { selectionOf } from "../../domain/spiffe/selection";
import {
  distinctRows,
  placeOfThing,
  placedAt,
  shownLabel,
  tenantText,
  whatOf,
  type RowContext,
} from "./row-context";
import type { FactRow } from "./schema";

/** The workloads of a stack. */
export function workloadRows(context: RowContext): readonly FactRow<"workloads">[] {
  const { graph, stack, names } = context;
  return distinctRows(
    context.workloads.flatMap((fact) => {
      const workload = names.of(fact.workload);
      if (workload === undefined) return [];
      const label = graph.masks.over(labelIn(graph, fact));
      const tenant = tenantText(context, fact.workload);
      const { urn, source } = placedAt(context, fact.at.urn);
      return [{ stack, workload, label, what: fact.what, kind: fact.is, tenant, urn, source }];
    }),
  );
}

/** The identities that a stack declares. */
export function identityRows(context: RowContext): readonly FactRow<"identities">[] {
  const { graph, stack, names } = context;
  const found = new Set<Name>();
  for (const { name } of rolesOf(graph)) found.add(name);
  for (const { identity } of graph.all("runs-as")) addNamed(found, nameIn(identity));
  for (const { identity } of graph.all("assumes")) found.add(identity);
  for (const { identity } of graph.all("allows")) found.add(identity);
  return distinctRows(
    [...found].flatMap((name) => {
      const identity = names.of(name);
      if (identity === undefined || !names.isDeclared(name)) return [];
      const label = shownLabel(context, name);
      const what = whatOf(context, name, "identity");
      const [, account = "", ...rest] = identity.startsWith("iam-") ? identity.split("|") : [];
      const { urn, source } = placeOfThing(context, name);
      return [
        {
          ...{ stack, identity, label, what, account },
          arn: isAccountId(account) ? arnOf(context, name, account, rest.join("|")) : "",
          tenant: tenantText(context, name),
          ...{ urn, source },
        },
      ];
    }),
  );
}

function addNamed(found: Set<Name>, name: Name | undefined): void {
  if (name !== undefined) found.add(name);
}

/** The ARN of a role or user; by its account and name where the path is not known. */
function arnOf({ graph }: RowContext, name: Name, account: string, short: string): string {
  const known = graph.namesOf(name).filter((each) => /^arn:[^:]*:iam::\d+:/.test(each));
  const [first] = known.sort();
  if (first !== undefined && graph.masks.over(first) === first) return first;
  const isUser = graph.namesOf(name).some((each) => each.startsWith("iam-user|"));
  return `arn:aws:iam::${account}:${isUser ? "user" : "role"}/${short}`;
}

/**
 * The identities of workloads.
 *
 * A ServiceAccount that nothing in the stack runs as represents a workload of another stack.
 */
export function runsAsRows(context: RowContext): readonly FactRow<"runs_as">[] {
  const { graph, stack, names } = context;
  const rows: FactRow<"runs_as">[] = [];
  const add = (user: Name, name: Name, isDefault: boolean): void => {
    const [workload, identity] = [names.of(user), names.of(name)];
    if (workload === undefined || identity === undefined) return;
    const label = shownLabel(context, name);
    const what = whatOf(context, name, "identity");
    const is_default = isDefault ? "yes" : "no";
    const { urn, source } = placeOfThing(context, user);
    rows.push({ stack, workload, identity, label, what, is_default, urn, source });
  };
  const identities = new Set<Name>();
  for (const { workload, identity, isDefault } of graph.all("runs-as")) {
    const name = nameIn(identity);
    if (name !== undefined && isDefault) add(workload, name, true);
    else addNamed(identities, name);
  }
  for (const { identity } of graph.all("owns")) identities.add(identity);
  for (const { role } of graph.all("assumes")) addNamed(identities, nameIn(role));
  for (const identity of identities) {
    for (const party of partiesOf(graph, identity)) add(party, identity, false);
    for (const account of accountsBecoming(graph, identity)) {
      if (runnersOf(graph, account).length === 0) add(account, identity, false);
    }
  }
  return distinctRows(rows);
}

/** Workloads of tenants in the namespaces of Kubernetes. */
export function namespaceRows(context: RowContext): readonly FactRow<"namespaces">[] {
  const { graph, stack, names } = context;
  return distinctRows(
    context.workloads.flatMap((fact) => {
      const tenant = tenantText(context, fact.workload);
      const workload = names.of(fact.workload);
      if (tenant === "" || workload === undefined) return [];
      return graph.facts("inside", "thing", fact.workload).flatMap((inside) => {
        const name = nameIn(inside.namespace);
        const namespace = name === undefined ? undefined : names.of(name);
        if (name === undefined || namespace === undefined) return [];
        const label = shownLabel(context, name);
        const { urn, source } = placedAt(context, fact.at.urn);
        return [{ stack, namespace, label, workload, tenant, urn, source }];
      });
    }),
  );
}

/** SPIRE registrations of one SPIFFE ID each. */
export function spiffeIdRows(context: RowContext): readonly FactRow<"spiffe_ids">[] {
  const { graph, stack, names } = context;
  return distinctRows(
    graph.all("registers").flatMap(({ registration, whole, within, entry, at }) => {
      const id = whole ?? within;
      const spiffe_id = id === undefined ? undefined : names.of(id);
      const selected = selectionOf(entry);
      const isOfAgents = entry.kind === "static" && isServer(entry.parent);
      if (spiffe_id === undefined || selected === undefined || isOfAgents) return [];
      const selection = createHash("sha256").update(selected).digest("hex").slice(0, 32);
      const label = shownLabel(context, registration);
      const { urn, source } = placedAt(context, at.urn);
      return [{ stack, spiffe_id, selection, label, urn, source }];
    }),
  );
}
