import type * as pulumi from "@pulumi/pulumi";
import { nearest } from "../../core/nearest";
import { argumentError } from "../arguments/argument-error";
import {
  clusterOf,
  federations as descriptors,
  kindIn,
  readFederation,
  type KnownFederation,
  type TenantFederation,
} from "../federations/all-federations";
import { part } from "../arguments/known";
import { safeName } from "../arguments/naming";

/** The federations of a tenant: one without a name, or several by name. */
export interface TenantFederations {
  readonly federation?: pulumi.Input<TenantFederation>;
  readonly federations?: pulumi.Input<Record<string, TenantFederation>>;
}

/** The federations of a tenant's own arguments, whose kinds are known at once. */
interface DeclaredFederations {
  readonly federation?: TenantFederation;
  readonly federations?: Record<string, TenantFederation>;
}

/** A federation of a tenant; one in `federation` has no name. */
export interface NamedFederation<F = TenantFederation> {
  readonly name: string | undefined;
  readonly federation: F;
}

/** Refuses an empty list of federations, and the use of both forms, and lists the others. */
export function federationsIn(
  subject: string,
  { federation, federations }: DeclaredFederations,
): readonly NamedFederation[] {
  if (federations !== undefined && federation !== undefined) {
    throw argumentError(subject, "`federation` and `federations` are both set; give one of them");
  }
  if (federation !== undefined) return [{ name: undefined, federation }];
  const named = Object.entries(federations ?? {}).map(([name, each]) => ({
    name,
    federation: each,
  }));
  if (named.length > 0) return named;
  throw argumentError(
    subject,
    federations === undefined
      ? "federation is missing; give one, or several by name as `federations`"
      : "federations is empty; give at least one, by a name",
  );
}

/** Refuses federations of a tenant that have a mistake which shows before their values are known. */
export function checkFederations(subject: string, federations: readonly NamedFederation[]): void {
  for (const { name, federation } of federations) {
    if (name !== undefined && safeName(name) !== name) {
      throw argumentError(
        subject,
        `federations has the name \`${name}\`; give lowercase letters, digits and single \`-\` inside, at most 63`,
      );
    }
    kindIn(placeOf(subject, name), federation);
  }
}

/** A tenant's federations in the form in which its arguments have them. */
export function declaredAs(federations: readonly NamedFederation[]): DeclaredFederations {
  const [first] = federations;
  if (first !== undefined && first.name === undefined) return { federation: first.federation };
  const named = federations.map(({ name = "", federation }) => [name, federation] as const);
  return { federations: Object.fromEntries(named) };
}

/** Makes what a tenant needs for its federations, and answers these with what was made. */
export function provideFederations(
  parent: pulumi.ComponentResource,
  resourceName: string,
  tenant: string,
  federations: readonly NamedFederation[],
): readonly NamedFederation[] {
  const all = federations.map((named) => {
    const kind = kindIn(`tenant \`${tenant}\``, named.federation);
    const given = named.federation[kind] ?? {};
    const { provide } = descriptors[kind];
    return { named, kind, given, provide: provide?.isNeeded(given) === true ? provide : undefined };
  });
  return all.map(({ named: { name, federation }, kind, given, provide }) => {
    if (provide === undefined) return { name, federation };
    const hasOthers = all.filter((other) => other.provide === provide).length > 1;
    const providing = { parent, resourceName, tenant, name, hasOthers };
    return { name, federation: { [kind]: provide.make(providing, given) } };
  });
}

/** A tenant's federations with all values known and checked, each and together. */
export function readFederations(
  subject: string,
  federations: readonly NamedFederation<pulumi.Unwrap<TenantFederation>>[],
): readonly [KnownFederation, ...KnownFederation[]] {
  const known = federations.map(({ name, federation }) => ({
    name,
    federation: readFederation(placeOf(subject, name), federation),
  }));
  known.forEach((one, index) => {
    for (const other of known.slice(0, index)) checkTogether(subject, other, one);
  });
  const [first, ...others] = known.map(({ federation }) => federation);
  if (first === undefined) throw argumentError(subject, "federation is missing; give one");
  return [first, ...others];
}

/** The federations that a tenant's reference has. */
export function namedIn(
  subject: string,
  { federation, federations }: TenantFederations,
): pulumi.Input<readonly NamedFederation[]> {
  if (federations !== undefined) {
    return part(federations, (all) =>
      Object.entries(all).map(([name, each]): NamedFederation => ({ name, federation: each })),
    );
  }
  if (federation !== undefined) {
    return part(federation, (only) => [{ name: undefined, federation: only }]);
  }
  throw argumentError(subject, "tenant is no reference to a tenant; give `tenant.ref`");
}

/** The federation that a workload names, else its tenant's only one. */
export function chosenFederation(
  subject: string,
  tenant: pulumi.Input<TenantFederations>,
  chosen: string | undefined,
): pulumi.Input<TenantFederation> {
  return part(tenant, (ref) =>
    part(namedIn(subject, ref), (all: readonly NamedFederation[]) =>
      checkChoice(subject, all, chosen),
    ),
  );
}

/** The federation that is chosen among those of a tenant; throws where it is none of them, or one has to be chosen. */
export function checkChoice(
  subject: string,
  all: readonly NamedFederation[],
  chosen: string | undefined,
): TenantFederation {
  const [only] = all.length === 1 ? all : [];
  const found = chosen === undefined ? only : all.find(({ name }) => name === chosen);
  if (found !== undefined) return found.federation;
  const names = all.flatMap(({ name }) => name ?? []);
  if (names.length > 0) throw argumentError(subject, choiceProblem(chosen, names));
  throw argumentError(
    subject,
    `federation \`${String(chosen)}\` is chosen, but the tenant has one \`federation\` without a name; leave it out, or give the tenant \`federations\` by name`,
  );
}

/** What is wrong with the choice of a federation that names none of a tenant's. */
export function choiceProblem(chosen: string | undefined, names: readonly string[]): string {
  const choices = names.map((name) => `\`${name}\``).join(", ");
  if (chosen === undefined) {
    return `federation is missing, and the tenant has several; give one of ${choices}`;
  }
  const meant = nearest(chosen, names);
  const hint = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
  return `federation \`${chosen}\` is none of the tenant's; give one of ${choices}${hint}`;
}

/** A tenant has its roles and their boundary in one account, and its namespace in one cluster. */
function checkTogether(
  subject: string,
  one: NamedFederation<KnownFederation>,
  other: NamedFederation<KnownFederation>,
): void {
  const [a, b] = [one.federation, other.federation];
  const names = `federations.${String(one.name)} and federations.${String(other.name)}`;
  if (a.account !== b.account || a.partition !== b.partition) {
    throw argumentError(
      subject,
      `${names} are of two accounts, \`${a.account}\` in \`${a.partition}\` and \`${b.account}\` in \`${b.partition}\`; a tenant's roles are in one, so make a tenant for each`,
    );
  }
  if (a.kind !== b.kind || clusterOf(a) === clusterOf(b)) return;
  throw argumentError(
    subject,
    `${names} are of two clusters, \`${String(clusterOf(a))}\` and \`${String(clusterOf(b))}\`; a tenant's namespace is in one, so make a tenant for each`,
  );
}

function placeOf(subject: string, name: string | undefined): string {
  return name === undefined ? subject : `${subject}: federations.${name}`;
}
