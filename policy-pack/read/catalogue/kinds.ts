import * as catalogue from "./kubernetes";
import type { Kind, Operator, Product } from "./product";

const products: readonly Product[] = Object.values(catalogue).flat();

const kinds = new Map<string, Kind>(
  products.flatMap(({ group, kinds: own }) =>
    Object.entries(own).map(([kind, entry]) => [`${group}/${kind}`, entry] as const),
  ),
);

const none: Kind = {};

/** What the catalogue has of a kind of custom resource; nothing of a kind that is not in it. */
export function catalogued({
  group,
  kind,
}: {
  readonly group: string;
  readonly kind: string;
}): Kind {
  return kinds.get(`${group}/${kind}`) ?? none;
}

/** The kinds whose objects are of a sort, with their groups. */
export function kindsThatAre(...sorts: readonly Kind["is"][]): readonly string[] {
  return [...kinds].flatMap(([kind, { is }]) => (is && sorts.includes(is) ? [kind] : []));
}

/** Operators that use secrets themselves, by the group of their kinds. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  products.flatMap(({ group, operator }) => (operator ? [[group, operator] as const] : [])),
);
