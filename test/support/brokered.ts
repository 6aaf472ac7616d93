import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { resource } from "./resources";
import { roleType } from "./tools";

const brokerType = "agentid:index:TaskBroker";

/** ARN of the role of a tenant's task broker, as our component names it. */
const brokerRoleArn = (tenant = "acme"): string =>
  `arn:aws:iam::111122223333:role/agentid-broker/${tenant}.decider`;

/** URN of that role. */
export const brokerRoleUrn = (tenant = "acme"): string =>
  `urn:pulumi:dev::desk::${brokerType}$${roleType}::${tenant}-broker`;

/** A tenant, and the task broker that our component makes for it. */
export function brokered(
  roleArn: Value = brokerRoleArn(),
  tenant: Value = "acme",
): readonly Resource[] {
  const name = "acme-broker";
  const component = resource(brokerType, name, { tenant, name: "decider" }, { custom: false });
  const role = resource(
    roleType,
    name,
    { name: "acme.decider", path: "/agentid-broker/" },
    { urn: brokerRoleUrn(), parent: component.urn },
  );
  const inputs = { name: "acme", broker: { roleArn } };
  return [component, role, resource("agentid:index:Tenant", "acme", inputs, { custom: false })];
}

/** A tool of that tenant, as our component states it. */
export function brokeredTool(risk: ValueRecord = { effects: ["payment"] }): Resource {
  const inputs = { name: "refunds", tenant: { name: "acme", namespace: "acme" }, risk };
  return resource("agentid:index:Tool", "refunds", inputs, { custom: false });
}

/** An agent of that tenant with a grant on the tool. */
export function brokeredAgent(grant: ValueRecord = {}, name = "triage"): Resource {
  const tool = { tenant: "acme", name: "refunds" };
  const grants = [{ tool, intents: ["refund"], approval: "none", ...grant }];
  const inputs = { name, tenant: { name: "acme", namespace: "acme" }, grants };
  return resource("agentid:index:Agent", name, inputs, { custom: false });
}

/** The deployment of the broker, with the grants of workloads on tools. */
export function brokerDeployment(
  workloads: Readonly<Record<string, readonly string[]>> | Value,
  tenant: Value = "acme",
): Resource {
  const isReported =
    typeof workloads === "object" && workloads !== null && workloads.constructor === Object;
  const inputs = {
    tenant: { name: tenant },
    workloads: isReported
      ? Object.entries(workloads as Readonly<Record<string, readonly string[]>>).map(
          ([name, tools]) => ({ workload: { name, grants: tools.map((tool) => ({ tool })) } }),
        )
      : workloads,
  };
  return resource("agentid:index:TaskBrokerDeployment", "running", inputs, { custom: false });
}
