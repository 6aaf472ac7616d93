import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { tenantOf } from "../domain/workloads/tenancy";
import { callerIn } from "../domain/trust/chaining-caller";
import { chainingIn, nameGapOf, type Chaining } from "../domain/paths/assume/session-names";
import { defineRule, type Answer } from "../findings/define-rule";
import { dedupKey } from "./answers/dedup-keys";
import { tenantText } from "./answers/tenants";
import { answersToTrust, answerUnlessTested } from "./answers/trust";

type Message = "none" | "any" | "without" | "foreign";

/** Where one role starts a session of another, the log names the session and not the agent behind it. */
export default defineRule({
  id: "require-source-identity",
  title: "A session that another role starts has the source identity of the calling workload",
  severity: "medium",
  family: "lifetime",
  decides: "closed",
  because: "a later association may have EKS start the sessions, which pins them by external id",
  watches: ["trusts"],
  remediation:
    "allow `sts:SetSourceIdentity` with `sts:AssumeRole`, and test `sts:SourceIdentity` for the caller's own value only; the `broker` of a `Tenant` does both",
  messages: {
    none: "Role `{about}` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
    any: "Role `{about}` can be assumed with any source identity: `sts:SourceIdentity` is not limited to the caller's",
    foreign:
      "Role `{about}` of {own} can be assumed with the source identity of another tenant: {tenant}",
    without: "Role `{about}` can be assumed by other roles without a source identity",
  },
  check: (fact, graph) =>
    answersToTrust(fact, graph, "without", (document) =>
      chainingIn(document, graph).flatMap((each) => answersTo(each, fact, graph)),
    ),
});

function answersTo(
  chaining: Chaining,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { identity, at } = fact;
  const { admission } = chaining;
  const { principal, dependsOn, statement } = admission;
  if (principal.kind === "unknown") {
    if (principal.type !== "AWS" && principal.type !== "any") return [];
    const fault =
      principal.type === "any"
        ? dedupKey(graph, "unknown trust", identity)
        : dedupKey(graph, "unknown principal of a statement", identity, statement);
    return [{ message: "without", about: identity, fault, at, uncertainty: { dependsOn } }];
  }
  const caller = callerIn(admission);
  if (caller === undefined) return [];
  const gap = nameGapOf(chaining, identity, graph);
  if (gap === undefined) return [];
  if (gap.kind === "unknown") {
    return [answerUnlessTested({ message: "any" }, admission, fact, graph, gap)];
  }
  const uncertainty = gap.kind === "foreign" ? gap.uncertainty : undefined;
  if (caller.dependsOn !== undefined && uncertainty === undefined) {
    const open = { dependsOn: caller.dependsOn };
    return [answerUnlessTested({ message: "without" }, admission, fact, graph, open)];
  }
  const data = gap.kind === "foreign" ? { own: ownTenant(fact, graph), tenant: gap.tenant } : {};
  return [{ message: gap.kind, data, about: identity, holder: caller.name, at, uncertainty }];
}

function ownTenant({ identity }: FactOf<"trusts">, graph: Graph): string {
  const own = tenantOf(graph, identity);
  return tenantText(own.kind === "tenant" ? own.tenant : undefined, "a tenant");
}
