import type { FactOf } from "../facts/fact";
import { nameIn } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import {
  behind,
  endpointOf,
  hasDeclared,
  severityIfUnknown,
  whyUncertain,
} from "../domain/paths/inbound/behind";
import { defineRule, type Answer } from "../findings/define-rule";
import { dedupKey } from "./answers/dedup-keys";

type Message = "open" | "signed" | "socket" | "permission";

/** An endpoint without authentication allows anonymous callers to use the identity of the workload behind it. */
export default defineRule({
  id: "no-open-gateway",
  title: "Each entry point of a workload authenticates its callers",
  severity: "critical",
  family: "identity",
  decides: "early",
  because:
    "no later resource makes a gateway or a URL authenticate callers; findings on the API of a route are reported when all is known",
  watches: ["exposes", "permits"],
  remediation:
    "set `CUSTOM_JWT` or `AWS_IAM` on a gateway, `AWS_IAM` on a function URL, an authorizer or `AWS_IAM` on a route; a `Gateway` always authenticates its callers",
  messages: {
    open: "{what} `{about}` accepts anonymous calls: {why}",
    signed:
      "Gateway `{about}` accepts calls by any AWS principal: `AUTHENTICATE_ONLY` authorizes no caller, and no policy engine in `ENFORCE` does",
    socket:
      "WebSocket API `{about}` accepts anonymous connections: it has no `$connect` route with an authorizer",
    permission: "Permission `{about}` allows calls by any AWS principal",
  },
  check: (fact, graph) =>
    fact.kind === "permits" ? ofPermission(fact, graph) : ofEndpoint(fact, graph),
});

/** What a resource policy allows everyone to call: IAM authenticates callers, and accepts any. */
function ofPermission(fact: FactOf<"permits">, graph: Graph): readonly Answer<Message>[] {
  const { callee, principal, organisation, isNarrowed, at } = fact;
  const isOpen = principal.kind === "known" && principal.text === "*";
  if (!isOpen || organisation !== undefined || isNarrowed === true) return [];
  const name = nameIn(callee);
  const declared = name === undefined ? [] : behind(graph, name).declared;
  return declared.map((workload) => ({
    message: "permission",
    about: at.urn,
    holder: workload,
    fault: dedupKey(graph, "call path", "anyone", workload),
    at,
    fix: "set `principal` to the role or account that calls, or `principalOrgId` to your organization",
  }));
}

/** What an endpoint is, and why it accepts anonymous calls. */
const ways: Readonly<Record<FactOf<"exposes">["way"], Answer["data"]>> = {
  gateway: { what: "Gateway", why: "its authorizer is `NONE`" },
  "function URL": { what: "Function URL", why: "its authorization type is `NONE`" },
  route: { what: "Route", why: "it has no authorizer" },
  "load balancer": { what: "Load balancer", why: "it requires no authentication" },
  ingress: { what: "Ingress", why: "it requires no authentication" },
};

function ofEndpoint(fact: FactOf<"exposes">, graph: Graph): readonly Answer<Message>[] {
  const found = endpointOf(graph, fact);
  if (found === undefined || found.endpoint.authentication.kind === "callers") return [];
  const { authentication, entry, at, way } = found.endpoint;
  const answer: Answer<Message> = {
    message: fact.verifiesOnly === true ? "signed" : found.isSocket === true ? "socket" : "open",
    data: ways[way],
    severity: authentication.kind === "unclear" ? severityIfUnknown(fact) : undefined,
    about: entry,
    at,
    uncertainty: whyUncertain(authentication),
    ...(fact.verifiesOnly === true && {
      fix: "attach a policy engine in mode `ENFORCE`, or set `authorizerType` to `AWS_IAM` or `CUSTOM_JWT`",
    }),
  };
  if (way === "gateway") return [answer];
  const { declared, dependsOn } = behind(graph, found.from);
  if (declared.length > 0) {
    return declared.map((workload) => ({
      ...answer,
      holder: workload,
      fault: dedupKey(graph, "endpoint", entry, workload),
    }));
  }
  const mayLead = dependsOn !== undefined && hasDeclared(graph);
  if (!mayLead || authentication.kind !== "anonymous") return [];
  return [{ ...answer, severity: severityIfUnknown(fact), uncertainty: { dependsOn } }];
}
