import table from "./operator-resources.json";

/** What the right to write custom resources opens. */
export type Opened =
  | "pods"
  | "code"
  | "tokens"
  | "manifests"
  | "accounts"
  | "policies"
  | "machines"
  | "cloud"
  | "identities";

interface OperatorResources {
  readonly opens: Opened;
  readonly group: string;
  readonly resources: readonly string[];
  readonly clusterWide?: boolean;
}

/** Verbs by which what custom resources open is opened: what others run is there before it is changed. */
export function verbsOf(opens: Opened): readonly string[] {
  return opens === "code" ? ["update", "patch"] : ["create", "update", "patch"];
}

/** Custom resources by which an operator does for their author what that may not do itself. */
export const operatorResources = table.resources as readonly OperatorResources[];
