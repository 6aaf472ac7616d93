import { jsonSchemaOf, type JsonSchema } from "../../yaml/json-schema";
import type { ArgumentTypes } from "./argument-shape";
import { manifestShape, manifestShapeOf } from "./manifest-shape";

/**
 * The JSON Schema of manifests.
 *
 * @param types The types of the components' arguments. Default: those that were generated last.
 */
export function manifestSchema(types?: ArgumentTypes): JsonSchema {
  const shape = types === undefined ? manifestShape : manifestShapeOf(types);
  return jsonSchemaOf("Manifest of an AgentStack", shape);
}
