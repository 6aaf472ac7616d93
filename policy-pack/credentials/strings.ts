import { decodedBase64 } from "../../core/credential/pieces";
import { Secret, Unknown, isList, type Value } from "../../core/snapshot/value";

const mostStrings = 20_000;

/** Every string in a value, secret ones included, and what base64 strings among them hold; to be classified only. */
export function stringsIn(value: Value): readonly string[] {
  const found: string[] = [];
  const visit = (here: Value): void => {
    if (found.length >= mostStrings) return;
    if (typeof here === "string") {
      found.push(here);
      const decoded = decodedBase64(here);
      if (decoded !== undefined) found.push(decoded);
    } else if (here instanceof Secret) visit(here.revealForComparison());
    else if (here === null || typeof here !== "object" || here instanceof Unknown) return;
    else if (isList(here)) here.forEach(visit);
    else Object.values(here).forEach(visit);
  };
  visit(value);
  return found;
}
