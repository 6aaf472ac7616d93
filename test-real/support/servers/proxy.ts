import type { Server } from "./server";

/** What a reverse proxy is put between. */
export interface ProxyArgs {
  /** Where the broker answers, `https://localhost:PORT`. */
  readonly broker: string;
  /** File of the certificate authority that the broker's certificate is of, in PEM. */
  readonly authority: string;
  /** Where the tool answers, `http://127.0.0.1:PORT`. */
  readonly tool: string;
}

/** A running reverse proxy. */
export interface Proxy extends Server {
  readonly url: string;
}

/** The page whose configurations proxies run with. */
export const proxiesPage = "docs/broker/proxies.md";
