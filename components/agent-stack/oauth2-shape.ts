import { vendors } from "../oauth2/arguments";
import type { RecordShape, Shape } from "../../yaml/shape";
import { keptFields, openText, optional, required, rotation, text } from "./kept-shapes";

/** A service that a workload calls with OAuth2 tokens, as a manifest writes it. */
const provider = {
  kind: "record",
  fields: {
    name: required(
      "Name of the service within the workload.",
      text("the name of a service such as `github`"),
    ),
    vendor: optional("Who issues the tokens, where AgentCore knows how.", {
      kind: "choice",
      values: Object.values(vendors),
    }),
    discoveryUrl: optional(
      "Where any other issuer describes itself, up to `/.well-known/openid-configuration`.",
      openText("an `https` address"),
    ),
    clientId: required(
      "Id of the client that the issuer knows the workload by.",
      openText("the id of a client"),
    ),
    clientSecret: required("Where the client's secret is kept; exactly one.", {
      kind: "record",
      alternatives: true,
      fields: keptFields,
    }),
    jsonKey: {
      about: "Field of the secret, which is a JSON object, that has the client's secret.",
      shape: text("the name of a field"),
      default: "clientSecret",
    },
    rotation: required("Until when the client's secret may be used.", rotation),
  },
} as const satisfies RecordShape;

/** The services that a workload calls with OAuth2 tokens. */
export const oauth2Providers = {
  kind: "list",
  of: provider,
  wanted: "a list of services",
  least: 1,
} as const satisfies Shape;
