import { tenantMark } from "../../../../core/marks";
import type { Context, ContextValue } from "../../../../core/policy/condition/context";
import type { Graph } from "../../../facts/graph";
import { possibleValues, type Tagging } from "../../iam/session-tags";
import { tenantsIn } from "../../workloads/tenancy";
import { valueIn } from "./tag-values";
import type { TenantResource } from "./tenant-resource";

/** The tags that a tenant may pass when it starts a session of a role. */
export interface PassedTags {
  readonly tagging: Tagging;
  /** The tenant that starts it. */
  readonly by: string;
}

/** What the tags of a session are known to be. */
interface SessionTags {
  readonly tag: Context;
  readonly tagFor: (key: string, held: TenantResource) => ContextValue;
}

const chosen: ContextValue = { kind: "unknown", reason: "the caller chooses a session tag" };

/**
 * The tags of a session that a tenant starts: those that it passes, else the role's own.
 *
 * @param own the tags of the role
 */
export function sessionTags(graph: Graph, own: Context, { tagging, by }: PassedTags): SessionTags {
  return {
    tag: (key) => {
      if (tagging.isOwn(key)) return ofTenant(key, by, own);
      const isPassed = possibleValues(tagging, key, tenantsIn(graph)).length > 0;
      return isPassed ? chosen : own(key);
    },
    tagFor: (key, held) => {
      if (tagging.isOwn(key)) return ofTenant(key, by, own);
      let possible: ContextValue | undefined;
      for (const value of [...valuesFor(graph, key, held), ...tagging.listed(key)]) {
        const accepted = tagging.accepts(key, value);
        if (accepted.kind === "yes") return { kind: "present", values: [value] };
        if (accepted.kind === "unknown") possible ??= accepted;
      }
      return possible ?? own(key);
    },
  };
}

/** A tag that has to be the own tag of who starts the session: of another key, it is the role's. */
function ofTenant(key: string, tenant: string, own: Context): ContextValue {
  return key === tenantMark ? { kind: "present", values: [tenant] } : own(key);
}

/** Values of a tag, those first by which a resource is most likely requested: its own tag's, and its tenant. */
function* valuesFor(graph: Graph, key: string, held: TenantResource): Iterable<string> {
  const tag = valueIn(held.tags, key);
  if (tag.kind === "present") yield* tag.values;
  if (held.tenant !== undefined) yield held.tenant;
  yield* tenantsIn(graph);
}
