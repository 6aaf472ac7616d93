import type * as aws from "@pulumi/aws";
import { derive } from "../known";
import { checkDiscoveryUrl } from "../oauth2/arguments";
import type { GatewayJwt } from "./ref";

type Authorizer = Pick<
  aws.bedrock.AgentcoreGatewayArgs,
  "authorizerType" | "authorizerConfiguration"
>;

/** How a gateway asks who calls: by the signature of a role, or by a token; there is no gateway that asks nobody. */
export function authorizerOf(subject: string, jwt: GatewayJwt | undefined): Authorizer {
  if (jwt === undefined) return { authorizerType: "AWS_IAM" };
  const { discoveryUrl, allowedAudiences, allowedClients } = jwt;
  return {
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: {
      customJwtAuthorizer: {
        discoveryUrl: derive(discoveryUrl, (url) => checkDiscoveryUrl(subject, "jwt", url)),
        ...(allowedAudiences !== undefined && { allowedAudiences }),
        ...(allowedClients !== undefined && { allowedClients }),
      },
    },
  };
}
