import { isObject, postForm } from "./endpoint";
import {
  authenticated,
  endpointOf,
  refusal,
  unanswered,
  type Broker,
  type CertifiedBroker,
} from "./exchange";

/** What has ended of one kind: `task` tokens, `call` tokens, sessions of `aws`, accounts of `kubernetes`. */
export interface Ended {
  readonly count: number;
  /** When the last of them would have ended, in seconds since 1970. */
  readonly until: number;
  /** How long each may still work. */
  readonly then: string;
}

/**
 * Ends what a token began, with all that was made from it: a task token that the workload received or passed on, or the user's
 * token with which it began a task.
 *
 * @returns what has ended, by kind; empty where the token began nothing of the workload
 * @throws ExchangeRefused if the broker refuses, or cannot be reached
 */
export async function end(
  broker: Broker | CertifiedBroker,
  token: string,
): Promise<Readonly<Record<string, Ended>>> {
  const url = endpointOf(broker, "/revoke");
  const form = await authenticated(broker, { token });
  const answer = await postForm(url, form, { fetch: broker.fetch }).catch((cause: unknown) => {
    throw unanswered(cause);
  });
  const { ended } = answer.body;
  if (answer.status !== 200 || !isObject(ended)) throw refusal(answer);
  return ended as Readonly<Record<string, Ended>>;
}
