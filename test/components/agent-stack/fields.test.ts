import assert from "node:assert/strict";
import manifestSchema from "../../../docs/agents.schema.json";
import providerSchema from "../../../provider/schema.json";

/** The part of a JSON Schema, and of Pulumi's, with the fields. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

const types = providerSchema.types as unknown as Readonly<Record<string, Schema>>;
const { federations, tenants } = manifestSchema.properties as unknown as Readonly<
  Record<"federations" | "tenants", Schema>
>;
const tenant = entryOf(tenants);

/** Each declaration in code, and its form in a manifest. */
const pairs: Readonly<Record<string, readonly [code: Schema, manifest: Schema]>> = {
  TenantFederation: [types["agentid:index:TenantFederation"] ?? {}, entryOf(federations)],
  Tenant: [component("Tenant"), tenant],
  Orchestrator: [component("Orchestrator"), workloads("orchestrators")],
  Agent: [component("Agent"), workloads("agents")],
  Tool: [component("Tool"), workloads("tools")],
  LegacyTool: [component("LegacyTool"), workloads("legacyTools")],
  Gateway: [component("Gateway"), workloads("gateways")],
};

const places = {
  name: "a thing's name is its key",
  tenant: "a workload stands in its tenant",
  federation: "a tenant names some of `federations`, which are compared with `TenantFederation`",
  tool: "a grant and a gateway name a tool of the same tenant",
  gateway: "a grant names a gateway of the same tenant",
  workloads: "workloads stand in their tenant",
  broker: "a manifest names a task broker by its role: what runs one is declared in code",
} as const;

/** The only differences, with their reasons. What is below them is left out. */
const deliberate: Readonly<Record<string, readonly (readonly [field: string, reason: string])[]>> =
  {
    TenantFederation: [],
    Tenant: [
      ["name", places.name],
      ["federation", places.federation],
      ["federations", places.federation],
      ["orchestrators", places.workloads],
      ["agents", places.workloads],
      ["tools", places.workloads],
      ["legacyTools", places.workloads],
      ["gateways", places.workloads],
      ["broker.issuer", places.broker],
      ["broker.place", places.broker],
    ],
    Orchestrator: [
      ["name", places.name],
      ["tenant", places.tenant],
      ["grants[].tool", places.tool],
      ["grants[].gateway", places.gateway],
    ],
    Agent: [
      ["name", places.name],
      ["tenant", places.tenant],
      ["grants[].tool", places.tool],
      ["grants[].gateway", places.gateway],
    ],
    Tool: [
      ["name", places.name],
      ["tenant", places.tenant],
    ],
    LegacyTool: [
      ["name", places.name],
      ["tenant", places.tenant],
    ],
    Gateway: [
      ["name", places.name],
      ["tenant", places.tenant],
      ["targets[].tool", places.tool],
    ],
  };

describe("every setting of the code exists in a manifest", () => {
  for (const [name, [code, manifest]] of Object.entries(pairs)) {
    const differences = (deliberate[name] ?? []).map(([field]) => field);

    it(`field by field, with the same kind of value: ${name}`, () => {
      assert.deepEqual(
        without(differences, fieldsOf(manifest)),
        without(differences, fieldsOf(code)),
      );
    });

    it(`but for differences that are there: ${name}`, () => {
      const [inCode, inManifest] = [fieldsOf(code), fieldsOf(manifest)];
      const same = differences.filter((field) => inCode.get(field) === inManifest.get(field));
      assert.deepEqual(same, []);
    });
  }

  it("of every component that a manifest can declare", () => {
    const components = Object.keys(providerSchema.resources).map((type) => type.split(":").pop());
    const compared = Object.keys(pairs).filter((name) => name !== "TenantFederation");
    // What decides calls is no part of a manifest either.
    const codeAlone = ["AgentStack", "GrantPolicyStore", "TaskBroker", "TaskBrokerDeployment"];
    assert.deepEqual(components.sort(), [...compared, ...codeAlone].sort());
  });

  it("and the comparison sees a field that is missing, of another kind, or not required", () => {
    const code: Schema = {
      properties: {
        host: { type: "string" },
        ports: { type: "array", items: { type: "integer" } },
      },
      required: ["host"],
    };
    const { host = {}, ports = {} } = code.properties ?? {};
    const others: readonly Schema[] = [
      { properties: { host }, required: ["host"] },
      { properties: { host, ports: { type: "string" } }, required: ["host"] },
      { properties: { host, ports } },
    ];
    for (const other of others) assert.notDeepEqual(fieldsOf(other), fieldsOf(code));
    assert.deepEqual(
      [...fieldsOf(code)],
      [
        ["host", "string, required"],
        ["ports", "list of integer"],
      ],
    );
  });
});

function component(name: keyof typeof pairs): Schema {
  const resources = providerSchema.resources as Readonly<Record<string, unknown>>;
  const { inputProperties, requiredInputs } = resources[`agentid:index:${name}`] as {
    readonly inputProperties: Readonly<Record<string, Schema>>;
    readonly requiredInputs: readonly string[];
  };
  return { properties: inputProperties, required: requiredInputs };
}

function workloads(field: string): Schema {
  return entryOf(tenant.properties?.[field] ?? {});
}

/** What each entry of a map is. */
function entryOf({ additionalProperties }: Schema): Schema {
  return typeof additionalProperties === "object" ? additionalProperties : {};
}

/** All fields at any depth, by their path, and what each takes. */
function fieldsOf(schema: Schema, path = ""): ReadonlyMap<string, string> {
  const { properties = {}, required = [] } = resolved(schema);
  return new Map(
    Object.entries(properties)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, field]) => {
        const at = path === "" ? key : `${path}.${key}`;
        const kind = kindOf(field) + (required.includes(key) ? ", required" : "");
        return [[at, kind] as const, ...fieldsOf(itemOf(field), at + depth(field))];
      }),
  );
}

function kindOf(schema: Schema): string {
  const { type, items, properties } = resolved(schema);
  if (items !== undefined) return `list of ${kindOf(items)}`;
  if (properties !== undefined) return "record";
  // Neither TypeScript nor Pulumi's schema has whole numbers.
  return type === "number" ? "integer" : String(type);
}

function itemOf(schema: Schema): Schema {
  const { items } = resolved(schema);
  return items === undefined ? schema : itemOf(items);
}

function depth(schema: Schema): string {
  const { items } = resolved(schema);
  return items === undefined ? "" : `[]${depth(items)}`;
}

/** The type that a reference of Pulumi's schema names; a plain input is its own. */
function resolved(schema: Schema): Schema {
  const name = /^#\/types\/(.+)$/.exec(schema.$ref ?? "")?.[1];
  return name === undefined ? schema : (types[name] ?? {});
}

function without(
  fields: readonly string[],
  all: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  const isLeftOut = (path: string): boolean =>
    fields.some(
      (field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`),
    );
  return [...all].filter(([path]) => !isLeftOut(path));
}
