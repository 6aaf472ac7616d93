import { federations, type FederationKind } from "./all-federations";
import type { Validation } from "../manifests/validation";

/** Longest lifetime of a token that a pod may request, in seconds. */
const longestToken = 3600;

/** Lifetime of the token that the API server puts into pods itself, which is for it alone and governed by automount. */
const apiToken = { volume: "kube-api-access-", seconds: 3607 };

/**
 * The requirements on pods of a tenant: each under an account of its own, with no token that is long-lived or without an
 * audience, and no whole Secret in the environment.
 *
 * It catches mistakes. A pod's own claims prove nothing, so RBAC has to limit who may create pods.
 */
export function podValidations(
  kinds: readonly FederationKind[],
  accounts: readonly string[] | undefined,
): Validation[] {
  return [
    accounts === undefined
      ? {
          expression:
            "has(object.spec.serviceAccountName) && !(object.spec.serviceAccountName in ['', 'default'])",
          message: "a pod of this tenant needs a ServiceAccount of its own, not `default`",
        }
      : {
          expression: `has(object.spec.serviceAccountName) && object.spec.serviceAccountName in [${accounts.map((name) => `'${name}'`).join(", ")}]`,
          message: "the ServiceAccount is none of those that the tenant lists",
        },
    {
      expression: `!has(object.spec.volumes) || object.spec.volumes.all(v, !has(v.projected) || !has(v.projected.sources) || v.projected.sources.all(s, !has(s.serviceAccountToken) || ${tokenIsFine(kinds)}))`,
      message: `a token in a volume needs an audience and lasts ${longestToken} seconds at most`,
    },
    {
      expression: `${importsNoSecret("containers")} && (!has(object.spec.initContainers) || ${importsNoSecret("initContainers")})`,
      message:
        "a pod of this tenant takes no whole Secret into its environment; give it an identity, or mount the one key that it needs",
    },
  ];
}

/** Secrets of a tenant are never tokens of accounts, which would not expire. */
export const secretValidations: Validation[] = [
  {
    expression: "!has(object.type) || object.type != 'kubernetes.io/service-account-token'",
    message: "a Secret with a ServiceAccount's token never expires; use a projected token",
  },
];

/** Keys that are put into a Secret later come into such an environment unseen. */
function importsNoSecret(containers: string): string {
  return `object.spec.${containers}.all(c, !has(c.envFrom) || c.envFrom.all(e, !has(e.secretRef)))`;
}

function tokenIsFine(kinds: readonly FederationKind[]): string {
  const token = "s.serviceAccountToken";
  const audience = `has(${token}.audience) && ${token}.audience != ''`;
  const lasts = `has(${token}.expirationSeconds) && ${token}.expirationSeconds`;
  const ways = [
    `(${audience} && ${lasts} <= ${longestToken})`,
    `(v.name.startsWith('${apiToken.volume}') && !(${audience}) && ${lasts} == ${apiToken.seconds})`,
  ];
  for (const kind of new Set(kinds)) {
    const { podToken: own } = federations[kind];
    if (own === undefined) continue;
    ways.push(
      `(${audience} && ${token}.audience == '${own.audience}' && ${lasts} <= ${own.seconds})`,
    );
  }
  return `(${ways.join(" || ")})`;
}
