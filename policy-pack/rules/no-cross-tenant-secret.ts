import { notKnown } from "../../core/certainty";
import { crossingOf, type Crossing } from "../domain/secrets/crossing";
import { configurationOf, originOf } from "../domain/secrets/origin";
import { usedIn } from "../domain/secrets/may-use";
import { isPossible } from "../domain/secrets/possible-use";
import { labelOfThing } from "../facts/label";
import { tenantOf } from "../domain/workloads/tenancy";
import { defineRule, type Answer } from "../findings/define-rule";
import { ofTenant, tenantsText } from "./answers/tenants";
import { unknownSecret } from "./answers/secrets";
import { federationFor } from "./answers/cures";
import { dedupKey } from "./answers/dedup-keys";

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
    "give each tenant a credential of its own, in its own namespace and account, or better an identity in place of the secret; a vendor's key belongs in a `LegacyTool` of each tenant",
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
    const { crossing, uncertainty } = found;
    const { about, isLiteral } = read.held;
    const own = tenant.kind === "tenant" ? tenant.tenant : undefined;
    const mayUse = fact.kind === "uses" && isPossible(fact) ? fact : undefined;
    return [
      {
        message: crossing.kind === "belongs" ? "belongs" : "shared",
        data: {
          secret: isLiteral ? "A literal credential" : `Secret \`${labelOfThing(graph, about)}\``,
          tenant: own ?? "",
          other: crossing.kind === "belongs" ? crossing.tenant : "",
          tenants: tenantsText(crossing.kind === "held" ? crossing.tenants : [own, undefined]),
        },
        severity: fact.kind === "literal" ? fact.severity : undefined,
        about,
        origin: originOf(graph, read.held.part, uncertainty !== undefined),
        configuration: configurationOf(graph, read.held.part, uncertainty !== undefined),
        holder: workload,
        fault: dedupKey(graph, "shared secret", about, workload),
        at: fact.at,
        fix: federationFor(graph, fact),
        related: otherIn(crossing, mayUse === undefined ? "uses" : "may use"),
        uncertainty:
          crossing.kind === "unknown" ? notKnown(mayUse, crossing) : (mayUse ?? uncertainty),
      },
    ];
  },
});

function otherIn(crossing: Crossing, uses: "uses" | "may use"): Answer["related"] {
  switch (crossing.kind) {
    case "unknown":
      return [];
    case "belongs":
      return [{ name: crossing.part, as: ofTenant(crossing.tenant) }];
    case "held":
      return [{ name: crossing.other, as: `${uses} it too and ${ofTenant(crossing.tenant)}` }];
  }
}
