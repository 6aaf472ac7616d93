import {
  excessesOf,
  namesTargets,
  type LimitingGrant,
  choosesOwner,
} from "../../core/session-rules";
import type { Mistakes } from "../../yaml/problems";
import type { SessionRule } from "../credentials/session-policy";
import type { WrittenConfiguration } from "./shape";

type WrittenTool = WrittenConfiguration["tools"][number];
type WrittenRule = NonNullable<NonNullable<WrittenTool["aws"]>["sessions"]>[number];
type WrittenRoles = NonNullable<WrittenTool["kubernetes"]>["roles"];

/** Refuses credentials of tools that would exceed the grants on them. */
export function checkSessions({ tools, grants }: WrittenConfiguration, mistakes: Mistakes): void {
  tools.forEach(({ name, aws, kubernetes }, at) => {
    const own = grants.filter(({ tool }) => tool === name);
    const [sessions, roles] = [`tools[${at}].aws.sessions`, `tools[${at}].kubernetes.roles`];
    (aws?.sessions ?? []).forEach((rule, index) => {
      checkRule(rule, own, `${sessions}[${index}]`, mistakes);
    });
    checkOnce(kubernetes?.roles ?? [], roles, mistakes);
    for (const [path, rules] of [
      [sessions, aws?.sessions ?? []],
      [roles, kubernetes?.roles ?? []],
    ] as const) {
      for (const { rule, text } of excessesOf(rules, own)) {
        mistakes.addAt(`${path}[${rule}]`, `${text}; state for each intent what it needs`);
      }
    }
  });
}

/** A rule as the broker has it, once it is checked. */
export function sessionRule({ intents, actions, resources, wholeRole }: WrittenRule): SessionRule {
  return wholeRole === true
    ? { intents, wholeRole }
    : { intents, actions: actions ?? [], resources: resources ?? [] };
}

function checkRule(
  { intents, actions, resources, wholeRole = false }: WrittenRule,
  grants: readonly LimitingGrant[],
  path: string,
  mistakes: Mistakes,
): void {
  const [has, hasBoth] = [actions ?? resources, actions && resources];
  if (wholeRole ? has !== undefined : hasBoth === undefined) {
    mistakes.addAt(path, "has not both of `actions` and `resources`, or `wholeRole: true` alone");
  }
  resources?.forEach((resource, index) => {
    if (!choosesOwner(resource) || namesTargets(intents, grants)) return;
    mistakes.addAt(
      `${path}.resources[${index}]`,
      "lets the target choose the account or the bucket; name it, or give each grant with the intent a condition on `target` with `oneOf`",
    );
  });
}

/** An account of a call is bound to one Role. */
function checkOnce(roles: WrittenRoles, path: string, mistakes: Mistakes): void {
  const seen = new Set<string>();
  roles.forEach(({ intents }, at) => {
    intents.forEach((intent, index) => {
      if (seen.has(intent)) {
        const place = `${path}[${at}].intents[${index}]`;
        mistakes.addAt(place, `\`${intent}\` has a Role already; give each intent one`);
      }
      seen.add(intent);
    });
  });
}
