import { sensitivities, type CallRequest } from "../grants/grant";
import { approverOf, chainOf, factOf, isWhole } from "../grants/request";
import type { NamedGrant } from "../grants/named-grants";
import { boundNames, type Keys } from "./policy-set";

/** A value of an entity or a context. */
type CedarValue =
  | string
  | number
  | boolean
  | CedarValue[]
  | { __entity: { type: string; id: string } }
  | { [key: string]: CedarValue };

/** An entity, with the tags of a tool. */
export interface CedarEntityJson {
  readonly uid: { readonly type: string; readonly id: string };
  readonly attrs: Record<string, CedarValue>;
  readonly parents: [];
  readonly tags?: Record<string, CedarValue>;
}

/** A request as Cedar takes it, but for the action and its entities. */
export interface CedarRequest {
  readonly principal: CedarEntityJson["uid"];
  readonly resource: CedarEntityJson["uid"];
  readonly context: Record<string, CedarValue>;
}

/** The entities that grants name: each tool with its grants as tags, and who may call it. */
export function cedarEntities(grants: readonly NamedGrant[]): readonly CedarEntityJson[] {
  const tools = new Map<string, NamedGrant[]>();
  const callers = new Map<string, CedarEntityJson>();
  for (const named of grants) {
    const { tenant, tool, caller } = named.grant;
    const id = idOf(tenant, tool);
    tools.set(id, [...(tools.get(id) ?? []), named]);
    callers.set(idOf(tenant, caller), workloadEntity(tenant, caller));
  }
  const found = [...tools].flatMap(([, [first, ...more]]) =>
    first === undefined ? [] : [toolEntity(first.grant.tenant, first.grant.tool, [first, ...more])],
  );
  return [...found, ...callers.values()];
}

/** A tool with some of its grants. */
export function toolEntity(
  tenant: string,
  name: string,
  grants: readonly NamedGrant[],
): CedarEntityJson {
  const tags = Object.fromEntries(grants.map((named) => [named.id, tagOf(named)]));
  return { ...ofTenant("Tool", tenant, name), tags };
}

/** A workload that calls. */
export function workloadEntity(tenant: string, name: string): CedarEntityJson {
  return ofTenant("Workload", tenant, name);
}

/**
 * A request that is well formed, to be decided by one grant.
 *
 * @param keys what the grant's conditions look at: to read each value takes Cedar as long as to compare it
 */
export function cedarRequest(request: CallRequest, grant: string, keys: Keys): CedarRequest {
  const { caller, tool, actors, intent, sensitivity, seconds, now, task } = request;
  const approvedBy = approverOf(request);
  const chain = chainOf(request);
  return {
    principal: uid("Workload", caller.tenant, caller.name),
    resource: uid("Tool", tool.tenant, tool.name),
    context: {
      ...{ grant, intent, sensitivity, seconds, now },
      task: { ended: task.ended, until: task.until },
      tenants: [...new Set(chain.map(({ tenant }) => tenant))],
      ...(keys.texts.includes("actors") && { actors: actors.map(({ name }) => name) }),
      ...(approvedBy !== undefined && { approvedBy, parties: chain.map(({ name }) => name) }),
      texts: facts(keys.texts, (value) => typeof value === "string"),
      numbers: facts(keys.numbers, isWhole),
      flags: facts(keys.flags, (value) => typeof value === "boolean"),
    },
  };

  /** The request's values for some keys, where they are of their type: all else is ignored. */
  function facts<T extends CedarValue>(
    of: readonly string[],
    is: (value: unknown) => value is T,
  ): Record<string, T> {
    return Object.fromEntries(
      of.flatMap((key) => {
        const value = factOf(request, key);
        return is(value) ? [[key, value]] : [];
      }),
    );
  }
}

function tagOf({ grant, intents, bounds }: NamedGrant): CedarValue {
  const { tenant, caller, sensitivity, approval, maxSeconds } = grant;
  const { texts, numbers, flags } = bounds;
  return {
    caller: { __entity: uid("Workload", tenant, caller) },
    intents: [...intents],
    sensitivities: sensitivities.slice(0, sensitivities.indexOf(sensitivity) + 1),
    maxSeconds,
    needsApproval: approval !== "none",
    bounds: [...boundNames(keysOfGrant(bounds))],
    texts: lists(texts),
    numbers: Object.fromEntries(
      Object.entries(numbers).map(([key, { least, most }]) => [key, { least, most }]),
    ),
    flags: lists(flags),
  };
}

/** The keys that a grant's conditions look at. */
export function keysOfGrant({ texts, numbers, flags }: NamedGrant["bounds"]): Keys {
  return {
    texts: Object.keys(texts),
    numbers: Object.keys(numbers),
    flags: Object.keys(flags),
  };
}

function lists<T extends string | boolean>(
  of: Readonly<Record<string, readonly T[]>>,
): Record<string, T[]> {
  return Object.fromEntries(Object.entries(of).map(([key, values]) => [key, [...values]]));
}

function ofTenant(type: string, tenant: string, name: string): CedarEntityJson {
  return { uid: uid(type, tenant, name), attrs: { tenant }, parents: [] };
}

function uid(type: string, tenant: string, name: string): { type: string; id: string } {
  return { type: `AgentId::${type}`, id: idOf(tenant, name) };
}

/** Neither part can contain the slash between them. */
function idOf(tenant: string, name: string): string {
  return `${encodeURIComponent(tenant)}/${encodeURIComponent(name)}`;
}
