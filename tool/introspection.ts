import { endpoint, postForm, type Fetch } from "../agent/endpoint";
import { clientAuthentication, type TokenSource } from "../agent/workload-token";

/** Whether the broker says that a token is active (RFC 7662). It rejects if the broker gives no answer that can be used. */
export async function isActive(
  token: string,
  broker: {
    readonly issuer: string;
    readonly workloadToken: TokenSource;
    readonly fetch: Fetch | undefined;
  },
): Promise<boolean> {
  const { issuer, workloadToken, fetch } = broker;
  const form = { token, ...(await clientAuthentication(workloadToken)) };
  const { status, body } = await postForm(endpoint(issuer, "/introspect"), form, { fetch });
  const { active } = body;
  if (status !== 200 || typeof active !== "boolean") {
    throw new Error(`the broker answers introspection with ${status}`);
  }
  return active;
}
