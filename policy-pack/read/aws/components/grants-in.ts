import { asClassic } from "../../../domain/native/as-classic";
import type { FactOf } from "../../../facts/fact";
import type { Resource, Snapshot } from "../../../../core/snapshot/resource";
import { Secret, Unknown, type Value } from "../../../../core/snapshot/value";
import { declaredGrants } from "./declared-grants";
import { isWorkloadComponent } from "./workload-components";

/** A grant that a component of a snapshot declares. */
export interface GrantIn {
  readonly fact: FactOf<"grants">;
  /** Whether anything of it is marked secret, so that nothing may show it. */
  readonly isSecret: boolean;
}

/** The grants by which a broker decides: all that components of a snapshot declare but those that a gateway decides by. */
export function grantsIn(snapshot: Snapshot): readonly GrantIn[] {
  return declaredIn(snapshot.resources.map(asClassic)).filter(
    ({ fact }) => fact.decidedBy !== "gateway",
  );
}

/** The grants that components declare. */
export function declaredIn(resources: readonly Resource[]): readonly GrantIn[] {
  return resources.flatMap((resource) => {
    if (!isWorkloadComponent(resource.type)) return [];
    const isSecret = containsSecret(resource);
    return [...declaredGrants(resource)].flatMap((fact) =>
      fact.kind === "grants" ? [{ fact, isSecret }] : [],
    );
  });
}

function containsSecret({ inputs }: Resource): boolean {
  const { grants, tenant, name } = inputs;
  return [grants, tenant, name].some(isSecret);
}

function isSecret(value: Value | undefined): boolean {
  if (value instanceof Secret) return true;
  if (value instanceof Unknown) return value.secret;
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).some((each) => isSecret(each))
  );
}
