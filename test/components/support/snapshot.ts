import type { Resource, Snapshot } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import type { Registered } from "./registered";

/** What a program registered as a snapshot; a child's parent is the component whose name its own starts with. */
export function snapshotOf(resources: readonly Registered[]): Snapshot {
  return { project: "project", stack: "stack", resources: resources.map(asResource), notes: [] };
}

const stackType = "pulumi:pulumi:Stack";

function asResource({ type, name, under, inputs }: Registered): Resource {
  const prefix = "urn:pulumi:stack::project::";
  const isChild = under !== stackType;
  const component = name.replace(
    /-(boundary|isolation|anchor(\..+)?|quota|pods|secrets|deployers|egress|key|oauth2(-.+)?)$/,
    "",
  );
  return {
    urn: `${prefix}${isChild ? `${under}$` : ""}${type}::${name}`,
    type,
    name,
    custom: !type.startsWith("agentid:"),
    ...(isChild && { parent: `${prefix}${under}::${component}` }),
    inputs: inputs as ValueRecord,
    dependencies: [],
    propertyDependencies: {},
  };
}
