import type { Condition } from "../../../../core/policy/statement";
import { grammarOf } from "../breadth";
import { claimKey, type Issuer } from "../../../../core/trust/issuers";
import { testedKey } from "../tested";

/**
 * A private issuer of a kind that its host does not show, with the grammar of all required subjects; any other issuer
 * unchanged.
 *
 * A subject that starts as GitHub's do identifies no issuer: Forgejo writes it too, and has no ids for it.
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
