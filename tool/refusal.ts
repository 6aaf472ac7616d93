/** How a token is sent: as it is, or with a proof of its key. */
export type Scheme = "Bearer" | "DPoP";

/** Error codes of refusals (RFC 6750, 3.1; RFC 9449, 7.1), and one for what the tool itself cannot verify now. */
export type RefusalCode =
  | "invalid_request"
  | "invalid_token"
  | "invalid_dpop_proof"
  | "insufficient_scope"
  | "temporarily_unavailable";

const statuses: Readonly<Record<RefusalCode, number>> = {
  invalid_request: 400,
  invalid_token: 401,
  invalid_dpop_proof: 401,
  insufficient_scope: 403,
  temporarily_unavailable: 503,
};

/** Algorithms of DPoP proofs, the same as the broker's. */
export const proofAlgorithms = ["ES256", "EdDSA"];

/**
 * Why a tool does not serve a request, with what to answer.
 *
 * Express and Hono answer with status and headers of an error that has them, so that a handler may throw it.
 */
export class CallRefused extends Error {
  override readonly name = "CallRefused";
  readonly status: number;
  readonly #body: Readonly<Record<string, unknown>> | undefined;
  /** Headers of the answer, with the challenge by which a client continues. */
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param code absent if the request has no token at all
   * @param description for the client: printable ASCII without quotes
   */
  constructor(
    readonly code: RefusalCode | undefined,
    readonly description: string,
    about: {
      /** Where the tool's metadata is (RFC 9728). */
      readonly metadataUrl?: string;
      readonly scheme?: Scheme;
      /** The intent that is needed instead. */
      readonly scope?: string;
      /** The answer's body, where the protocol of the request has one of its own. */
      readonly body?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(description, about);
    this.#body = about.body;
    this.status = code === undefined ? 401 : statuses[code];
    this.headers = {
      "cache-control": "no-store",
      ...((this.status === 401 || this.status === 403) && {
        "www-authenticate": challenge(code, description, about),
      }),
    };
  }

  /** The body of the answer. */
  toJSON(): Readonly<Record<string, unknown>> {
    return (
      this.#body ?? {
        error: this.code ?? "invalid_token",
        error_description: this.description,
      }
    );
  }

  /** The answer, as Hono takes it from an error. */
  getResponse(): Response {
    return Response.json(this, { status: this.status, headers: this.headers });
  }
}

const algs = proofAlgorithms.join(" ");

/** Texts that a challenge can carry as a scope (RFC 6749, 3.3). */
const isScope = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

function challenge(
  code: RefusalCode | undefined,
  description: string,
  about: { readonly metadataUrl?: string; readonly scheme?: Scheme; readonly scope?: string },
): string {
  const { metadataUrl, scope, scheme = "Bearer" } = about;
  const parameters = Object.entries({
    ...(code !== undefined && { error: code, error_description: description }),
    ...(scope !== undefined && isScope.test(scope) && { scope }),
    ...(metadataUrl !== undefined && { resource_metadata: metadataUrl }),
    ...(scheme === "DPoP" && { algs }),
  }).map(([name, value]) => `${name}="${value}"`);
  const wanted = `${scheme} ${parameters.join(", ")}`;
  // The MCP SDK's client reads the first challenge alone.
  return code === undefined ? `${wanted}, DPoP algs="${algs}"` : wanted;
}
