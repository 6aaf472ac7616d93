import type { FactOf } from "../../graph/fact";
import type { Part } from "../../policy/statement";
import { no, or, unknown, yes, type Three } from "../../three-valued";
import { admissions } from "../../trust/admission";
import { noLookups } from "../../trust/principal";
import { plainService } from "../../trust/source";
import type { Case } from "./case";
import { roleTarget } from "./role-targets";

/** Whether a service that a resource's role is passed to can obtain it, and it is not the identity's own. */
export function isPassable(service: string, part: Part, { graph, identity }: Case): Three {
  const target = roleTarget(graph, identity, part);
  switch (target.kind) {
    case "pattern":
      return yes;
    case "own":
    case "other":
      return no;
    case "unknown":
      return unknown(target.reason, target.waitsFor);
    case "another": {
      if (target.role === undefined) return yes;
      const admitted = or(target.role.admits.map((fact) => admitsService(fact, service)));
      return admitted.kind === "no" && target.perhaps
        ? unknown("the account of a role is not known", target.role.arn.urns)
        : admitted;
    }
  }
}

function admitsService({ trust }: FactOf<"admits">, service: string): Three {
  switch (trust.kind) {
    case "problem":
      return yes;
    case "unknown":
      return unknown(
        "the trust policy of the role that is passed is not known yet",
        trust.waitsFor,
      );
    case "document":
      return or(
        admissions(trust.document, noLookups).map(({ principal, holds, waitsFor }): Three => {
          if (principal.kind === "unknown" || principal.kind === "everyone") {
            return principal.kind === "everyone"
              ? yes
              : unknown("a principal of the role that is passed is not known yet", waitsFor);
          }
          const isIt = principal.kind === "service" && plainService(principal.service) === service;
          return isIt ? holds : no;
        }),
      );
  }
}
