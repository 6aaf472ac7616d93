import type { Caller, Identities } from "../identity/workloads";
import { isIdJag } from "../identity/verify-token";
import { Refused } from "../refused";
import type { Form } from "../request/form";
import { grantTypes } from "../request/grant-types";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:";

/** Parameters by which a workload proves who it is. */
export const clientParameters = [
  "client_id",
  "client_assertion",
  "client_assertion_type",
  "actor_token",
  "actor_token_type",
] as const;

/** Methods of client authentication, as metadata names them (sources: draft-ietf-oauth-spiffe-client-auth, RFC 7523). */
export const clientMethods = ["spiffe_jwt", "private_key_jwt"] as const;

/**
 * The workload that a request comes from, by its own token; throws {@link Refused}.
 *
 * The token is `client_assertion`, or `actor_token` (RFC 8693) where it is not there. Both prove the same one. Of a grant by
 * assertion alone, the assertion proves it (source: RFC 7523, 3.1).
 */
export async function authenticate(
  form: Form,
  { issuers }: { readonly issuers: readonly { readonly name: string; readonly kind: string }[] },
  identities: Identities,
  tenant: string,
  now: number,
): Promise<Caller> {
  const { client_assertion: assertion, actor_token: actorToken } = form;
  const sent = Object.entries({
    ...{ client_assertion: assertion, actor_token: actorToken },
    ...(form["grant_type"] === grantTypes.assertion && { assertion: form["assertion"] }),
  });
  const [named, token] = sent.find(([, value]) => value !== undefined) ?? [];
  if (named === undefined || token === undefined) {
    throw new Refused("invalid_client", "`client_assertion` or `actor_token` is missing");
  }
  if (named === "assertion" && isIdJag(token)) {
    throw new Refused(
      "invalid_client",
      "`client_assertion` is missing; an ID-JAG proves its user alone",
    );
  }
  const caller = await identities.workload(token, named, now);
  if (assertion !== undefined) checkType(form, caller, issuers);
  if (assertion !== undefined && actorToken !== undefined && actorToken !== assertion) {
    const actor = await identities.workload(actorToken, "actor_token", now);
    if (actor.workload.name !== caller.workload.name) {
      throw new Refused(
        "invalid_client",
        "`actor_token` is another workload's than `client_assertion`",
      );
    }
  }
  const { client_id: id } = form;
  const names = [`${tenant}.${caller.workload.name}`, caller.proof.subject];
  if (id !== undefined && !names.includes(id)) {
    throw new Refused("invalid_client", "`client_id` is not the workload that the token proves");
  }
  return caller;
}

function checkType(
  form: Form,
  { proof }: Caller,
  issuers: readonly { readonly name: string; readonly kind: string }[],
): void {
  const kind = issuers.find(({ name }) => name === proof.issuer)?.kind;
  const wanted = `${assertionType}${kind === "spiffe" ? "jwt-spiffe" : "jwt-bearer"}`;
  if (form["client_assertion_type"] === wanted) return;
  throw new Refused("invalid_client", `\`client_assertion_type\` of this token is ${wanted}`);
}
