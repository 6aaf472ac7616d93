export { legacyChecks, type ApiKeyProvider, type LegacyToolArgs } from "./arguments";
export {
  checkAccount,
  readSecret,
  type ExistingSecret,
  type ExternalSecret,
  type LegacyKey,
  type MadeSecret,
} from "./key";
export { madeSecretName } from "./place";
export { LegacyTool } from "./legacy-tool";
export type { KeyRotation } from "./rotation";
