import { argumentError, fitting } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { addressRule, type EgressRule } from "./egress";
import { exactText } from "../arguments/exact-text";

/** The Kubernetes API server, as a tenant's workloads with `kubernetesPermissions` reach it. */
export interface ApiServer {
  /** Audience of the tokens that it takes; not that of STS. Default: `https://kubernetes.default.svc`. */
  audience?: string;
  /** Addresses behind the Service `kubernetes`, which network policies see in its place, such as those of the cluster's subnets, `10.0.0.0/16`. Default: none. */
  cidrs?: string[];
  /** Port behind the Service `kubernetes`, 1 to 65535. Default: 443. */
  port?: number;
}

/** Default audience of an API server. Source: https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html. */
const defaultAudience = "https://kubernetes.default.svc";

/** The API server with defaults filled in. */
export interface KnownApiServer {
  readonly audience: string;
  /** Rules by which pods may send to it; none without its addresses. */
  readonly egress: readonly EgressRule[];
}

/** Reads where and how the API server is reached, or throws an error that names `subject`. */
export function readApiServer(subject: string, given: ApiServer): KnownApiServer {
  checkTypes(subject, "ApiServer", given, "apiServer");
  const { audience = defaultAudience, cidrs = [], port = 443 } = given;
  fitting(
    subject,
    "apiServer.audience",
    audience,
    exactText,
    `the audience of its tokens, such as \`${defaultAudience}\``,
  );
  if (audience === "sts.amazonaws.com") {
    throw argumentError(
      subject,
      "apiServer.audience is that of STS, so that a token for one would serve for both; give the API server's own",
    );
  }
  const egress = cidrs.map((cidr, index) =>
    addressRule(subject, "apiServer", `apiServer.cidrs[${index}]`, { cidr, port }),
  );
  return { audience, egress };
}
