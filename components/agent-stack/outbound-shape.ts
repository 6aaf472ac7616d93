import type { Outbound } from "../outbound";
import { outboundProblem } from "./component-checks";
import { egress } from "./fence-shapes";
import type { RecordShape } from "../../yaml/shape";

/** What a workload calls outside AWS, as a manifest writes it. */
export const outbound = {
  kind: "record",
  fields: {
    audience: {
      about:
        "Audience of the tokens, as the provider wants it, such as `https://api.openai.com/v1`.",
      shape: { kind: "text", wanted: "the audience that the provider wants" },
      required: true,
    },
    maxSeconds: {
      about: "Longest lifetime of a token in seconds.",
      shape: { kind: "whole", least: 60, most: 3600 },
      default: 300,
    },
    signingAlgorithm: {
      about: "How tokens are signed.",
      shape: { kind: "choice", values: ["RS256", "ES384"] },
      default: "RS256",
    },
    egress: {
      about: "Where the provider is reached: its addresses, or the namespace of a proxy.",
      shape: { kind: "list", of: egress, wanted: "a list of addresses or namespaces", least: 1 },
    },
  },
  check: (value: Outbound) => outboundProblem(value),
} as const satisfies RecordShape;
