import { authInfoOf, type CallAuthInfo } from "./auth-info";
import { CallRefused } from "./refusal";
import type { CallVerifier } from "./verifier";

/** Of `@modelcontextprotocol/sdk/server/auth/errors.js`, the errors by which `requireBearerAuth` chooses its answer. */
export interface McpErrors {
  readonly InvalidTokenError: new (message: string) => Error;
  readonly ServerError: new (message: string) => Error;
}

/** An `OAuthTokenVerifier` of the official MCP SDK. */
export interface McpTokenVerifier {
  verifyAccessToken(token: string): Promise<CallAuthInfo>;
}

/**
 * Makes the `verifier` of the official MCP SDK's `requireBearerAuth`. Tokens with a DPoP key are refused, as the SDK passes on
 * no proofs.
 *
 * @param errors the SDK's own classes: the SDK is there twice, for `import` and `require`, and recognises its errors by their
 * class
 */
export function mcpTokenVerifier(verifier: CallVerifier, errors: McpErrors): McpTokenVerifier {
  return {
    async verifyAccessToken(token) {
      try {
        return authInfoOf(await verifier.verify({ authorization: `Bearer ${token}` }));
      } catch (error) {
        if (!(error instanceof CallRefused)) throw error;
        const Refusal = error.status === 401 ? errors.InvalidTokenError : errors.ServerError;
        throw new Refusal(error.message);
      }
    },
  };
}
