import table from "./operator-resources.json";

/** What the right to write custom resources opens. */
export type Opened = "pods" | "manifests" | "accounts" | "policies" | "cloud";

interface OperatorResources {
  readonly opens: Opened;
  readonly group: string;
  readonly resources: readonly string[];
  readonly clusterWide?: boolean;
}

/** Custom resources by which an operator does for their author what that may not do itself. */
export const operatorResources = table.resources as readonly OperatorResources[];
