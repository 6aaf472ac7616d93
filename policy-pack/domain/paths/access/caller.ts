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
import { sessionTags, type PassedTags } from "./passed-tags";
import type { TenantResource } from "./tenant-resource";

/** An identity that calls, with what policies of resources read of it. */
export interface Caller {
  readonly identity: Name;
  readonly arn: RoleArn;
  /** Undefined where it is not known. */
  readonly account: string | undefined;
  /** What a tag of its sessions is known to be, whatever it requests; keys in lowercase. */
  readonly tag: (key: string) => ContextValue;
  /** The same when it requests a resource: of the tags that who starts a session may pass, the one that fits the resource best. */
  readonly tagFor: (key: string, held: TenantResource) => ContextValue;
  /** Its permissions and limits, with conditions as far as they can be decided of a tenant's caller. */
  readonly authority: Authority;
}

/**
 * An identity as a caller; for a complete graph.
 *
 * @param passed the tags that a tenant may pass when it starts a session of the identity; undefined for sessions without
 */
export function callerOf(graph: Graph, identity: Name, passed?: PassedTags): Caller {
  const [trusts] = graph.facts("trusts", "identity", identity);
  const arn = roleArnOf(graph, identity, trusts?.path);
  const account = arn.accounts.find(isAccountId);
  const own = callerTags(graph, identity);
  const tags = passed === undefined ? { tag: own, tagFor: own } : sessionTags(graph, own, passed);
  const known = { identity, arn, account, ...tags };
  const { policies, limits } = authorityOf(graph, identity);
  return {
    ...known,
    authority: {
      policies: policies.map((policy) => decided(policy, arn)),
      limits: limits.map((limit) => limit.map((policy) => decided(policy, arn))),
    },
  };
}
