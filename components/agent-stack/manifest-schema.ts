import { jsonSchemaOf, type JsonSchema } from "../../yaml/json-schema";
import { manifestShape } from "./manifest-shape";

/** The JSON Schema of manifests. */
export function manifestSchema(): JsonSchema {
  return jsonSchemaOf("Manifest of an AgentStack", manifestShape);
}
