import type { Condition } from "../../policy/statement";
import { grammarOf } from "../breadth";
import { claimKey, type Issuer } from "../issuers";
import { testedKey } from "../tested";

/**
 * An issuer of one's own whose kind its host does not tell, with the grammar that all subjects have which the conditions
 * ask for; any other issuer as it is.
 *
 * A subject that starts as GitHub's do tells no issuer: Forgejo writes it too, and has no ids to put into it.
 */
export function distinguishedBySubject(
  issuer: Issuer,
  conditions: readonly Condition[],
  variables = true,
): Issuer {
  if (issuer.subject !== "plain" || issuer.tenancy === "shared") return issuer;
  const tested = testedKey(conditions, claimKey(issuer, "sub"), variables);
  if (tested.kind !== "tested") return issuer;
  const patterns = tested.tests.flatMap((test) => test.patterns);
  const [subject = "plain", ...others] = new Set(
    patterns.map(({ text }) => grammarOf(issuer, text)),
  );
  return others.length > 0 || subject === "github" ? issuer : { ...issuer, subject };
}
