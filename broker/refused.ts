/** Error codes of OAuth 2.0 that the broker answers with (sources: RFC 6749, 6750, 8693, 8628, 9396, 9449, 8707). */
export const oauthErrors = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "invalid_token",
  "invalid_target",
  "invalid_scope",
  "invalid_authorization_details",
  "invalid_dpop_proof",
  "unsupported_grant_type",
  "access_denied",
  "authorization_pending",
  "slow_down",
  "temporarily_unavailable",
  "server_error",
] as const;

/** One of these error codes. */
export type OAuthError = (typeof oauthErrors)[number];

const statuses: Readonly<Partial<Record<OAuthError, number>>> = {
  invalid_client: 401,
  invalid_token: 401,
  slow_down: 429,
  temporarily_unavailable: 503,
  server_error: 500,
};

/** Statuses 4xx of a service that pass: its caller's credentials may be renewed, a conflict end, and its limit be lifted. */
const passing: readonly number[] = [401, 408, 409, 425, 429];

/** Whether a service that answers with a status answers the same when it is asked again. */
export function isPermanent(status: number): boolean {
  return status >= 400 && status < 500 && !passing.includes(status);
}

/** Why a request is refused: its message is one sentence for the developer of the caller. */
export class Refused extends Error {
  override readonly name = "Refused";
  /** Status of HTTP. */
  readonly status: number;

  /**
   * @param error the code
   * @param description one sentence, which quotes nothing of a token
   * @param details further parameters of the answer
   */
  constructor(
    readonly error: OAuthError,
    description: string,
    readonly details: Readonly<Record<string, string | number>> & { readonly status?: number } = {},
  ) {
    super(description);
    this.status = details.status ?? statuses[error] ?? 400;
  }
}
