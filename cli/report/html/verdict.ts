import { faultsOf } from "../../../policy-pack/findings/grouped-finding";
import { isBlocking } from "../../../policy-pack/findings/finding";
import type { Report, Verdict } from "../../../policy-pack/views/report";
import { counted, gradesOf } from "../words";

const words: Readonly<Record<Verdict, string>> = {
  passed: "passed",
  violated: "BLOCKED",
  "not proven": "NOT PROVEN",
};

const worstFirst: readonly Verdict[] = ["violated", "not proven", "passed"];

/** The worst verdict, as the class of what shows it. */
export function worstOf(reports: readonly Report[]): string {
  const worst = worstFirst.find((verdict) => reports.some((report) => report.verdict === verdict));
  return (worst ?? "passed").replace(" ", "-");
}

/** The verdict on programs with how many findings there are: `BLOCKED: 7 findings (6 critical, 1 high), 2 not proven`. */
export function verdictText(reports: readonly Report[]): string {
  const faults = reports.flatMap(({ judgement }) => faultsOf(judgement.findings));
  const blocking = faults.filter(({ first }) => isBlocking(first));
  const violated = blocking.filter(({ first }) => first.verdict === "violated");
  const unproven = blocking.length - violated.length;
  const verdict = worstFirst.find((each) => reports.some((report) => report.verdict === each));
  const parts = [
    ...(violated.length > 0
      ? [`${counted(violated.length, "finding")} (${gradesOf(violated)})`]
      : []),
    ...(unproven > 0 ? [`${counted(unproven, "finding")} not verified`] : []),
    ...(blocking.length === 0 && verdict === "not proven" ? ["not everything was judged"] : []),
    ...(blocking.length === 0 && verdict === "passed" ? ["no finding blocks"] : []),
  ];
  return `${words[verdict ?? "passed"]}: ${parts.join(", ")}`;
}
