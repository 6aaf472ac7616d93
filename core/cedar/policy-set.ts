import { cedarText } from "./text";
import type { BoundKind, NamedGrant } from "../grants/named-grants";

/** Keys of conditions by the kind of their values; those that a broker establishes are always there. */
export type Keys = Readonly<Record<BoundKind, readonly string[]>>;

/** The keys that some grants look at. */
export function keysOf(grants: readonly NamedGrant[]): Keys {
  const of = (kind: BoundKind, ...always: readonly string[]): readonly string[] => {
    const used = grants.flatMap(({ bounds }) => Object.keys(bounds[kind]));
    return [...new Set([...always, ...used])].sort();
  };
  return {
    texts: of("texts", "actors", "environment", "target", "user"),
    numbers: of("numbers", "until"),
    flags: of("flags"),
  };
}

/** The grant of a call, a tag of the tool. In Cedar it exists once `hasTag` was tested. */
const grant = "resource.getTag(context.grant)";
const isGranted = "resource.hasTag(context.grant)";

/**
 * The policies, by their names: one permit for all grants, and what no grant lifts. Grants are data, the tags of tools.
 *
 * Only the keys of conditions are a part of the permit, since Cedar has no loop over those of a record.
 *
 * Action `call` is a call, and `ask` is to request an approval for one: it is permitted where nothing but approval is missing.
 */
export function cedarPolicies(keys: Keys): Readonly<Record<string, string>> {
  const conditions = [
    isGranted,
    // Policies and entities may be deployed separately: with a newer grant these policies could miss a condition.
    `${setOf(boundNames(keys))}.containsAll(${grant}.bounds)`,
    `${grant}.caller == principal`,
    `${grant}.intents.contains(context.intent)`,
    `${grant}.sensitivities.contains(context.sensitivity)`,
    ...keys.texts.map((key) => (key === "actors" ? actorsMet : textMet(key))),
    ...keys.numbers.map((key) => boundMet("numbers", key, within)),
    ...keys.flags.map((key) => boundMet("flags", key, contains)),
  ];
  return {
    granted: permit(conditions),
    "other-tenant": forbid(
      "unless",
      "principal.tenant == resource.tenant && [resource.tenant].containsAll(context.tenants)",
    ),
    ended: forbid("when", "context.task.ended"),
    lapsed: forbid("when", "context.now + context.seconds > context.task.until"),
    seconds: forbid(
      "unless",
      `context.seconds >= 1 && ${isGranted} && context.seconds <= ${grant}.maxSeconds`,
    ),
    approval: forbid(
      "unless",
      `${isGranted} && (!${grant}.needsApproval || (context has approvedBy && context.approvedBy != "" && context has parties && !context.parties.contains(context.approvedBy)))`,
      'action == AgentId::Action::"call"',
    ),
  };
}

/** Names of bounds by kind and key, so that policies can compare what a grant has with what they look at. */
export function boundNames(keys: Keys): readonly string[] {
  return Object.entries(keys).flatMap(([kind, of]) => of.map((key: string) => `${kind} ${key}`));
}

/** All policies as one file, each with its name. */
export function printPolicies(policies: Readonly<Record<string, string>>): string {
  return Object.entries(policies)
    .map(([id, text]) => `@id(${cedarText(id)})\n${text}\n`)
    .join("\n");
}

function setOf(texts: readonly string[]): string {
  return `[${texts.map(cedarText).join(", ")}]`;
}

function permit(conditions: readonly string[]): string {
  return `permit (principal, action, resource)\nwhen {\n  ${conditions.join(" &&\n  ")}\n};`;
}

function forbid(clause: "when" | "unless", condition: string, action = "action"): string {
  return `forbid (principal, ${action}, resource)\n${clause} { ${condition} };`;
}

const textMet = (key: string): string => boundMet("texts", key, contains);

function contains(asked: string, allowed: string): string {
  return `${allowed}.contains(${asked})`;
}

function within(asked: string, range: string): string {
  return `${range}.least <= ${asked} && ${asked} <= ${range}.most`;
}

/** That a bound of a grant is met, where it has one: the entry has to exist. */
function boundMet(
  kind: BoundKind,
  key: string,
  holds: (asked: string, bound: string) => string,
): string {
  const name = cedarText(key);
  const compared = holds(`context.${kind}[${name}]`, `${grant}.${kind}[${name}]`);
  return `(if ${grant}.${kind} has ${name} then context.${kind} has ${name} && ${compared} else true)`;
}

/** Of the workloads before the caller there is one, and each is one that the grant names. */
const actorsMet = `(if ${grant}.texts has "actors" then context has actors && !context.actors.isEmpty() && ${grant}.texts["actors"].containsAll(context.actors) else true)`;
