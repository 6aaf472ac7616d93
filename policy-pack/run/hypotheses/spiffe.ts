import { replaceBetween } from "../../../core/replace-between";
import { matches, type Pattern } from "../../../core/pattern";
import type { FactOf } from "../../facts/fact";
import { labelOfThing } from "../../facts/label";
import type { Name } from "../../facts/name";
import { assignedIds } from "../../domain/spiffe/assigned";
import { printTemplate, type TemplatePart } from "../../facts/spiffe-template";
import { tenantOf } from "../../domain/workloads/tenancy";
import { textsIn } from "../../../core/snapshot/texts";
import type { Urn } from "../../../core/snapshot/value";
import { objectOf } from "./objects";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import type { PossibleValue, Hypothesis } from "./hypothesis";
import { text } from "./values";

/** A value that nothing in the stack has. */
const other: PossibleValue = { value: "any-other", sentence: "any other" };

/** Most templates of SPIFFE IDs that are held against the SPIFFE IDs that roles require. */
const mostTemplates = 20;

type Field = Extract<TemplatePart, { kind: "field" }>;

/** Possible values of pod labels that SPIFFE IDs contain: those of other pods, and those that roles require. */
export function labelsOfPods(types: RegExp, podSpec: readonly string[]): Hypothesis {
  const path = [...podSpec.slice(0, -1), "metadata", "labels", "*"];
  return { types, path, atLeast: path.length, values: labels };
}

function labels(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const key = String(place.path.at(-1));
  const isOfKey = (part: Field): boolean => part.field === "label" && part.key === key;
  if (!templates(stack).some((parts) => fieldsOf(parts).some(isOfKey))) return [];
  const have = stack.once(`label ${key} of pods`, () =>
    distinct(
      stack.graph.all("makes-pods").flatMap((fact) => {
        const known = fact.labels.kind === "known" ? fact.labels.labels : {};
        const value = Object.hasOwn(known, key) ? known[key] : undefined;
        return value?.kind === "known" ? [value.text] : [];
      }),
    ).map(text),
  );
  return [...requestedFor(`label ${key}`, isOfKey, place, stack), ...have, other];
}

/** The ServiceAccounts whose pods get a SPIFFE ID that a role requires, if templates contain the account. */
export function accountsOfIds(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const isAccount = ({ field }: Field): boolean => field === "account";
  if (!templates(stack).some((parts) => fieldsOf(parts).some(isAccount))) return [];
  return [...requestedFor("account", isAccount, place, stack), other];
}

/** The labels of namespaces that registrations select, each with the first value that is taken. */
export function labelsRequested(stack: StackView): Readonly<Record<string, string>> {
  return stack.once("labels of namespaces that registrations select", () => {
    const requested = stack.graph
      .all("registers")
      .flatMap(({ entry }) =>
        entry.kind === "pods" && entry.namespaces.kind === "known"
          ? entry.namespaces.requirements
          : [],
      )
      .flatMap(({ key, operator, values }): readonly (readonly [string, string])[] =>
        operator === "In" || operator === "Exists" ? [[key, [...values].sort()[0] ?? ""]] : [],
      );
    return Object.fromEntries([...requested].sort(([a, x], [b, y]) => (a + x < b + y ? -1 : 1)));
  });
}

/** SPIFFE IDs of two tenants, neither required by a role: if a trust crosses tenants, one of these shows it. */
export function idsOfOthers(role: Urn, stack: StackView): readonly PossibleValue[] {
  const tenant = tenantOf(stack.graph, role);
  const own = tenant.kind === "tenant" ? tenant.tenant : undefined;
  const found: PossibleValue[] = [];
  for (const [of, id] of firstIds(stack)) {
    if (found.length === 2) break;
    const sentence = `SPIFFE ID \`${labelOfThing(stack.graph, id)}\``;
    if (of !== own) found.push({ value: textOfId(id), sentence });
  }
  return found;
}

/** The first certain SPIFFE ID of each tenant, in the order of their names. */
function firstIds(stack: StackView): ReadonlyMap<string, Name> {
  return stack.once("first SPIFFE ID of each tenant", () => {
    const first = new Map<string, Name>();
    for (const { workload, id, uncertainty } of assignedIds(stack.graph)) {
      const tenant = tenantOf(stack.graph, workload);
      if (uncertainty !== undefined || tenant.kind !== "tenant") continue;
      const known = first.get(tenant.tenant);
      if (known === undefined || id < known) first.set(tenant.tenant, id);
    }
    return new Map([...first].sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** A SPIFFE ID as a trust names it; of a trust domain or a cluster that is not known any name. */
function textOfId(id: Name): string {
  if (id.startsWith("spiffe://")) return id;
  const path = id.split("|").slice(3).join("|");
  return `spiffe://any-domain/${replaceBetween(path, ["{{", "}}"], "any-other")}`;
}

/** The templates that registrations give SPIFFE IDs by, each once. */
function templates(stack: StackView): readonly (readonly TemplatePart[])[] {
  return stack.once("templates of SPIFFE IDs", () => {
    const found = stack.graph.all("registers").flatMap(partsOf);
    const each = new Map(found.map((parts) => [printTemplate(parts), parts]));
    return [...each].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, parts]) => parts);
  });
}

function partsOf({ entry }: FactOf<"registers">): readonly (readonly TemplatePart[])[] {
  return entry.kind === "pods" && entry.template.kind === "known" ? [entry.template.parts] : [];
}

function fieldsOf(parts: readonly TemplatePart[]): readonly Field[] {
  return parts.filter((part) => part.kind === "field");
}

/** The values of a field, for pods of a place's namespace, in the SPIFFE IDs that roles require. */
function requestedFor(
  what: string,
  isWanted: (part: Field) => boolean,
  place: OpenPlace,
  stack: StackView,
): readonly PossibleValue[] {
  const space = objectOf(place, stack)?.namespace;
  const namespace = space?.kind === "named" ? space.text : undefined;
  return stack.once(`${what} that roles require in ${namespace ?? "any namespace"}`, () => {
    const found = templates(stack)
      .slice(0, mostTemplates)
      .flatMap((parts) => {
        const form = formOf(parts, isWanted, namespace);
        return wantedIds(stack).flatMap((id) => valueInId(form, id) ?? []);
      });
    return distinct(found).map(text);
  });
}

/** The SPIFFE IDs that trust policies of roles name. */
function wantedIds(stack: StackView): readonly string[] {
  return stack.once("SPIFFE IDs that roles require", () =>
    distinct(
      stack
        .ofTypes(/^aws:iam\/role:Role$/)
        .flatMap(({ inputs }) => [...textsIn(inputs["assumeRolePolicy"])])
        .flatMap(idsIn)
        .filter((each) => !/[*?]/.test(each)),
    ),
  );
}

/** The SPIFFE IDs in a text: it is one, or JSON with some of them. */
function idsIn(given: string): readonly string[] {
  return [...given.matchAll(/(?:^|")(spiffe:\/\/[^"\\]*)(?="|$)/gi)].map(([, id = ""]) => id);
}

/** Segments of the SPIFFE IDs of a template: what each matches, or the text around the field that is wanted. */
type Form = readonly (Pattern | { readonly before: string; readonly after: string })[];

/** The form of a template's SPIFFE IDs, of which the first field that is wanted fills a segment; none where it does not. */
function formOf(
  parts: readonly TemplatePart[],
  isWanted: (part: Field) => boolean,
  namespace: string | undefined,
): Form {
  const wanted = parts.find((part) => part.kind === "field" && isWanted(part));
  if (wanted === undefined || parts.some(({ kind }) => kind === "unclear")) return [];
  const segments: (string | undefined)[][] = [[]];
  let within = 0;
  for (const part of parts) {
    if (part === wanted) within = segments.length - 1;
    const isNamespace = part.kind === "field" && part.field === "namespace" && part !== wanted;
    const text = part.kind === "text" ? part.text : isNamespace ? namespace : undefined;
    const [first, ...more] = text?.split("/") ?? [undefined];
    segments.at(-1)?.push(first);
    for (const each of more) segments.push([each]);
  }
  const around = segments[within]?.map((each) => each ?? "") ?? [];
  const at = segments[within]?.indexOf(undefined) ?? -1;
  if (segments[within]?.lastIndexOf(undefined) !== at) return [];
  return segments.map((segment, index) =>
    index === within
      ? { before: around.slice(0, at).join(""), after: around.slice(at + 1).join("") }
      : segment.flatMap((each): Pattern =>
          each === undefined ? [{ kind: "one" }, { kind: "many" }] : literal(each),
        ),
  );
}

function literal(text: string): Pattern {
  return text === "" ? [] : [{ kind: "literal", text }];
}

/** The part of a SPIFFE ID at the place of the wanted field. */
function valueInId(form: Form, id: string): string | undefined {
  const segments = id.split("/");
  if (segments.length !== form.length) return undefined;
  let value: string | undefined;
  for (const [index, wanted] of form.entries()) {
    const segment = segments[index] ?? "";
    if ("before" in wanted) {
      const { before, after } = wanted;
      const isLonger = segment.length > before.length + after.length;
      if (!isLonger || !segment.startsWith(before) || !segment.endsWith(after)) return undefined;
      value = segment.slice(before.length, segment.length - after.length);
    } else if (!matches(wanted, segment)) return undefined;
  }
  return value;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
