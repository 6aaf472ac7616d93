import type { FactOf } from "../../../facts/fact";
import { oncePerKey } from "../../../facts/once-per-graph";
import type { Role } from "../../iam/roles";
import type { Part } from "../../../../core/policy/statement";
import { no, or, unknown, yes, type Three } from "../../../../core/three-valued";
import { admissions } from "../../trust/admission";
import { noLookups } from "../../trust/principal";
import { plainService } from "../../trust/source";
import type { Case } from "./case";
import { possiblyOneOf, rolesAnywhere, roleTarget } from "./role-targets";

/** Whether a service that receives a resource's role can assume it, and it is not the identity's own. */
export function isPassable(service: string, part: Part, { graph, identity }: Case): Three {
  const target = roleTarget(graph, identity, part);
  switch (target.kind) {
    case "pattern":
      return yes;
    case "own":
    case "other":
      return no;
    case "unknown":
      return unknown(target.reason, target.dependsOn);
    case "another": {
      if (target.role === undefined) {
        return possiblyOneOf(shutAnywhere(graph, service), part, graph) ?? yes;
      }
      const admitted = trusts(target.role, service);
      return admitted.kind === "no" && target.possible
        ? unknown("the account of a role is not known", target.role.arn.urns)
        : admitted;
    }
  }
}

/** Of the roles with unknown name and location, those that do not for certain distrust a service. */
const shutAnywhere = oncePerKey(
  (_, service: string) => service,
  (graph, service): readonly Role[] =>
    rolesAnywhere(graph).filter((role) => trusts(role, service).kind !== "yes"),
);

function trusts(role: Role, service: string): Three {
  return or(role.trusts.map((fact) => trustsService(fact, service)));
}

function trustsService({ trust }: FactOf<"trusts">, service: string): Three {
  switch (trust.kind) {
    case "problem":
      return yes;
    case "unknown":
      return unknown(
        "the trust policy of the role that is passed is not known yet",
        trust.dependsOn,
      );
    case "document":
      return or(
        admissions(trust.document, noLookups).map(({ principal, holds, dependsOn }): Three => {
          if (principal.kind === "unknown" || principal.kind === "everyone") {
            return principal.kind === "everyone"
              ? yes
              : unknown("a principal of the role that is passed is not known yet", dependsOn);
          }
          const isIt = principal.kind === "service" && plainService(principal.service) === service;
          return isIt ? holds : no;
        }),
      );
  }
}
