import type * as aws from "@pulumi/aws";
import { argumentError, fitting, oneOf } from "../arguments/argument-error";
import { intentWanted, isIntent } from "../arguments/intents";

/** An operation of a tool behind a gateway; to MCP a tool of its own. */
export interface GatewayOperation {
  /** Name of the operation within the tool, such as `refund`: 1 to 64 letters, digits, `_` and `-`, first a letter, without `__` inside. Of a runtime the name that its MCP server gives it. */
  name: string;
  /** Purposes that it serves: a grant for one of them allows it. Default: one of the operation's own name. */
  intents?: string[];
  /**
   * What it does, for models to read, up to 1000 characters; required of a function. Default: the description by the runtime's
   * MCP server.
   */
  description?: string;
  /** What callers give it; of a function alone. Default: nothing. */
  parameters?: OperationParameter[];
}

/** Something that callers give an operation. */
export interface OperationParameter {
  /** Name of the parameter: letters, digits and `_`, first a letter. */
  name: string;
  /** Type of its value: `string`, `number`, `integer`, `boolean` or `array`. */
  type: string;
  /** Type of the values of an `array`: `string`, `number`, `integer` or `boolean`. Default: `string`. */
  items?: string;
  /** What it is, for models to read. Default: nothing. */
  description?: string;
  /** Whether callers have to give it. Default: false. */
  required?: boolean;
}

type Payload =
  aws.types.input.bedrock.AgentcoreGatewayTargetTargetConfigurationMcpLambdaToolSchemaInlinePayload;

/** Types of single values. Source: AgentCore Control API, SchemaType. */
const single = { string: "string", number: "number", integer: "integer", boolean: "boolean" };

const types = { ...single, array: "array" };

/** Longest description of an operation or a parameter. */
const longestDescription = 1000;

/** Names of operations. Three `_` part target and operation in the name of an action. */
export const operationNames = /^(?!.*__)[A-Za-z][\w-]{0,63}$/;

/** Purposes that an operation serves. */
export function intentsOf({ name, intents }: GatewayOperation): string[] {
  return intents ?? [name];
}

/** Refuses operations that are none, or that two would be. */
export function checkOperations(
  subject: string,
  argument: string,
  operations: readonly GatewayOperation[],
): void {
  if (operations.length === 0) {
    throw argumentError(
      subject,
      `${argument}.operations is empty; name what callers may request from the tool`,
    );
  }
  const names = operations.map(({ name }) => name);
  operations.forEach((operation, index) => {
    const at = `${argument}.operations[${index}]`;
    const wanted = "1 to 64 letters, digits, `_` and `-`, first a letter, without `__` inside";
    fitting(subject, `${at}.name`, operation.name, operationNames, wanted);
    if (names.indexOf(operation.name) !== index) {
      throw argumentError(subject, `${at}.name \`${operation.name}\` is there twice; name it once`);
    }
    checkIntents(subject, at, intentsOf(operation));
    checkDescription(subject, at, operation.description);
    (operation.parameters ?? []).forEach((parameter, place, all) => {
      const others = all.slice(0, place).map(({ name }) => name);
      checkParameter(subject, `${at}.parameters[${place}]`, parameter, others);
    });
  });
}

/** Refuses what a runtime's own MCP server describes, and a function's operation without a description. */
export function checkSchema(
  subject: string,
  argument: string,
  operations: readonly GatewayOperation[],
  isFunction: boolean,
): void {
  operations.forEach(({ description, parameters }, index) => {
    const at = `${argument}.operations[${index}]`;
    if (isFunction && description === undefined) {
      throw argumentError(
        subject,
        `${at}.description is missing; describe what the function does for it, for models to read`,
      );
    }
    if (isFunction || parameters === undefined) return;
    throw argumentError(
      subject,
      `${at}.parameters is set, but a runtime's MCP server publishes its own parameters; leave it out`,
    );
  });
}

/** An operation of a function, as AgentCore shows it to callers. */
export function payloadOf({ name, description = "", parameters = [] }: GatewayOperation): Payload {
  return {
    name,
    description,
    inputSchema: {
      type: "object",
      ...(parameters.length > 0 && { properties: parameters.map(propertyOf) }),
    },
  };
}

function propertyOf({
  name,
  type,
  items = "string",
  description,
  required = false,
}: OperationParameter) {
  return {
    name,
    type,
    ...(type === "array" && { items: { type: items } }),
    ...(description !== undefined && { description }),
    required,
  };
}

function checkIntents(subject: string, at: string, intents: readonly string[]): void {
  if (intents.length === 0) {
    throw argumentError(
      subject,
      `${at}.intents is empty; name the purposes that it serves, or leave it out`,
    );
  }
  const bad = intents.find((intent) => !isIntent(intent));
  if (bad === undefined) return;
  throw argumentError(
    subject,
    `${at}.intents has \`${bad}\`; give purposes as grants name them, ${intentWanted}`,
  );
}

function checkDescription(subject: string, at: string, description: string | undefined): void {
  if (description === undefined) return;
  if (description.trim() !== "" && description.length <= longestDescription) return;
  throw argumentError(
    subject,
    `${at}.description has \`${description.length}\` characters; give 1 to ${longestDescription}`,
  );
}

function checkParameter(
  subject: string,
  at: string,
  { name, type, items, description }: OperationParameter,
  others: readonly string[],
): void {
  const wanted = "1 to 64 letters, digits and `_`, first a letter";
  fitting(subject, `${at}.name`, name, /^[A-Za-z]\w{0,63}$/, wanted);
  checkDescription(subject, at, description);
  if (others.includes(name)) {
    throw argumentError(subject, `${at}.name \`${name}\` is there twice; name it once`);
  }
  oneOf(subject, `${at}.type`, type, types);
  if (items === undefined) return;
  if (type !== "array") {
    throw argumentError(
      subject,
      `${at}.items is set, but \`${type}\` has no values inside; leave it out, or give \`array\` as type`,
    );
  }
  oneOf(subject, `${at}.items`, items, single);
}
