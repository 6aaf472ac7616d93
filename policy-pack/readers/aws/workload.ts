import type { Text, WorkloadKind } from "../../../core/graph/fact";
import { scopedName, type Name } from "../../../core/graph/name";
import type { ReadContext } from "../reader";
import { autonomyMark, kindMark, riskMark, tenantMark, workloadMark } from "../../../core/marks";
import type { FactList } from "../values";
import { sayTenants } from "./naming";
import { tagOf } from "./tags";

const declaredKinds: readonly WorkloadKind[] = ["orchestrator", "agent", "tool", "utility"];

/**
 * States that a resource is a workload, what its tags declare it to be, and whose it is.
 *
 * Resources of one tenant in one account with equal `agentid.dev/workload` tags are one workload.
 *
 * @param what what it is, as people say it
 * @param nameProperty the input that holds its name
 */
export function sayWorkload(
  list: FactList,
  context: ReadContext,
  what: string,
  nameProperty = "name",
): Name {
  const { resource } = list;
  const name = resource.urn;
  const tenant = known(tagOf(resource, context, tenantMark));
  const part = known(tagOf(resource, context, workloadMark));
  if (part !== undefined) {
    const account = context.accountOf(resource);
    const also = scopedName("workload", account, "aws", tenant ?? "", part);
    list.say("alias", `tags.${workloadMark}`, { thing: name, also });
  }
  const kind = known(tagOf(resource, context, kindMark));
  const autonomy = known(tagOf(resource, context, autonomyMark));
  const risk = known(tagOf(resource, context, riskMark));
  list.say("workload", "", {
    workload: name,
    is: declaredKinds.find((declared) => declared === kind) ?? "undeclared",
    what,
    label: labelOf(part ?? resource.name, tenant),
    declarationOnly: false,
    ...(autonomy !== undefined && { autonomy }),
    ...(risk !== undefined && { risk }),
  });
  sayTenants(list, context, name, nameProperty);
  return name;
}

function labelOf(part: string, tenant: string | undefined): string {
  return tenant === undefined ? part : `${tenant}/${part}`;
}

function known(text: Text | undefined): string | undefined {
  return text?.kind === "known" && text.text !== "" ? text.text : undefined;
}
