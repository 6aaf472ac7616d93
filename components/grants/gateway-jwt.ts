import { argumentError, fitting } from "../arguments/argument-error";
import { checkDiscoveryUrl } from "../oauth2/arguments";
import type { GatewayJwt } from "./gateway-ref";

/** Refuses tokens without an issuer, or of any issuer, under the argument that names it. */
export function checkJwt(subject: string, argument: string, jwt: GatewayJwt): void {
  const { discoveryUrl, allowedAudiences = [], allowedClients = [], clientClaim } = jwt;
  if (typeof discoveryUrl === "string") checkDiscoveryUrl(subject, argument, discoveryUrl);
  if (allowedAudiences.length + allowedClients.length === 0) {
    throw argumentError(
      subject,
      `${argument} takes every token of its issuer; give \`allowedAudiences\`, \`allowedClients\` or both`,
    );
  }
  const lists = { allowedAudiences, allowedClients };
  for (const [list, values] of Object.entries(lists)) {
    values.forEach((value, index) => {
      if (typeof value !== "string") return;
      const wanted = "1 to 256 characters without spaces";
      fitting(subject, `${argument}.${list}[${index}]`, value, /^[^\s\p{C}]{1,256}$/u, wanted);
    });
  }
  if (clientClaim === undefined) return;
  const wanted = "the name of a claim, 1 to 64 letters, digits, `_`, `-`, `.`, `:` or `/`";
  fitting(subject, `${argument}.clientClaim`, clientClaim, /^[\w.:/-]{1,64}$/, wanted);
}
