export { legacyChecks, type ApiKeyProvider, type LegacyToolArgs } from "./arguments";
export { keyArgument, madeSecretName, type ExternalSecret, type LegacyKey } from "./key";
export { LegacyTool } from "./legacy-tool";
