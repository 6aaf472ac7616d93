import assert from "node:assert/strict";
import { casesOf, type Requested } from "./cases";

/** The folders of cases whose questions rules answer. */
type Kind = "trust" | "authority" | "tenancy" | "secret";

/** What a case expects: lines that begin with a rule, or the paths into a role. */
interface Expected {
  readonly findings?: readonly string[];
  readonly ways?: readonly string[];
}

/**
 * The answer of a case to its own question. A finding of an unrelated rule does not make it a violation: a branch that is
 * pinned only by names is a near miss for the question whether it trusts one workload.
 */
type Answer = "violation" | "near miss" | "open";

/** A guard that need not be met answers questions about guards. */
const failOpen = "no-fail-open-condition";

/** By words of a question its rules; the first match counts. A question without a match is about all. */
const authentication: Readonly<
  Record<Kind, readonly (readonly [words: RegExp, ...rules: string[]])[]>
> = {
  trust: [
    [/restrict the source|\bvendor\b/, "require-source-condition", failOpen],
    [/\beveryone\b/, "no-public-trust", failOpen],
    [/without an audience|test the audience|audiences?\b.* count$/, "require-audience-condition"],
    [/restrict (pods|the cluster|it)$/, "require-pod-identity-condition", failOpen],
    [
      /name a certificate|name the anchor|do without a trust anchor/,
      "require-certificate-condition",
      failOpen,
    ],
    [
      /leave the issuer unmatched$|keep the issuer matched$|exclude every token\b/,
      "require-issuer-match",
      "require-subject-condition",
      failOpen,
    ],
    [/\bpin\b|pinned$|released with|pins? .*for good$/, "require-immutable-subject"],
    [/\b(match|match twice|be met|be absent)$/, "no-dead-condition"],
    [
      /\bguard\b|\bname (the|a) tenant\b|name it\b|do without a subject/,
      failOpen,
      "require-subject-condition",
      "no-broad-subject",
    ],
    [
      /\b(trusts?|narrow|one workload)\b/,
      "no-broad-subject",
      failOpen,
      "no-public-trust",
      "require-issuer-match",
      "require-subject-condition",
    ],
  ],
  authority: [
    [/\b(an escalation|escalate)\b|one half\b|to pass$|take over/, "no-privilege-escalation"],
    [/\b(a wildcard|wildcards)$/, "no-wildcard-authority"],
  ],
  tenancy: [],
  secret: [
    [/\bliterals?\b/, "no-literal-secret"],
    [/\b(shared|consumers?|distinct|exempt|clients)\b/, "no-shared-secret"],
    [/\b(a key of a provider|keys? of providers)\b/, "no-static-model-key"],
  ],
};

/** Asserts that a kind has that many cases at least, as often near misses of their questions as violations. */
export function assertNearMisses(kind: Kind, atLeast: number): void {
  const answers = casesOf<Expected>(kind).map((each) => answerOf(kind, each));
  const count = (one: Answer): number => answers.filter((each) => each === one).length;
  const reported = `${count("near miss")} near misses of ${count("violation")} violations`;
  assert.ok(answers.length >= atLeast, `${answers.length} cases`);
  assert.ok(count("violation") > 0 && count("near miss") >= count("violation"), reported);
}

/** The answer of a case to its question; open for single requests, which no rule judges. */
function answerOf(kind: Kind, { question, requested }: Requested<Expected>): Answer {
  const lines = requested.findings ?? requested.ways?.flatMap(linesOf);
  if (lines === undefined) return "open";
  const [, ...rules]: readonly [RegExp?, ...string[]] =
    authentication[kind].find(([words]) => words.test(question)) ?? [];
  const about = lines.filter((line) => rules.length === 0 || rules.includes(ruleIn(line)));
  if (about.length === 0) return "near miss";
  return about.every((line) => /\bundetermined\b/.test(line)) ? "open" : "violation";
}

function ruleIn(line: string): string {
  return line.slice(0, line.indexOf(":"));
}

/** A path into a role as the rules' findings on it. */
function linesOf(way: string): readonly string[] {
  const open = / \(if |: unknown$|guard unknown|^unknown |: between nobody /.test(way);
  const uncertainty = open ? " undetermined" : "";
  const found = [
    ["no-public-trust", /^everyone: (unnamed|unknown)|^unknown /],
    ["require-subject-condition", /: unguarded(?! but)|guard unknown/],
    [failOpen, /: unguarded but/],
    ["no-broad-subject", /: (between )?.*(project|organisation|anyone)/],
    ["no-dead-condition", /: nobody/],
    ["require-audience-condition", /, audience /],
  ] as const;
  return found.flatMap(([rule, shows]) => (shows.test(way) ? [`${rule}:${uncertainty}`] : []));
}
