import { namePattern, type Field, type Shape } from "./shape";

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of files of a shape, in the draft that YAML editors read. */
export function jsonSchemaOf(title: string, shape: Shape): JsonSchema {
  return { $schema: "http://json-schema.org/draft-07/schema#", title, ...schemaOf(shape) };
}

function schemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case "text":
      return {
        type: "string",
        ...(shape.mayBeEmpty !== true && { minLength: 1 }),
        ...(shape.pattern !== undefined && { pattern: shape.pattern.source }),
      };
    case "choice":
      return { type: "string", enum: shape.values };
    case "whole":
      return { type: "integer", minimum: shape.least, maximum: shape.most };
    case "flag":
      return { type: "boolean" };
    case "list":
      return { type: "array", items: schemaOf(shape.of), minItems: shape.least };
    case "map":
      return {
        type: "object",
        propertyNames: { pattern: namePattern.source },
        additionalProperties: schemaOf(shape.of),
        minProperties: shape.least,
      };
    case "record": {
      const fields = Object.entries(shape.fields);
      const required = fields.filter(([, field]) => field.required === true).map(([key]) => key);
      return {
        // A record without a required field may be left empty, as in `desk:`.
        type: required.length === 0 && shape.alternatives !== true ? ["object", "null"] : "object",
        properties: Object.fromEntries(fields.map(([key, field]) => [key, fieldSchema(field)])),
        additionalProperties: false,
        ...(required.length > 0 && { required }),
        ...(shape.oneOrMore && { anyOf: shape.oneOrMore.map((name) => ({ required: [name] })) }),
        ...(shape.alternatives === true && { minProperties: 1, maxProperties: 1 }),
      };
    }
  }
}

function fieldSchema(field: Field): JsonSchema {
  return {
    description: field.about,
    ...(field.default !== undefined && { default: field.default }),
    ...schemaOf(field.shape),
  };
}
