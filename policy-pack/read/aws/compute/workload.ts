import type { WorkloadKind } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import type { ReadContext } from "../../resource/reader";
import { kindMark, tenantMark, workloadMark } from "../../../../core/marks";
import { harmByMarks } from "../components/declared-harm";
import type { FactList } from "../../resource/values";
import { referred, addTenants } from "../naming";
import { role } from "../refs";
import { knownTag, tagOf, taggedWorkload } from "../tags";

const declaredKinds: readonly WorkloadKind[] = ["orchestrator", "agent", "tool", "utility"];

/**
 * States that a resource is a workload, its declared kind by its tags, and its tenant.
 *
 * Resources of one tenant in one account with equal `agentid.dev/workload` tags are one workload.
 *
 * @param what the readable kind
 * @param nameProperty the input with its name
 */
export function addWorkload(
  list: FactList,
  context: ReadContext,
  what: string,
  nameProperty = "name",
): Name {
  const { resource } = list;
  const name = resource.urn;
  const tenant = knownTag(resource, context, tenantMark);
  const part = knownTag(resource, context, workloadMark);
  const also = taggedWorkload(resource, context);
  if (also !== undefined) list.add("alias", `tags.${workloadMark}`, { thing: name, also });
  const kind = knownTag(resource, context, kindMark);
  list.add("workload", "", {
    workload: name,
    is: declaredKinds.find((declared) => declared === kind) ?? "undeclared",
    what,
    label: labelOf(part ?? resource.name, tenant),
    declarationOnly: false,
  });
  const harm = harmByMarks(resource.urn, name, (mark) => {
    const text = tagOf(resource, context, mark);
    return text === undefined ? [] : [{ text, property: `tags.${mark}` }];
  });
  for (const fact of harm) list.addFacts(fact);
  addTenants(list, context, name, nameProperty);
  return name;
}

function labelOf(part: string, tenant: string | undefined): string {
  return tenant === undefined ? part : `${tenant}/${part}`;
}

/** The role that a workload runs as: where its inputs have it, and what the service calls that. */
export interface RunsAs {
  readonly path: readonly [string, ...string[]];
  readonly how: string;
}

/** States which role a workload runs as, if it has one. */
export function addRunsAs(
  list: FactList,
  context: ReadContext,
  workload: Name,
  { path, how }: RunsAs,
): void {
  const identity = referred(list, context, role, ...path);
  if (identity === undefined) return;
  list.add("runs-as", path.join("."), { workload, identity, how, isDefault: false });
}
