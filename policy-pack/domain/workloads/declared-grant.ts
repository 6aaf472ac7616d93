import type { StatedGrant, Text } from "../../facts/fact-values";
import type { Urn } from "../../../core/snapshot/value";
import { decide } from "../../../core/grants/decide";
import {
  defaultGrantSeconds,
  sensitivities,
  type Grant,
  type Sensitivity,
} from "../../../core/grants/grant";

/** A part of a declared grant that is not known, and what it waits for. */
interface UnknownPart {
  /** Its path in the grant, such as `tool.name`. */
  readonly property: string;
  readonly dependsOn: readonly Urn[];
}

/** What a declared grant comes to. */
export type DeclaredGrant =
  | { readonly kind: "known"; readonly grant: Grant }
  | {
      readonly kind: "unknown";
      readonly parts: readonly UnknownPart[];
      /** The grant that allows most of those it can turn out to be; names and intents that are not known are empty. */
      readonly widest: Grant;
    }
  /** It names a tool of another tenant, which no grant allows. */
  | { readonly kind: "crossing" };

/** Whether a workload may call without approval by a person; `part` has the dependencies. */
export type WithoutApproval =
  | { readonly kind: "yes" | "no" }
  | { readonly kind: "unknown"; readonly part: UnknownPart };

/**
 * The grant that a component declares.
 *
 * The tool's own level of data is the most that a call may touch, since components give grants no level of their own.
 */
export function grantOf(stated: StatedGrant): DeclaredGrant {
  const { tenant, toolTenant, maxSeconds, maxCalls, withoutDetails } = stated;
  const isKnown = tenant.kind === "known" && toolTenant.kind === "known";
  if (isKnown && tenant.text !== toolTenant.text) return { kind: "crossing" };
  const parts = unknownPartsOf(stated);
  const grant: Grant = {
    tenant: textOf(tenant),
    caller: textOf(stated.caller),
    tool: textOf(stated.tool),
    intents: stated.intents.map(textOf),
    sensitivity: levelOf(stated.sensitivity),
    conditions: stated.conditions.flatMap((one) => (one.kind === "known" ? [one.condition] : [])),
    approval: approvalOf(stated.approval),
    maxSeconds: maxSeconds?.kind === "known" ? maxSeconds.seconds : defaultGrantSeconds,
    ...(maxCalls?.kind === "known" && { maxCalls: maxCalls.seconds }),
    ...(withoutDetails && { withoutDetails }),
  };
  return parts.length === 0 ? { kind: "known", grant } : { kind: "unknown", parts, widest: grant };
}

/**
 * Whether a declared grant allows its caller to call the tool, for any of its intents, without approval by a person.
 *
 * Conditions do not count: a call that meets them has no approval either.
 */
export function actsWithoutApproval(stated: StatedGrant): WithoutApproval {
  const declared = grantOf(stated);
  if (declared.kind === "crossing") return { kind: "no" };
  const compared = declared.kind === "known" ? declared.grant : standInFor(declared.widest);
  const grant: Grant = { ...compared, conditions: [] };
  const isAllowed = grant.intents.some(
    (intent) => decide(callBy(grant, intent), [grant]).kind === "allow",
  );
  if (!isAllowed) return { kind: "no" };
  const part =
    declared.kind === "known"
      ? undefined
      : declared.parts.find(({ property }) => property === "approval");
  return part === undefined ? { kind: "yes" } : { kind: "unknown", part };
}

function callBy(grant: Grant, intent: string): Parameters<typeof decide>[0] {
  const { tenant, caller, tool, sensitivity } = grant;
  return {
    actors: [],
    caller: { tenant, name: caller },
    tool: { tenant, name: tool },
    intent,
    sensitivity,
    seconds: 1,
    now: 0,
    task: { ended: false, until: 1 },
    context: {},
  };
}

/** A grant with something in the place of names that are not known: which they are decides nothing about approval. */
function standInFor(grant: Grant): Grant {
  const named = (text: string): string => (text === "" ? "not known yet" : text);
  return {
    ...grant,
    tenant: named(grant.tenant),
    caller: named(grant.caller),
    tool: named(grant.tool),
    intents: grant.intents.map(named),
  };
}

function unknownPartsOf(stated: StatedGrant): readonly UnknownPart[] {
  const parts: Readonly<Record<string, Text | StatedGrant["maxSeconds"]>> = {
    "tool.tenant": stated.toolTenant,
    "tool.name": stated.tool,
    "tool.risk.sensitivity": stated.sensitivity,
    approval: stated.approval,
    maxSeconds: stated.maxSeconds,
    maxCalls: stated.maxCalls,
    tenant: stated.tenant,
    caller: stated.caller,
  };
  const { intents, conditions } = stated;
  const items = Object.entries({ intents, conditions }).flatMap(([list, of]) =>
    of.map((item, index) => [`${list}[${index}]`, item] as const),
  );
  return [...Object.entries(parts), ...items].flatMap(([property, part]) =>
    part?.kind === "unknown" ? [{ property, dependsOn: part.dependsOn }] : [],
  );
}

function textOf(text: Text): string {
  return text.kind === "known" ? text.text : "";
}

/** An unknown or unlisted level is the widest that there is. */
function levelOf(text: Text | undefined): Sensitivity {
  if (text === undefined) return "internal";
  return sensitivities.find((level) => level === textOf(text)) ?? "restricted";
}

/** Only `none` needs no person; with any other value, a person has to agree. */
function approvalOf(text: Text | undefined): Grant["approval"] {
  return text === undefined || text.kind === "unknown" || text.text === "none" ? "none" : "human";
}
