import type { Configuration } from "../configuration/configuration";
import type { Presented } from "../identity/svid";
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
export function clientMethods({ mtls }: Pick<Configuration, "mtls">): readonly string[] {
  return ["spiffe_jwt", "private_key_jwt", ...(mtls === undefined ? [] : ["spiffe_x509"])];
}

/**
 * The workload that a request comes from, by its own token or its X.509-SVID; throws {@link Refused}.
 *
 * The token is `client_assertion`, or `actor_token` (RFC 8693) where it is not there. Both prove the same one. Of a grant by
 * assertion alone, the assertion proves it (source: RFC 7523, 3.1).
 */
export async function authenticate(
  form: Form,
  { issuers, tenant }: Configuration,
  identities: Identities,
  now: number,
  presented: Presented | undefined,
): Promise<Caller> {
  const { client_assertion: assertion, actor_token: actorToken } = form;
  if (presented !== undefined) return certified(form, tenant, identities, now, presented);
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
  if (assertion !== undefined && actorToken !== assertion) {
    await checkActor(form, caller, identities, now, "`client_assertion`");
  }
  checkClientId(form, tenant, caller, "the token");
  return caller;
}

/** A request authenticates by one means (source: RFC 6749, 2.3), and of a certificate names its client (source: RFC 8705, 2). */
async function certified(
  form: Form,
  tenant: string,
  identities: Identities,
  now: number,
  presented: Presented,
): Promise<Caller> {
  if (form["client_assertion"] !== undefined) {
    const problem = "authenticate by one of `client_assertion` and a certificate, not by both";
    throw new Refused("invalid_client", problem);
  }
  const caller = identities.certified(presented, now);
  if (form["client_id"] === undefined) {
    throw new Refused("invalid_client", "`client_id` is missing, which goes with a certificate");
  }
  checkClientId(form, tenant, caller, "the certificate");
  await checkActor(form, caller, identities, now, "the certificate");
  return caller;
}

async function checkActor(
  { actor_token: token }: Form,
  { workload }: Caller,
  identities: Identities,
  now: number,
  by: string,
): Promise<void> {
  if (token === undefined) return;
  const actor = await identities.workload(token, "actor_token", now);
  if (actor.workload.name === workload.name) return;
  throw new Refused("invalid_client", `\`actor_token\` is another workload's than ${by}`);
}

function checkClientId(
  { client_id: id }: Form,
  tenant: string,
  { workload, proof }: Caller,
  by: string,
): void {
  if (id === undefined || [`${tenant}.${workload.name}`, proof.subject].includes(id)) return;
  throw new Refused("invalid_client", `\`client_id\` is not the workload that ${by} proves`);
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
