import { printTemplate, type Field, type TemplatePart } from "../../facts/spiffe-template";

/** Whether a SPIFFE ID distinguishes two pods by a field of theirs, and which fields it does not contain reliably. */
export interface DistinguishingFields {
  /** Fields whose values every SPIFFE ID of the template shows. */
  readonly fields: ReadonlySet<Field>;
  /** Fields that run together, so that one SPIFFE ID may be of two pods that differ in them. */
  readonly together: readonly Field[];
  /** An action that is not understood. */
  readonly unclear: string | undefined;
}

/**
 * Texts that a field may be written with, of those that a SPIFFE ID may. Sources: kubernetes.io, "Object Names and IDs" and
 * "Labels and Selectors"; SPIFFE-ID.md, section 2.2.
 */
const written: Readonly<Record<Field, RegExp>> = {
  namespace: /^[a-z0-9-]*$/,
  account: /^[a-z0-9.-]*$/,
  "pod name": /^[a-z0-9.-]*$/,
  "pod uid": /^[a-f0-9-]*$/,
  label: /^[A-Za-z0-9._-]*$/,
  annotation: /^/,
  node: /^/,
  common: /^/,
  other: /^/,
};

/** What is between two fields, or before or after one: its known characters. */
interface Fixed {
  readonly known: string;
}

/** Any text, for an action that is not understood. */
type Variable = Field | "unclear";

/** Which fields of a pod can be read from each SPIFFE ID of a template. */
export function distinguished(parts: readonly TemplatePart[]): DistinguishingFields {
  const { fixed, variables } = alternating(parts);
  const left = reportedFromStart(fixed, variables);
  const right = reportedFromStart([...fixed].reverse(), [...variables].reverse());
  const reported = new Set<Field>();
  const together: Field[] = [];
  variables.forEach((variable, index) => {
    const isReported = index < left || index >= variables.length - right;
    if (variable === "unclear") return;
    if (isReported) reported.add(variable);
    else together.push(variable);
  });
  const unclear = parts.find((part) => part.kind === "unclear");
  return {
    fields: reported,
    together: together.filter((field) => !reported.has(field)),
    unclear: unclear === undefined ? undefined : printTemplate([unclear]),
  };
}

/** Fields and the texts around them: one more of the latter. */
function alternating(parts: readonly TemplatePart[]): {
  readonly fixed: readonly Fixed[];
  readonly variables: readonly Variable[];
} {
  const fixed: Fixed[] = [];
  const variables: Variable[] = [];
  let known = "";
  for (const part of parts) {
    // Of what is the same for all pods it is not known which characters it has.
    if (part.kind === "text") known += part.text;
    if (part.kind === "text" || part.kind === "constant") continue;
    fixed.push({ known });
    known = "";
    variables.push(part.kind === "field" ? part.field : "unclear");
  }
  return { fixed: [...fixed, { known }], variables };
}

/** How many fields, from the start, can be read: each ends where a character follows that it cannot have. */
function reportedFromStart(fixed: readonly Fixed[], variables: readonly Variable[]): number {
  let reported = 0;
  for (const variable of variables) {
    const isLast = reported === variables.length - 1;
    const behind = fixed[reported + 1]?.known ?? "";
    const allowed = variable === "unclear" ? /^/ : written[variable];
    if (!isLast && allowed.test(behind)) return reported;
    reported += 1;
  }
  return reported;
}
