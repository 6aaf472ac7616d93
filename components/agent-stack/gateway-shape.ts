import type { GatewayArgs } from "../gateway";
import { namePattern, type Field, type RecordShape, type Shape } from "../../yaml/shape";
import { openText, optional, required, text } from "./kept-shapes";

const named = (what: string) =>
  ({ kind: "text", wanted: `the name of ${what}`, pattern: namePattern }) as const satisfies Shape;

const listOf = <const S extends Shape>(of: S, wanted: string, least: 0 | 1 = 1) =>
  ({ kind: "list", of, wanted, least }) as const;

const parameter = {
  kind: "record",
  fields: {
    name: required("Name of the parameter.", text("the name of a parameter")),
    type: required(
      "Type of its value: `string`, `number`, `integer`, `boolean` or `array`.",
      text("a type such as `string`"),
    ),
    items: {
      about: "Type of the values of an `array`.",
      shape: text("a type such as `string`"),
      default: "string",
    },
    description: optional("What it is, for models to read.", text("a sentence")),
    required: {
      about: "Whether callers have to give it.",
      shape: { kind: "flag" },
      default: false,
    },
  },
} as const satisfies RecordShape;

const operation = {
  kind: "record",
  fields: {
    name: required(
      "Name of the operation within the tool; of a runtime, the name that its MCP server gives it.",
      text("the name of an operation such as `refund`"),
    ),
    intents: optional(
      "Purposes that it serves. Default: one of the operation's own name.",
      listOf(text("a purpose such as `refund`"), "a list of purposes"),
    ),
    description: optional(
      "What it does, for models to read; required of a function.",
      text("a sentence"),
    ),
    parameters: optional(
      "What callers give it, of a function alone. Default: nothing.",
      listOf(parameter, "a list of parameters", 0),
    ),
  },
} as const satisfies RecordShape;

const jwt = {
  kind: "record",
  fields: {
    discoveryUrl: required(
      "Where the issuer describes itself, up to `/.well-known/openid-configuration`.",
      openText("an `https` address"),
    ),
    allowedAudiences: optional(
      "Audiences, one of which a token has.",
      listOf(openText("an audience"), "a list of audiences", 0),
    ),
    allowedClients: optional(
      "Ids of clients, one of which a token was issued to.",
      listOf(openText("the id of a client"), "a list of ids", 0),
    ),
    clientClaim: {
      about: "Claim of a token that has the id of the client it was issued to.",
      shape: text("the name of a claim"),
      default: "client_id",
    },
  },
} as const satisfies RecordShape;

/** A gateway, as a manifest writes it. */
export const gateway = {
  kind: "record",
  fields: {
    federation: optional(
      "Name of the tenant's federation in whose region it is, one of `lambda` or `agentCore`. Default: any such, where all are of one region.",
      named("one of the tenant's `federations`"),
    ),
    jwt: optional("Takes tokens of an issuer. Default: callers sign with their role.", jwt),
    targets: required(
      "The tools that it fronts.",
      listOf(
        {
          kind: "record",
          fields: {
            tool: required(
              "Name of a tool of the same tenant.",
              named("a tool of the same tenant"),
            ),
            arn: optional(
              "ARN of the tool's function or runtime. Default: the tool's function; required of a runtime.",
              openText("an ARN of a function or a runtime"),
            ),
            operations: required(
              "What callers may ask of the tool.",
              listOf(operation, "a list of operations"),
            ),
          },
        },
        "a list of tools",
      ),
    ),
  },
} as const satisfies RecordShape & {
  readonly fields: Readonly<Record<keyof Omit<GatewayArgs, "name" | "tenant">, Field>>;
};
