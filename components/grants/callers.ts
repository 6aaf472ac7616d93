import type { Unwrap } from "@pulumi/pulumi";
import { printRoleArn } from "../../core/arn";
import { brokerTrust, directTrust } from "../../core/caller-trust";
import { sourceIdentitiesOf, sourceIdentity } from "../../core/grants/source-identity";
import { isHighRisk } from "../../core/risk";
import { argumentError } from "../arguments/argument-error";
import { readBroker, type TenantBroker } from "../tenant/broker";
import type { TrustStatement } from "../documents/trust";
import type { Home } from "../federations/federation";
import { roleName, rolePath, safeName } from "../arguments/naming";
import type { Risk } from "../arguments/risk";

/** A tool, as far as its direct callers go. */
export interface CalledTool {
  readonly name: string;
  readonly risk: Risk;
  readonly directCallers?: readonly string[];
}

/** Names of the workloads that assume a tool's role themselves; refuses those that a tool of its risk may not have. */
export function readDirectCallers(
  subject: string,
  { name, risk, directCallers: given = [] }: CalledTool,
): readonly string[] {
  for (const caller of given) {
    if (safeName(caller) === name) {
      throw argumentError(
        subject,
        `directCallers names \`${caller}\`, the tool itself; leave it out`,
      );
    }
  }
  const callers = given.map(safeName);
  const twice = given.find((_, index) => callers.indexOf(callers[index] ?? "") !== index);
  if (twice !== undefined) {
    throw argumentError(subject, `directCallers names \`${twice}\` twice; name it once`);
  }
  if (given.length > 0 && isHighRisk(risk)) {
    const { sensitivity = "", effects = [] } = risk;
    const why =
      effects.length > 0 ? `causes \`${effects.join("`, `")}\`` : `reads \`${sensitivity}\` data`;
    throw argumentError(
      subject,
      `directCallers are set, but the tool ${why}, so each call needs a decision; leave them out, and give the tenant a \`broker\``,
    );
  }
  return callers;
}

/** Refuses direct callers where the tenant has a broker, past which they would lead. */
export function checkPastBroker(subject: string, directCallers: readonly string[]): void {
  if (directCallers.length === 0) return;
  throw argumentError(
    subject,
    "directCallers are set, but the tenant has a `broker` that decides each call; leave them out",
  );
}

/** Statements by which others than a tool itself assume its role: its tenant's broker, or its direct callers. */
export function callersOf(
  subject: string,
  tenant: string,
  home: Home,
  broker: Unwrap<TenantBroker> | undefined,
  directCallers: readonly string[],
): readonly TrustStatement[] {
  const { partition, account } = home;
  if (broker !== undefined) {
    checkPastBroker(subject, directCallers);
    const roleArn = readBroker(subject, broker, home);
    const { podIdentity = false } = broker;
    return brokerTrust({ partition, account, roleArn, podIdentity }, sourceIdentitiesOf(tenant));
  }
  return directCallers.map((caller) =>
    directTrust(
      { partition, account, roleArn: workloadRoleArn(home, tenant, caller) },
      sourceIdentity(tenant, caller),
    ),
  );
}

/** ARN of a workload's role, which follows from names: the role need not exist. */
export function workloadRoleArn(home: Home, tenant: string, workload: string): string {
  const { partition, account } = home;
  const name = roleName(tenant, workload);
  return printRoleArn({ partition, account, path: rolePath(tenant), name });
}
