import { uncertain } from "../../../../core/certainty";
import type { ClaimPattern } from "../../../../core/trust/claim-pattern";
import type { Admission } from "../../trust/admission";
import { issuerOfKey } from "../../trust/context";
import { issuerOf, plainKey } from "../../../../core/trust/issuers";
import { testedKey } from "../../trust/tested";
import { subjectsOf } from "./accounts";
import { idsLike } from "./ids";
import type { Step } from "./step";
import { stepFrom, type Case } from "./trust-case";

/** The ServiceAccounts whose tokens are admitted, by the subjects that the conditions take. */
export function tokenHolders(given: Case): readonly Step[] {
  const { admission, around } = given;
  const { principal, conditions, variables } = admission;
  if (principal.kind !== "federated") return [];
  const hosts =
    principal.issuer.kind === "known"
      ? [principal.issuer.host.toLowerCase()]
      : issuersIn(admission);
  return hosts.flatMap((host): readonly Step[] => {
    const tested = testedKey(conditions, plainKey(`${host}:sub`), variables);
    if (tested.kind === "none") return [];
    const { subject: grammar, tenancy } = issuerOf(host);
    const isCluster = grammar === "kubernetes";
    const mayBeSpire = tenancy === "private" && !isCluster;
    const everyone = [{ text: "*", literal: false, secret: false }];
    const tests =
      tested.kind === "tested" ? tested.tests : [{ patterns: isCluster ? everyone : [] }];
    // All tests have to be met; the one with the fewest patterns decides who can meet them all.
    const [narrowest] = [...tests].sort((a, b) => a.patterns.length - b.patterns.length);
    return (narrowest?.patterns ?? []).flatMap((pattern) => [
      ...subjectsOf(around.graph, around.accounts, pattern).map((subject) => {
        if (subject.tenant !== undefined) around.noteTenant(subject.name, subject.tenant);
        const reason = "which cluster's ServiceAccount a subject names is not known";
        const uncertainty = subject.oneOfSeveral ? uncertain(reason) : undefined;
        return {
          ...stepFrom(given, subject.name, undefined, uncertainty),
          by: "assumes with its token",
        };
      }),
      ...(mayBeSpire || pattern.text.startsWith("spiffe:")
        ? idHolders(given, pattern, "assumes with its token")
        : []),
    ]);
  });
}

/** The SPIFFE IDs in a certificate that IAM Roles Anywhere takes. Source: its user guide, trust model. */
export function certificateHolders(given: Case): readonly Step[] {
  const { conditions, variables } = given.admission;
  const tested = testedKey(conditions, "aws:principaltag/x509san/uri", variables);
  if (tested.kind !== "tested") return [];
  const [narrowest] = [...tested.tests].sort((a, b) => a.patterns.length - b.patterns.length);
  return (narrowest?.patterns ?? []).flatMap((pattern) =>
    idHolders(given, pattern, "assumes with its certificate"),
  );
}

/** The SPIFFE IDs of the stack that a subject or a name in a certificate takes. */
function idHolders(given: Case, pattern: ClaimPattern, by: string): readonly Step[] {
  const { graph, ids } = given.around;
  return idsLike(graph, ids, pattern).map(({ name, oneOfSeveral }) => {
    const reason = "the trust domain of a pod's SPIFFE ID is not known";
    const uncertainty = oneOfSeveral ? uncertain(reason) : undefined;
    return { ...stepFrom(given, name, undefined, uncertainty), by };
  });
}

function issuersIn({ conditions }: Admission): readonly string[] {
  const hosts = conditions.flatMap((condition) =>
    condition.kind === "test" ? (issuerOfKey(condition.key) ?? []) : [],
  );
  return [...new Set(hosts)];
}
