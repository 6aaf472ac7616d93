import { Secret, Unknown, isList, type Value, type ValueRecord } from "../snapshot/value";
import type { Part } from "./statement";

/** What IAM would refuse in a document. Its text names elements of the policy language only, never a value. */
export class Refusal extends Error {}

/** Most texts in one document. The longest policy of a role, 10,240 characters, has room for 1,700 short ones. */
const mostTexts = 4_000;

/** Longest single text; no action, ARN or condition value comes near. */
const longestText = 8_192;

/** Reads the elements of one policy document and keeps count, so that a huge one ends early. */
export class Reader {
  #texts = 0;
  #secretDocument = false;

  /** Whether something above the texts was secret, so that no text may be shown. */
  get secretDocument(): boolean {
    return this.#secretDocument;
  }

  /** A value without its secret mark; once the document as a whole is secret, all its parts are. */
  open(value: Value): Exclude<Value, Secret> {
    if (!(value instanceof Secret)) return value;
    this.#secretDocument = true;
    return value.revealForComparison() as Exclude<Value, Secret>;
  }

  /** Refuses elements that IAM does not define, with the right spelling where only the case differs. */
  checkElements(where: string, found: ValueRecord, known: readonly string[]): void {
    for (const name of Object.keys(found)) {
      if (known.includes(name)) continue;
      const meant = known.find((element) => element.toLowerCase() === name.toLowerCase());
      const hint = meant === undefined ? "" : `; write \`${meant}\` exactly so`;
      throw new Refusal(`${where} has an element that IAM does not define${hint}`);
    }
  }

  /** The value of an element or of its negation (`Not…`), of which a statement has at most one. */
  eitherOf(
    where: string,
    statement: ValueRecord,
    element: "Action" | "Resource" | "Principal",
  ): { negated: boolean; element: string; value: Value } | undefined {
    const plain = statement[element] ?? null;
    const negation = statement[`Not${element}`] ?? null;
    if (plain !== null && negation !== null) {
      throw new Refusal(`${where} has both \`${element}\` and \`Not${element}\``);
    }
    if (plain !== null) return { negated: false, element, value: plain };
    if (negation !== null) return { negated: true, element: `Not${element}`, value: negation };
    return undefined;
  }

  /** The texts of an element that is a string or a list of strings; a number or boolean is taken as its text. */
  texts(where: string, element: string, value: Value): readonly Part[] {
    const opened = value instanceof Secret ? value.revealForComparison() : value;
    const list = isList(opened) ? opened : [opened];
    const secret = value instanceof Secret;
    return list.map((each) => this.#text(where, element, secret ? new Secret(each) : each));
  }

  #text(where: string, element: string, value: Value): Part {
    this.#texts += 1;
    if (this.#texts > mostTexts) {
      throw new Refusal("the policy document has more values than any that AWS accepts");
    }
    const secret = this.#secretDocument || value instanceof Secret;
    const plain = value instanceof Secret ? value.revealForComparison() : value;
    if (plain instanceof Unknown) {
      const { dependsOn, output } = plain;
      return {
        kind: "unknown",
        dependsOn,
        ...(output !== undefined && { output }),
        ...endOf(plain),
      };
    }
    if (typeof plain !== "string" && typeof plain !== "number" && typeof plain !== "boolean") {
      throw new Refusal(`\`${element}\` of ${where} takes a string or a list of strings`);
    }
    const text = String(plain);
    if (text.length > longestText) {
      throw new Refusal(`\`${element}\` of ${where} has a value of ${text.length} characters`);
    }
    return { kind: "text", text, secret };
  }
}

/** What is known of a text that begins with an output: the output, and the text behind it. */
function endOf({ parts }: Unknown): { readonly output?: string; readonly behind?: string } {
  const [start, behind, ...more] = parts ?? [];
  if (!(start instanceof Unknown) || typeof behind !== "string" || more.length > 0) return {};
  return { ...(start.output !== undefined && { output: start.output }), behind };
}
