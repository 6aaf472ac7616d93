/** A requirement of a label selector; an operator that Kubernetes does not define stays as written. */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

const KEY = "[A-Za-z0-9](?:[\\w./-]*)";
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALS = new RegExp(`^(${KEY})\\s*(=|==|!=)\\s*([\\w.-]*)$`);
const COMPARES = new RegExp(`^(${KEY})\\s*([<>])\\s*(-?\\d+)$`);
const IN = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([\\w.,\\s-]*)\\)$`);

/**
 * What a label selector that is one text requires, `app=a,tier in (b,c),!d`; undefined for what is no selector.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors.
 */
export function requirementsIn(text: string): readonly Requirement[] | undefined {
  const requirements = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part, _index, all) => part !== "" || all.length > 1)
    .map(requirementIn);
  return requirements.every((one) => one !== undefined) ? requirements : undefined;
}

function requirementIn(text: string): Requirement | undefined {
  const [, not, there = ""] = EXISTS.exec(text) ?? [];
  if (not !== undefined) {
    return { key: there, operator: not === "" ? "Exists" : "DoesNotExist", values: [] };
  }
  const [, equal, sign, value = ""] = EQUALS.exec(text) ?? [];
  if (equal !== undefined) {
    return { key: equal, operator: sign === "!=" ? "NotIn" : "In", values: [value] };
  }
  const [, compared, than, bound = ""] = COMPARES.exec(text) ?? [];
  if (compared !== undefined) {
    return { key: compared, operator: than === ">" ? "Gt" : "Lt", values: [bound] };
  }
  const [, listed, way, list = ""] = IN.exec(text) ?? [];
  if (listed === undefined) return undefined;
  const values = list.split(",").map((each) => each.trim());
  return { key: listed, operator: way === "in" ? "In" : "NotIn", values };
}
