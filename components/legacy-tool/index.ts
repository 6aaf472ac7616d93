export type { ApiKeyProvider, LegacyToolArgs } from "./arguments";
export type { ExistingSecret, ExternalSecret, LegacyKey, MadeSecret } from "./key";
export { LegacyTool } from "./legacy-tool";
export type { KeyRotation } from "./rotation";
