import { exchange, type Broker, type CallDetails, type IssuedToken } from "./exchange";
import type { TokenSource } from "./workload-token";

/** A tool, and on whose behalf it is called. */
export interface CalledTool {
  /** The tool's URL, as the broker's configuration has it. */
  readonly resource: string;
  /** On whose behalf: a user's token, a task token, or the workload's own token if it acts for itself. */
  readonly subjectToken: TokenSource;
}

/** Issues tokens for calls of one tool. */
export interface CallTokens {
  /** A token for one call alone. */
  fresh(details: CallDetails, signal?: AbortSignal): Promise<IssuedToken>;
  /** The token that the last caller with equal details received, if it is still good, else a new one. */
  shared(details: CallDetails): Promise<IssuedToken>;
  /** Makes `shared` give this token from now on. */
  share(details: CallDetails, token: IssuedToken): void;
  /** Makes the next `shared` give a new token. */
  drop(): void;
}

/** A token this close to its end is no longer shared: the request with it still has to arrive. */
const marginMs = 5000;

/** Issues tokens for calls of one tool; concurrent calls share one exchange. */
export function callTokens(broker: Broker, { resource, subjectToken }: CalledTool): CallTokens {
  let held: { key: string; token: Promise<IssuedToken>; until: number } | undefined;
  const fresh = (details: CallDetails, signal?: AbortSignal) =>
    exchange(broker, { resource, subjectToken, details, ...(signal && { signal }) });
  return {
    fresh,
    shared(details) {
      const key = JSON.stringify(details);
      if (held?.key === key && Date.now() < held.until) return held.token;
      const next = { key, token: fresh(details), until: Infinity };
      held = next;
      next.token.then(
        ({ expiresAt }) => (next.until = expiresAt - marginMs),
        () => (next.until = 0),
      );
      return next.token;
    },
    share(details, token) {
      const until = token.expiresAt - marginMs;
      held = { key: JSON.stringify(details), token: Promise.resolve(token), until };
    },
    drop() {
      held = undefined;
    },
  };
}
