import type { Value } from "../../../../core/snapshot/value";

/** Values of a chart. */
export interface ChartValues {
  readonly value: Value;
  /** Their location in the object: `values`, `spec.source.helm.valuesObject`. */
  readonly path: string;
  /** The chart as it is named, when known: `bitnami/postgresql`. */
  readonly chart?: string | undefined;
}
