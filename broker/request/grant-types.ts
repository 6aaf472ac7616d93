import { Refused } from "../refused";
import { required, type Form } from "./form";

/** How a request proves on whose behalf it is, by its `grant_type`. */
export const grantTypes = {
  /** Token exchange (RFC 8693). */
  exchange: "urn:ietf:params:oauth:grant-type:token-exchange",
  /** An assertion (RFC 7523): the workload's own token, or an ID-JAG of its user. */
  assertion: "urn:ietf:params:oauth:grant-type:jwt-bearer",
  /** The workload for itself (RFC 6749, 4.4). */
  client: "client_credentials",
} as const;

/** Parameters that one type of grant alone has. */
const ownParameters: Readonly<Record<string, readonly string[]>> = {
  [grantTypes.exchange]: ["subject_token", "subject_token_type", "requested_token_type"],
  [grantTypes.assertion]: ["assertion"],
  [grantTypes.client]: [],
};

/** Parameters of the token endpoint, without those of client authentication. */
export const tokenParameters: readonly string[] = [
  ...["grant_type", "resource", "audience", "scope", "authorization_details"],
  ...Object.values(ownParameters).flat(),
];

/** The token that proves on whose behalf a request is, and how refusals name it. */
export interface SubjectToken {
  readonly token: string;
  readonly named: string;
}

/** Finds the subject token of a request by its `grant_type`; undefined where the caller acts for itself. Throws {@link Refused}. */
export function subjectTokenOf(form: Form): SubjectToken | undefined {
  const type = required(form, "grant_type");
  const own = Object.hasOwn(ownParameters, type) ? ownParameters[type] : undefined;
  if (own === undefined) {
    const types = Object.values(grantTypes).join("`, `");
    throw new Refused("unsupported_grant_type", `\`grant_type\` is one of \`${types}\``);
  }
  // Ignored, it would be as if the caller acted for itself.
  const other = Object.values(ownParameters)
    .flat()
    .find((name) => !own.includes(name) && form[name] !== undefined);
  if (other !== undefined) {
    throw new Refused("invalid_request", `\`${other}\` does not belong to this \`grant_type\``);
  }
  switch (type) {
    case grantTypes.client:
      return undefined;
    case grantTypes.assertion:
      return { token: required(form, "assertion"), named: "assertion" };
    default:
      return { token: required(form, "subject_token"), named: "subject_token" };
  }
}
