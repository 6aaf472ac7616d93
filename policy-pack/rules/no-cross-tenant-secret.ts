import { notKnown, type Uncertainty } from "../../core/certainty";
import { crossingOf, type Crossing } from "../../core/credential/crossing";
import { usedIn } from "../../core/credential/may-use";
import { isPossible } from "../../core/credential/possible-use";
import type { Held } from "../../core/credential/sharing";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { tenantOf } from "../../core/tenancy";
import { defineRule, type Answer } from "../define-rule";
import { ofTenant, tenantsText } from "../answers/tenants";
import { unknownSecret } from "../answers/secrets";
import { dedupKey } from "../answers/dedup-keys";

type Watched = FactOf<"uses" | "literal">;
type Message = "belongs" | "shared" | "unnamed";

/** One leak of a secret that two tenants use crosses the boundary between them. */
export default defineRule({
  id: "no-cross-tenant-secret",
  title: "No secret is used by two tenants",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because: "a tenant may be named by a namespace that is still to come",
  watches: ["uses", "literal"],
  remediation:
    "give each tenant a credential of its own, in its own namespace and account, or better an identity in place of the secret",
  messages: {
    belongs: "{secret} of tenant `{other}` is used by tenant `{tenant}`",
    shared: "{secret} is shared by {tenants}",
    unnamed: "`{holder}` uses a secret of another tenant",
  },
  check: (fact, graph) => {
    const read = usedIn(graph, fact);
    if (read.kind === "none") return [];
    const workload = fact.kind === "literal" ? fact.holder : fact.workload;
    const tenant = tenantOf(graph, workload);
    if (tenant.kind === "none") return [];
    if (read.kind === "unknown") {
      const unknown = unknownSecret("unnamed", workload, fact.at, read, graph);
      return tenant.kind === "tenant" ? [unknown] : [];
    }
    const found = crossingOf(graph, read.held, tenant, read.others);
    if (found === undefined) return [];
    const own = tenant.kind === "tenant" ? tenant.tenant : undefined;
    const answer = answerOn(found.crossing, own, read.held, fact, graph);
    const isDecided = found.isCertain || answer.uncertainty !== undefined;
    return [isDecided ? answer : { ...answer, uncertainty: mayBeOne(read.held) }];
  },
});

function answerOn(
  crossing: Crossing,
  own: string | undefined,
  held: Held,
  fact: Watched,
  graph: Graph,
): Answer<Message> {
  const { about, workload, isLiteral } = held;
  const secret = isLiteral ? "A literal credential" : `Secret \`${labelOfThing(graph, about)}\``;
  const mayUse =
    fact.kind === "uses" && isPossible(fact) ? { dependsOn: fact.dependsOn } : undefined;
  const common = {
    about,
    holder: workload,
    fault: dedupKey(graph, "shared secret", about, workload),
    at: fact.at,
    severity: fact.kind === "literal" ? fact.severity : undefined,
    uncertainty: mayUse,
  };
  switch (crossing.kind) {
    case "unknown": {
      const data = { secret, tenants: tenantsText([own, undefined]) };
      return { ...common, message: "shared", data, uncertainty: notKnown(mayUse, crossing) };
    }
    case "belongs": {
      const data = { secret, other: crossing.tenant, tenant: own ?? "" };
      const related = [{ name: crossing.part, as: ofTenant(crossing.tenant) }];
      return { ...common, message: "belongs", data, related };
    }
    case "held": {
      const data = { secret, tenants: tenantsText(crossing.tenants) };
      const uses = mayUse === undefined ? "uses it too and" : "may use it too and";
      const related = [{ name: crossing.other, as: `${uses} ${ofTenant(crossing.tenant)}` }];
      return { ...common, message: "shared", data, related };
    }
  }
}

function mayBeOne({ about }: Held): Uncertainty {
  const reason = "whether both use the same secret is not known";
  return { reason, dependsOn: about.startsWith("urn:") ? [about] : [] };
}
