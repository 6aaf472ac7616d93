/** What a field of a template shows of its pod. */
export type Field =
  | "namespace"
  | "account"
  | "pod name"
  | "pod uid"
  | "label"
  | "annotation"
  /** The same for all pods of a node. */
  | "node"
  /** What many workloads have alike: a team, a version, a priority. */
  | "common"
  /** Anything else that the author of the pod writes into it. */
  | "other";

/** A part of a template of SPIFFE IDs. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  /** The same for all pods that a controller registers: `TrustDomain`, `ClusterName`, `ClusterDomain`. */
  | { readonly kind: "constant"; readonly name: string }
  /** `key`: which label or annotation; `orNothing`: it prints as nothing where the pod has none. */
  | {
      readonly kind: "field";
      readonly field: Field;
      readonly key?: string;
      readonly orNothing?: true;
    }
  /** An action with an unsupported result. */
  | { readonly kind: "unclear"; readonly action: string };

/** Writes a template so that equal ones are equal texts. */
export function printTemplate(parts: readonly TemplatePart[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case "text":
          return part.text;
        case "constant":
          return `{{ .${part.name} }}`;
        case "field":
          return `{{ ${part.field}${part.key === undefined ? "" : ` ${part.key}`} }}`;
        case "unclear":
          return `{{ ${part.action} }}`;
      }
    })
    .join("");
}
