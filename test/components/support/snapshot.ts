import type { Resource, Snapshot } from "../../../core/snapshot/resource";
import { SECRET, SIGNATURE_KEY } from "../../../core/snapshot/signatures";
import {
  Secret,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../../../core/snapshot/value";
import { toldOf, type Registered } from "./registered";

/**
 * The registrations of a program as a snapshot, with the ids of others in it; a child's parent is the component whose name its
 * own starts with.
 */
export function snapshotOf(resources: readonly Registered[]): Snapshot {
  return { project: "project", stack: "stack", resources: resources.map(asResource), notes: [] };
}

const stackType = "pulumi:pulumi:Stack";

function asResource(registered: Registered): Resource {
  const { type, name, under, inputs } = registered;
  const prefix = "urn:pulumi:stack::project::";
  const isChild = under !== stackType;
  const component = name.replace(
    /-(boundary|isolation|anchor(\..+)?|quota|pods|secrets|deployers|egress|key|oauth2(-.+)?|tasks|bindings|accounts)$/,
    "",
  );
  return {
    urn: `${prefix}${isChild ? `${under}$` : ""}${type}::${name}`,
    type,
    name,
    custom: !type.startsWith("agentid:"),
    ...(isChild && { parent: `${prefix}${under}::${component}` }),
    inputs: marked(inputs as ValueRecord) as ValueRecord,
    outputs: toldOf(registered),
    dependencies: [],
    propertyDependencies: {},
  };
}

/** The value with its secrets as the engine knows them; the mocks hand over their form on the wire. */
function marked(value: Value): Value {
  if (isList(value)) return value.map(marked);
  if (!isRecord(value)) return value;
  const fields = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, marked(each)]),
  );
  return fields[SIGNATURE_KEY] === SECRET ? new Secret(fields.value ?? null) : fields;
}
