import {
  exchange,
  type Behalf,
  type Broker,
  type CallDetails,
  type CertifiedBroker,
  type IssuedToken,
} from "./exchange";

/** A tool, and on whose behalf it is called. */
export interface CalledTool extends Behalf {
  /** The tool's URL, as the broker's configuration has it. */
  readonly resource: string;
}

/** What a token is requested for: a described call, or intents alone. */
export interface Wanted {
  readonly details?: CallDetails | undefined;
  readonly scope?: string | undefined;
}

/** Issues tokens for calls of one tool. */
export interface CallTokens {
  /** A token for one call alone. */
  fresh(wanted: Wanted, signal?: AbortSignal): Promise<IssuedToken>;
  /** The token that the last caller who wanted the same received, if it is still good, else a new one. */
  shared(wanted: Wanted): Promise<IssuedToken>;
  /** Makes `shared` give this token from now on. */
  share(wanted: Wanted, token: IssuedToken): void;
  /** Makes the next `shared` give a new token. */
  drop(): void;
}

/** A token this close to its end is no longer shared: the request with it still has to arrive. */
const marginMs = 5000;

/** Issues tokens for calls of one tool; concurrent calls share one exchange. */
export function callTokens(broker: Broker | CertifiedBroker, called: CalledTool): CallTokens {
  const { resource, subjectToken, assertion } = called;
  let held: { key: string; token: Promise<IssuedToken>; until: number } | undefined;
  const fresh = ({ details, scope }: Wanted, signal?: AbortSignal) =>
    exchange(broker, {
      ...{ resource, subjectToken, assertion, details, scope },
      ...(signal && { signal }),
    });
  return {
    fresh,
    shared(wanted) {
      const key = JSON.stringify(wanted);
      if (held?.key === key && Date.now() < held.until) return held.token;
      const next = { key, token: fresh(wanted), until: Infinity };
      held = next;
      next.token.then(
        ({ expiresAt }) => (next.until = expiresAt - marginMs),
        () => (next.until = 0),
      );
      return next.token;
    },
    share(wanted, token) {
      const until = token.expiresAt - marginMs;
      held = { key: JSON.stringify(wanted), token: Promise.resolve(token), until };
    },
    drop() {
      held = undefined;
    },
  };
}
