import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import { defineRule, type Answer, type Settings } from "../findings/define-rule";

type Message = "long" | "longer" | "audience" | "both" | "certificate" | "svid" | "longerSvid";

const fixOfSvid = "lower the time to live to the limit or less; SPIRE renews SVIDs by itself";

/** A stolen token works until it expires, at every service that accepts it. */
export default defineRule({
  id: "require-short-token",
  title: "Projected tokens and SVIDs are short-lived, and each token has one audience",
  severity: "high",
  family: "lifetime",
  decides: "early",
  because: "a token's lifetime and audience are in the one object that requests it",
  watches: ["token"],
  remediation:
    "set `expirationSeconds` to the limit or less, and `audience` to the service that accepts the token, as the `pod` of an `Agent` or `Tool` does",
  messages: {
    long: "`{holder}` receives a token that lasts {seconds} s; the limit is {most} s",
    longer: "`{holder}` receives a {what} that lasts longer than {most} s",
    audience: "`{holder}` receives a token without an audience, which the API server accepts",
    both: "`{holder}` receives a token without an audience that lasts {seconds} s; the limit is {most} s",
    certificate:
      "`{holder}` receives a certificate that can last {seconds} s; the limit is {most} s",
    svid: "`{holder}` has SPIRE issue {what}s that last {seconds} s; the limit is {most} s",
    longerSvid: "`{holder}` has SPIRE issue {what}s that last longer than {most} s",
  },
  check: (fact, graph, settings) => {
    const answer = answerTo(fact, graph, settings);
    return answer === undefined ? [] : [answer];
  },
});

/** How to shorten what is no token; for a token, the rule's remediation is the fix. */
const fixes: Readonly<Partial<Record<FactOf<"token">["is"], string>>> = {
  certificate: "set `maxExpirationSeconds` to the limit or less; its minimum is 3600",
  "X.509-SVID": fixOfSvid,
  "JWT-SVID": fixOfSvid,
};

function answerTo(
  { is, longest, audience, holder, token, at }: FactOf<"token">,
  graph: Graph,
  { maxTokenSeconds }: Settings,
): Answer<Message> | undefined {
  const isLong = longest.kind === "known" && longest.seconds > maxTokenSeconds;
  const data = {
    holder: labelOfThing(graph, holder),
    seconds: longest.kind === "known" ? String(longest.seconds) : "",
    most: String(maxTokenSeconds),
    what: is,
  };
  const fix = fixes[is];
  const common = { data, about: token, holder, at, ...(fix !== undefined && { fix }) };
  const isSvid = is === "X.509-SVID" || is === "JWT-SVID";
  if (isLong && is === "certificate") {
    const reason = "the signer may choose a shorter time";
    return { message: "certificate", ...common, uncertainty: { reason } };
  }
  if (isLong && isSvid) return { message: "svid", ...common };
  if (isLong || audience?.kind === "none") {
    const message = !isLong ? "audience" : audience?.kind === "none" ? "both" : "long";
    return { message, ...common };
  }
  const open = [longest, audience].flatMap((each) => (each?.kind === "unknown" ? [each] : []));
  if (open.length === 0) return undefined;
  const message = longest.kind === "known" ? "audience" : isSvid ? "longerSvid" : "longer";
  return { message, ...common, uncertainty: { dependsOn: open.flatMap((each) => each.dependsOn) } };
}
