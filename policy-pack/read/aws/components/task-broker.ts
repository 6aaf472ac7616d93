import type { Fact } from "../../../facts/fact";
import type { Text } from "../../../facts/fact-values";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Reader } from "../../resource/reader";
import { textAt, dependenciesAt } from "../../resource/values";
import { taskBrokerDeploymentType, taskBrokerType } from "./workload-components";

/** Reads our component that makes a task broker: the tenants that it serves, and its role. */
const brokerReader: Reader = {
  name: "agentid-task-brokers",
  types: [taskBrokerType],
  *read(resource) {
    const { urn, name } = resource;
    const tenant = textAt(resource, "tenant");
    if (tenant === undefined) return;
    const end = `::${name}`;
    const role = `${urn.slice(0, -end.length)}$aws:iam/role:Role${end}`;
    const at = { urn, property: "tenant" };
    yield { kind: "task-broker", at, tenant, made: { broker: urn, role } };
  },
};

/** Reads our component that runs a task broker: with the grants of which workloads. */
const deploymentReader: Reader = {
  name: "agentid-task-broker-deployments",
  types: [taskBrokerDeploymentType],
  *read(resource) {
    const tenant = textAt(resource, "tenant", "name");
    if (tenant === undefined) return;
    const found = read(resource.inputs, "workloads");
    if (found.kind === "unknown") {
      const whole = unknownIn(resource, found.dependsOn);
      yield deploying(resource, "workloads", tenant, { caller: whole, tools: [whole] });
    }
    for (const index of listAt(resource.inputs, "workloads").keys()) {
      const caller = textAt(resource, "workloads", index, "workload", "name");
      if (caller === undefined) continue;
      const tools = toolsOf(resource, index);
      yield deploying(resource, `workloads[${index}]`, tenant, { caller, tools });
    }
  },
};

/** Reads our component that makes a policy store: the workloads whose grants it has. */
const policyStoreReader: Reader = {
  name: "agentid-grant-policy-stores",
  types: ["agentid:index:GrantPolicyStore"],
  *read(resource) {
    const { urn, inputs } = resource;
    const found = read(inputs, "workloads");
    if (found.kind === "unknown") {
      const whole = unknownIn(resource, found.dependsOn);
      const at = { urn, property: "workloads" };
      yield { kind: "tenant", at, tenant: whole, stored: { caller: whole } };
    }
    for (const index of listAt(inputs, "workloads").keys()) {
      const tenant = textAt(resource, "workloads", index, "tenant");
      const caller = textAt(resource, "workloads", index, "name");
      const at = { urn, property: `workloads[${index}]` };
      if (tenant && caller) yield { kind: "tenant", at, tenant, stored: { caller } };
    }
  },
};

/** Readers of the components that decide calls by grants. */
export const taskBrokerReaders: readonly Reader[] = [
  brokerReader,
  deploymentReader,
  policyStoreReader,
];

function deploying(
  { urn }: Resource,
  property: string,
  tenant: Text,
  deployed: { readonly caller: Text; readonly tools: readonly Text[] },
): Fact {
  return { kind: "task-broker", at: { urn, property }, tenant, deployed };
}

/** The tools that the grants of a workload name which a broker is run with. */
function toolsOf(resource: Resource, index: number): readonly Text[] {
  const path = ["workloads", index, "workload", "grants"] as const;
  const found = read(resource.inputs, ...path);
  if (found.kind === "unknown") return [unknownIn(resource, found.dependsOn)];
  return [...listAt(resource.inputs, ...path).keys()].flatMap(
    (grant) => textAt(resource, ...path, grant, "tool") ?? [],
  );
}

function unknownIn(resource: Resource, dependsOn: readonly string[]): Text {
  return {
    kind: "unknown",
    dependsOn: dependenciesAt(resource, "workloads", { dependsOn: dependsOn }),
  };
}
