import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { defineRule, type Answer, type Settings } from "../define-rule";

type Message = "long" | "longer" | "audience" | "both" | "certificate" | "svid" | "longerSvid";

/** A stolen token works until it expires, at every service that accepts it. */
export default defineRule({
  id: "require-short-token",
  title: "Projected tokens and SVIDs are short-lived, and each token has one audience",
  severity: "high",
  family: "lifetime",
  decides: "early",
  because: "a token's lifetime and audience are in the one object that requests it",
  watches: ["token", "svid"],
  remediation:
    "set `expirationSeconds` to the limit or less, and `audience` to the service that accepts the token",
  messages: {
    long: "`{holder}` receives a token that lasts {seconds} s; the limit is {most} s",
    longer: "`{holder}` receives a {what} that lasts longer than {most} s",
    audience: "`{holder}` receives a token without an audience, which the API server accepts",
    both: "`{holder}` receives a token without an audience that lasts {seconds} s; the limit is {most} s",
    certificate:
      "`{holder}` receives a certificate that can last {seconds} s; the limit is {most} s",
    svid: "`{holder}` has SPIRE issue {of}s that last {seconds} s; the limit is {most} s",
    longerSvid: "`{holder}` has SPIRE issue {of}s that last longer than {most} s",
  },
  check: (fact, graph, settings) => {
    const answer =
      fact.kind === "token" ? answerTo(fact, graph, settings) : answerToSvid(fact, graph, settings);
    return answer === undefined ? [] : [answer];
  },
});

function answerTo(
  fact: FactOf<"token">,
  graph: Graph,
  { maxTokenSeconds }: Settings,
): Answer<Message> | undefined {
  const { longest, audience, holder, token, at } = fact;
  const isLong = longest.kind === "known" && longest.seconds > maxTokenSeconds;
  const data = {
    holder: labelOfThing(graph, holder),
    seconds: longest.kind === "known" ? String(longest.seconds) : "",
    most: String(maxTokenSeconds),
    what: fact.isCertificate === true ? "certificate" : "token",
  };
  const fix = "set `maxExpirationSeconds` to the limit or less; its minimum is 3600";
  const common = { data, about: token, holder, at, ...(fact.isCertificate === true && { fix }) };
  if (isLong && fact.isCertificate === true) {
    const reason = "the signer may choose a shorter time";
    return { message: "certificate", ...common, uncertainty: { reason } };
  }
  if (isLong || audience === "none") {
    const message = !isLong ? "audience" : audience === "none" ? "both" : "long";
    return { message, ...common };
  }
  if (longest.kind === "known" && audience === "named") return undefined;
  const dependsOn = [...(longest.kind === "unknown" ? longest.dependsOn : []), ...fact.dependsOn];
  return {
    message: longest.kind === "unknown" ? "longer" : "audience",
    ...common,
    uncertainty: { dependsOn },
  };
}

function answerToSvid(
  { giver, svid, of, longest, at }: FactOf<"svid">,
  graph: Graph,
  { maxTokenSeconds }: Settings,
): Answer<Message> | undefined {
  const data = { holder: labelOfThing(graph, giver), of, most: String(maxTokenSeconds) };
  const fix = "lower the time to live to the limit or less; SPIRE renews SVIDs by itself";
  const common = { about: svid, holder: giver, at, fix };
  if (longest.kind === "unknown") {
    const { dependsOn } = longest;
    return { message: "longerSvid", data, ...common, uncertainty: { dependsOn } };
  }
  if (longest.seconds <= maxTokenSeconds) return undefined;
  return {
    message: "svid",
    data: { ...data, seconds: String(longest.seconds) },
    ...common,
  };
}
