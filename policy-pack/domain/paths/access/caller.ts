import { isAccountId } from "../../../../core/arn";
import type { Authority } from "../../iam/authority/authority";
import { authorityOf } from "../../iam/authority/authority-of";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import type { RoleArn } from "../../iam/role-arn";
import { roleArnOf } from "../../iam/roles";
import type { ContextValue } from "../../../../core/policy/condition/context";
import { decided } from "./decided";
import { callerTags } from "./caller-tags";

/** An identity that calls, with what policies of resources read of it. */
export interface Caller {
  readonly identity: Name;
  readonly arn: RoleArn;
  /** Undefined where it is not known. */
  readonly account: string | undefined;
  /** What a tag of its sessions is known to be; keys in lowercase. */
  readonly tag: (key: string) => ContextValue;
  /** Its permissions and limits, with conditions as far as they can be decided of a tenant's caller. */
  readonly authority: Authority;
}

/** An identity as a caller; for a complete graph. */
export function callerOf(graph: Graph, identity: Name): Caller {
  const [trusts] = graph.facts("trusts", "identity", identity);
  const arn = roleArnOf(graph, identity, trusts?.path);
  const account = arn.accounts.find(isAccountId);
  const tag = callerTags(graph, identity);
  const known = { identity, arn, account, tag };
  const { policies, limits } = authorityOf(graph, identity);
  return {
    ...known,
    authority: {
      policies: policies.map((policy) => decided(policy, arn)),
      limits: limits.map((limit) => limit.map((policy) => decided(policy, arn))),
    },
  };
}
