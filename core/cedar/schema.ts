import type { Keys } from "./policy-set";

/** A type of an attribute, as Cedar's JSON schema has it. Source: docs.cedarpolicy.com, JSON schema format. */
type CedarType =
  | { readonly type: "String" | "Long" | "Boolean" }
  | { readonly type: "Set"; readonly element: CedarType }
  | { readonly type: "Entity"; readonly name: string }
  | { readonly type: "Record"; readonly attributes: CedarAttributes };

type CedarAttributes = Readonly<Record<string, CedarType & { readonly required?: boolean }>>;

const text: CedarType = { type: "String" };
const number: CedarType = { type: "Long" };
const flag: CedarType = { type: "Boolean" };
const entity = (name: string): CedarType => ({ type: "Entity", name });
const set = (element: CedarType): CedarType => ({ type: "Set", element });
const record = (attributes: CedarAttributes): CedarType => ({ type: "Record", attributes });

/** Attributes of one type, each of which may be absent. */
function optional(keys: readonly string[], type: CedarType): CedarType {
  return record(Object.fromEntries(keys.map((key) => [key, { ...type, required: false }])));
}

/** The schema of the policies: a tool's tags with its grants, and the content of a request. */
export function cedarSchema(keys: Keys) {
  const grant = record({
    caller: entity("Workload"),
    intents: set(text),
    sensitivities: set(text),
    maxSeconds: number,
    needsApproval: flag,
    bounds: set(text),
    texts: optional(keys.texts, set(text)),
    numbers: optional(keys.numbers, record({ least: number, most: number })),
    flags: optional(keys.flags, set(flag)),
  });
  const context = record({
    grant: text,
    intent: text,
    sensitivity: text,
    seconds: number,
    now: number,
    task: record({ ended: flag, until: number }),
    tenants: set(text),
    parties: { ...set(text), required: false },
    actors: { ...set(text), required: false },
    approvedBy: { ...text, required: false },
    texts: optional(
      keys.texts.filter((key) => key !== "actors"),
      text,
    ),
    numbers: optional(keys.numbers, number),
    flags: optional(keys.flags, flag),
  });
  const ofTenant = record({ tenant: text });
  const appliesTo = { principalTypes: ["Workload"], resourceTypes: ["Tool"], context };
  return {
    AgentId: {
      entityTypes: {
        Workload: { shape: ofTenant },
        Tool: { shape: ofTenant, tags: grant },
      },
      actions: { call: { appliesTo }, ask: { appliesTo } },
    },
  };
}
