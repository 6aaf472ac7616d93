import { rightsOf } from "../../domain/rbac/rights";
import type { FactOf } from "../../facts/fact";
import type { RbacRule } from "../../facts/fact-values";
import type { Name } from "../../facts/name";
import { bindingsOf } from "../../domain/rbac/account";
import { inOrder, permission, type Making, type Origin } from "./making";
import type { Pattern, Permission } from "./permission";

/** What RBAC gives an account, by its name or by a group that it is in: verbs on resources of a namespace. */
export function rightsOfAccount(making: Making, account: Name): readonly Permission[] {
  return rightsBy(making, bindingsOf(making.graph, account));
}

/** What bindings give. */
export function rightsBy(
  making: Making,
  bindings: readonly FactOf<"binds">[],
): readonly Permission[] {
  return inOrder(bindings.flatMap((fact) => rightsIn(making, fact)));
}

function rightsIn(making: Making, fact: FactOf<"binds">): readonly Permission[] {
  const origin = making.originOf(fact.at);
  // What a role allows is changed in the role, where the stack has it.
  const ofRole = making.originOf(fact.at, fact.role);
  const of = inOrder([...origin.of, ...ofRole.of]);
  const { source } = ofRole;
  const where = placeOf(making, fact, origin);
  const rules = rightsOf(making.graph, fact.role);
  if (rules === undefined) {
    const open = fact.roleDependsOn && making.openPattern(fact.roleDependsOn, origin);
    const actions = [open ?? `all that role ${making.graph.masks.over(fact.roleName)} allows`];
    return [
      permission({ actions, objects: [open ?? allIn(where)], of, ...(source && { source }) }),
    ];
  }
  return rules.flatMap((rule) => {
    const open = rule.dependsOn && making.openPattern(rule.dependsOn, origin);
    const objects = open === undefined ? objectsOf(making, rule, where) : [open];
    if (objects.length === 0 || rule.verbs.length === 0) return [];
    return [permission({ actions: rule.verbs, objects, of, ...(source && { source }) })];
  });
}

/** The scope of rights, as a pattern and as a readable name. */
type Place =
  | { readonly kind: "known"; readonly text: string; readonly words: string }
  | { readonly kind: "unknown"; readonly pattern: Pattern };

function placeOf(making: Making, { where }: FactOf<"binds">, origin: Origin): Place {
  switch (where.kind) {
    case "cluster":
      return { kind: "known", text: "*", words: "in all namespaces" };
    case "unknown":
      return { kind: "unknown", pattern: making.openPattern(where.dependsOn, origin) };
    case "namespace": {
      const { namespace } = where;
      // A binding of unknown name is identified by its URN.
      if (namespace.startsWith("urn:")) {
        return { kind: "unknown", pattern: making.openPattern([namespace], origin) };
      }
      const text = making.graph.masks.over(namespace);
      return { kind: "known", text, words: `in namespace ${text}` };
    }
  }
}

function allIn(where: Place): Pattern {
  return where.kind === "unknown"
    ? where.pattern
    : { text: `${where.text}/*`, label: `everything ${where.words}`, of: [] };
}

/** Objects as `namespace/group/resource:name`, with `*` for any. */
function objectsOf(making: Making, rule: RbacRule, where: Place): readonly Pattern[] {
  const urls = rule.nonResourceURLs.map((url): Pattern => {
    return { text: `url:${url}`, label: `URL ${url}`, of: [] };
  });
  if (rule.resources.length === 0) return urls;
  if (where.kind === "unknown") return [where.pattern, ...urls];
  const { over } = making.graph.masks.isEmpty
    ? { over: (text: string) => text }
    : { over: (text: string) => making.graph.masks.over(text) };
  const names = rule.resourceNames.length === 0 ? [undefined] : rule.resourceNames.map(over);
  const objects = rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      names.map((name): Pattern => {
        const kind = resource === "*" ? "everything" : resource;
        const ofGroup = group === "" || group === "*" ? kind : `${kind}.${group}`;
        const called = name === undefined ? "" : ` ${name}`;
        return {
          text: `${where.text}/${group === "" ? "core" : group}/${resource}:${name ?? "*"}`,
          label: `${ofGroup}${called} ${where.words}`,
          of: [],
        };
      }),
    ),
  );
  return [...objects, ...urls];
}
