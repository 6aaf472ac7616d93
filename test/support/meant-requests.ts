import { matches, parsePattern } from "../../core/pattern";
import { parseOperator } from "../../core/policy/condition/operator";
import { isRecord, type Value } from "../../core/snapshot/value";
import { account, issuers, type Trust } from "./loose-trusts";

/** A request by the workload that a trust is meant for. */
export interface MeantRequest {
  /** The caller as in `Principal`. */
  readonly principal: Readonly<Record<string, string>>;
  readonly action: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** The rest of subjects that `issuers` leaves open. */
const rests: Readonly<Record<string, string>> = {
  "agent.buildkite.com": "9f31",
  "oidc.circleci.com": "7-8-9/vcs-origin/github.com/acme/desk/vcs-ref/refs/heads/main",
  "oidc.circleci.com/org/1-2-3": "7-8-9/vcs-origin/github.com/acme/desk/vcs-ref/refs/heads/main",
};

/** What tokens for AWS are made for, where that is not `sts.amazonaws.com`. */
const documented: Readonly<Record<string, string>> = {
  "gitlab.com": "https://gitlab.com",
  "gitlab.acme.example": "https://gitlab.acme.example",
  "acme.semaphoreci.com": "https://acme.semaphoreci.com",
  "app.terraform.io": "aws.workload.identity",
  "api.pulumi.com/oidc": "aws:acme",
  "oidc.vercel.com/acme": "https://vercel.com/acme",
  "oidc.circleci.com": "1-2-3",
  "oidc.circleci.com/org/1-2-3": "1-2-3",
};

/** Capitals in a suggestion are to be filled in by people. */
const filled: Readonly<Record<string, string>> = {
  ACCOUNT: account,
  REGION: "eu-west-1",
  CLUSTER: "prod",
  NAMESPACE: "acme",
  SERVICE_ACCOUNT: "desk",
  PHASE: "apply",
  OWNER: "acme",
  OWNER_ID: "1",
  REPOSITORY: "desk",
  REPOSITORY_ID: "2",
  BRANCH: "main",
  GROUP: "acme",
  REF_TYPE: "branch",
  REF: "refs/heads/main",
  PROJECT_ID: "7",
  ORGANIZATION: "acme",
  ORGANIZATION_ID: "1-2-3",
  PROJECT: "desk",
  WORKSPACE: "prod",
  PIPELINE: "desk",
  STEP: "s",
  STACK: "dev",
  OPERATION: "update",
  TEAM: "acme",
  ENVIRONMENT: "production",
  SUBJECT: "spiffe://acme.example/ns/acme/sa/desk",
  TRUST_DOMAIN: "acme.example",
  COMMON_NAME: "desk",
  TRUST_ANCHOR_ID: "0a1b",
  EXTERNAL_ID: "7d1f-k3ep",
  VCS_ORIGIN: "github.com/acme/desk",
  "o-ORGANIZATION": "o-1234567890",
  YOUR_AUDIENCE: "https://acme.example",
};

/** A suggested condition as the workload's owner fills it in. */
export function filledIn(condition: string, { Principal }: Trust): string {
  const isByIds = /circleci|semaphoreci/.test(JSON.stringify(Principal));
  return condition
    .replace(/(spiffe:\/\/[^"]*\/)PATH/g, (_, start: string) => {
      const whole = "spiffe://acme.example/ns/acme/sa/desk";
      return whole.startsWith(start) ? whole : `${start}ns/acme/sa/desk`;
    })
    .replace(/(?:o-)?(?:[A-Z][A-Z_]{3,}|\bREF\b)/g, (form) => {
      if (isByIds && form === "PROJECT_ID") return "4-5-6";
      if (filled[form] !== undefined) return filled[form];
      if (form.endsWith("_UUID")) return "0a1b2c3d-0000-4000-8000-000000000000";
      return form.endsWith("_ID") ? "7" : form.toLowerCase().replaceAll("_", "-");
    });
}

/** The requests that a trust may be meant for; none where its conditions name another workload. */
export function requestsMeantBy(trust: Trust): readonly MeantRequest[] {
  return requestsOf(trust).filter(({ keys }) =>
    Object.entries(keys).every(([key, value]) => isNamedAlone(trust.Condition, key, value)),
  );
}

function requestsOf({ Principal, Condition }: Trust): readonly MeantRequest[] {
  const named = isRecord(Principal) ? Principal : { AWS: Principal };
  const action = "sts:AssumeRole";
  const { Federated: provider, Service: service } = named;
  if (typeof provider === "string") {
    const host = provider.replace(/^.*:oidc-provider\//, "");
    const subject = (issuers[host] ?? "").replace("*", () => rests[host] ?? "");
    // A workload requests the audience that its trust names.
    const isUsual = valuesAsked(Condition, `${host}:aud`).includes("sts.amazonaws.com");
    const audience = isUsual ? undefined : documented[host];
    return [
      {
        principal: { Federated: provider },
        action: "sts:AssumeRoleWithWebIdentity",
        keys: {
          [`${host}:sub`]: subject,
          [`${host}:aud`]: audience ?? "sts.amazonaws.com",
          ...(host.includes("github") && { [`${host}:repository_id`]: "2" }),
          ...(host === "gitlab.com" && { [`${host}:project_id`]: "7" }),
          "aws:SourceIp": "203.0.113.0/24",
        },
      },
    ];
  }
  if (typeof service === "string") {
    return keysOfService(service).map((keys) => ({
      principal: { Service: service },
      action,
      keys: { "aws:SourceAccount": account, ...keys },
    }));
  }
  const caller = "arn:aws:iam::444455556666:role/caller";
  const keys = { "sts:ExternalId": "7d1f-k3ep", "aws:PrincipalOrgID": "o-1234567890" };
  return [{ principal: { AWS: caller }, action, keys }];
}

function keysOfService(service: string): readonly Readonly<Record<string, string>>[] {
  switch (service) {
    case "pods.eks.amazonaws.com":
      return [
        {
          "aws:RequestTag/eks-cluster-arn": `arn:aws:eks:eu-west-1:${account}:cluster/prod`,
          "aws:RequestTag/kubernetes-namespace": "acme",
          "aws:RequestTag/kubernetes-service-account": "desk",
        },
      ];
    case "rolesanywhere.amazonaws.com":
      return [
        {
          "aws:PrincipalTag/x509SAN/URI": "spiffe://acme.example/ns/acme/sa/desk",
          "aws:PrincipalTag/x509Subject/CN": "desk",
          "aws:SourceArn": `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/0a1b`,
        },
      ];
    default:
      return [`arn:aws:bedrock:eu-west-1:${account}:agent/A`, ownArn(service)].map((arn) => ({
        "aws:SourceArn": arn,
      }));
  }
}

function ownArn(service: string): string {
  return `arn:aws:${service.replace(/\..*$/, "")}:eu-west-1:${account}:agent/A`;
}

/** Whether tests that name an owner in a key name only the one with this value. */
function isNamedAlone(condition: Value, key: string, value: string): boolean {
  return valuesAsked(condition, key).every(
    (each) => each === value || (/[*?]/.test(each) && matches(parsePattern(each), value)),
  );
}

/** The values of which a key has to have one. */
function valuesAsked(condition: Value, key: string): readonly string[] {
  if (!isRecord(condition)) return [];
  return Object.entries(condition).flatMap(([operator, tests]) => {
    const parsed = parseOperator(operator);
    if (parsed === undefined || parsed.base === "Null" || parsed.negated) return [];
    const requested: unknown = isRecord(tests) ? tests[key] : undefined;
    return requested === undefined ? [] : [requested].flat().map(String);
  });
}
