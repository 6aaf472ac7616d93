import { printDuration } from "../core/duration";
import type { Configuration } from "../policy-pack/crossguard/configuration";
import type { LoadedSettings } from "./load-settings";

/** What `--policy-pack-config` takes: the pack's own configuration under `agentid`, and levels by rule. */
export type PackConfiguration = Readonly<Record<string, string | Configuration>>;

/** The pack's configuration that says what settings do. */
export function packConfigurationOf({ settings, files }: LoadedSettings): PackConfiguration {
  const { scope, tenants, maxSessionSeconds, maxTokenSeconds, undetermined, levels } = settings;
  return {
    agentid: {
      scope,
      tenants,
      ...(maxSessionSeconds !== undefined && { maxSession: printDuration(maxSessionSeconds) }),
      maxToken: printDuration(maxTokenSeconds),
      undetermined,
      ...files,
    },
    ...levels,
  };
}
