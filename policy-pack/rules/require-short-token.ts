import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { defineRule, type Answer, type Settings } from "../define-rule";

type Message = "long" | "audience" | "both" | "unknown" | "svid" | "unknownSvid" | "certificate";

/** A stolen token is good until it expires, wherever it is taken. */
export default defineRule({
  id: "require-short-token",
  title:
    "A projected token or an SVID lasts no longer than the maximum and a token is made for one audience",
  severity: "high",
  family: "lifetime",
  decides: "early",
  because: "a token's lifetime and audience stand in the one object that asks for it",
  watches: ["token", "svid"],
  standards: ["NHI7:2025", "ASI03:2026", "MITRE-ATLAS-5.6.0:AML.T0091.000", "NIST-800-53r5:AC-12"],
  remediation:
    "set `expirationSeconds` to the maximum or less, and `audience` to the service that takes the token",
  messages: {
    long: "`{holder}` is given a token that lasts {seconds} s; at most {most} s",
    audience: "`{holder}` is given a token with no audience of its own, so the API server takes it",
    both: "`{holder}` is given a token that lasts {seconds} s, at most {most} s, and has no audience of its own",
    unknown:
      "undetermined: a preview cannot know how long a token of `{holder}` lasts or for whom it is made",
    certificate:
      "undetermined: `{holder}` is given a certificate that lasts up to {seconds} s, as its signer will; at most {most} s",
    svid: "`{holder}` has SPIRE give {of}s that last {seconds} s; at most {most} s",
    unknownSvid:
      "undetermined: a preview cannot know how long {of}s last that `{holder}` has SPIRE give",
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
  };
  const common = { data, about: token, holder, at };
  if (isLong && fact.isCertificate === true) {
    if (!graph.complete) return undefined;
    const fix =
      "set `maxExpirationSeconds` to the maximum or less; the least that it can be is 3600";
    return { verdict: "undetermined", message: "certificate", ...common, fix };
  }
  if (isLong || audience === "none") {
    const message = !isLong ? "audience" : audience === "none" ? "both" : "long";
    return { verdict: "violated", message, ...common };
  }
  if (!graph.complete || (longest.kind === "known" && audience === "named")) return undefined;
  const waitsFor = [...(longest.kind === "unknown" ? longest.waitsFor : []), ...fact.waitsFor];
  return {
    verdict: "undetermined",
    message: "unknown",
    ...common,
    waitsFor: [...new Set(waitsFor)],
  };
}

function answerToSvid(
  { giver, svid, of, longest, at }: FactOf<"svid">,
  graph: Graph,
  { maxTokenSeconds }: Settings,
): Answer<Message> | undefined {
  const data = { holder: labelOfThing(graph, giver), of, most: String(maxTokenSeconds) };
  const common = { about: svid, holder: giver, at };
  if (longest.kind === "unknown") {
    if (!graph.complete) return undefined;
    const { waitsFor } = longest;
    return { verdict: "undetermined", message: "unknownSvid", data, ...common, waitsFor };
  }
  if (longest.seconds <= maxTokenSeconds) return undefined;
  return {
    verdict: "violated",
    message: "svid",
    data: { ...data, seconds: String(longest.seconds) },
    ...common,
    fix: "lower the time to live to the maximum or less; SPIRE renews SVIDs by itself",
  };
}
