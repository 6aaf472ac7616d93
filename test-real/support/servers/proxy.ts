import type { Server } from "./server";

/** What a reverse proxy is put between. */
export interface ProxyArgs {
  /** Where the broker answers, `https://localhost:PORT`. */
  readonly broker: string;
  /** File of the certificate authority that the broker's certificate is of, in PEM. */
  readonly authority: string;
  /** Where the tool answers, `http://127.0.0.1:PORT`. */
  readonly tool: string;
  /** Text that a reader adds to the documented configuration, and before which. */
  readonly addition?: { readonly before: string; readonly text: string };
}

/** A running reverse proxy. */
export interface Proxy extends Server {
  readonly url: string;
}

/** A configuration with what a reader adds to it. */
export function withAddition(configuration: string, addition: ProxyArgs["addition"]): string {
  if (addition === undefined) return configuration;
  const { before, text } = addition;
  if (configuration.split(before).length !== 2) throw new Error(`\`${before}\` is not there once`);
  return configuration.replace(before, () => text + before);
}

/** The page whose configurations proxies run with. */
export const proxiesPage = "docs/broker/proxies.md";
