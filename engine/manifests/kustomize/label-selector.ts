import { isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";

type Requirement = (labels: ValueRecord) => boolean;

/**
 * What tells whether labels fit a selector, `app=a,tier in (b,c),!d`; undefined for what is no selector.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors.
 */
export function labelSelectorOf(
  text: string,
): ((labels: Value | undefined) => boolean) | undefined {
  const requirements = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part, _index, all) => part !== "" || all.length > 1)
    .map((part) => requirementOf(part));
  if (!requirements.every((one) => one !== undefined)) return undefined;
  return (labels) => requirements.every((fits) => fits(isRecord(labels) ? labels : {}));
}

const KEY = "[A-Za-z0-9](?:[\\w./-]*)";
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALS = new RegExp(`^(${KEY})\\s*(=|==|!=)\\s*([\\w.-]*)$`);
const COMPARES = new RegExp(`^(${KEY})\\s*([<>])\\s*(-?\\d+)$`);
const IN = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([\\w.,\\s-]*)\\)$`);

function requirementOf(text: string): Requirement | undefined {
  const [, not, key = ""] = EXISTS.exec(text) ?? [];
  if (not !== undefined) return (labels) => (labelIn(labels, key) !== undefined) === (not === "");
  const equals = EQUALS.exec(text);
  if (equals !== null) {
    const [, name = "", operator, value = ""] = equals;
    return (labels) => (labelIn(labels, name) === value) === (operator !== "!=");
  }
  const compares = COMPARES.exec(text);
  if (compares !== null) {
    const [, name = "", operator, bound] = compares;
    return (labels) => {
      const value = labelIn(labels, name);
      if (value === undefined || !/^-?\d+$/.test(value)) return false;
      return operator === ">" ? Number(value) > Number(bound) : Number(value) < Number(bound);
    };
  }
  const [, name = "", operator, list = ""] = IN.exec(text) ?? [];
  if (operator === undefined) return undefined;
  const values = new Set(list.split(",").map((value) => value.trim()));
  return (labels) => {
    const value = labelIn(labels, name);
    return (value !== undefined && values.has(value)) === (operator === "in");
  };
}

function labelIn(labels: ValueRecord, key: string): string | undefined {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return typeof value === "string" ? value : undefined;
}
