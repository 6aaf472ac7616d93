import type { Breadth } from "../../../../../policy-pack/domain/trust/breadth";
import { texts, type PossibleValues } from "./worlds";

const organisation = "1-2-3";
const circleHost = `oidc.circleci.com/org/${organisation}`;
const projectClaim = "oidc.circleci.com/project-id";

/** CircleCI of one organisation with the projects `4-5` and `7-8`, their branches and people, in tokens of both versions, and neighbours. */
export const circleci: PossibleValues = {
  host: circleHost,
  tokens: ["4-5", "7-8", "4-6", "4-56", "4", "74-5"].flatMap((project) =>
    ["u1", "u2", "u3"].flatMap((user) => {
      const start = `org/${organisation}/project/${project}/user/${user}`;
      const claims = { aud: organisation, [projectClaim]: project };
      return [
        { claims: { ...claims, sub: start }, shows: circleBreadth(project, "", user) },
        ...["heads/main", "heads/dev", "heads/main2", "tags/main"].map((ref) => ({
          claims: {
            ...claims,
            sub: `${start}/vcs-origin/github.com/acme/desk/vcs-ref/refs/${ref}`,
          },
          shows: circleBreadth(project, ref, ""),
        })),
      ];
    }),
  ),
  values: {
    sub: [
      ...texts(
        [`org/${organisation}/project/`],
        ["4-5", "7-8", "4-5*", "4-?", "*"],
        ["/user/"],
        [
          ...["u1", "u2", "*", "*/vcs-origin/github.com/acme/desk/vcs-ref/refs/heads/main"],
          ...["*/vcs-ref/refs/heads/dev", "*/vcs-ref/refs/heads/main*", "*/vcs-ref/*"],
        ],
      ),
      ...["org/*", `org/${organisation}/*`, "*/project/4-5/*", "*/vcs-ref/refs/heads/main"],
    ],
    [projectClaim]: ["4-5", "7-8", "4-5*", "*"],
  },
};

function circleBreadth(project: string, ref: string, user: string): Breadth {
  if (!/^(4-5|7-8)$/.test(project)) return "organisation";
  return /^heads\/(main|dev)$/.test(ref) || /^u[12]$/.test(user) ? "workload" : "project";
}

/** Bitbucket of one workspace with the repositories `a-1` and `a-2`, their environments and steps, and neighbours. */
export const bitbucket: PossibleValues = {
  host: "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
  tokens: ["a-1", "a-2", "a-3", "a-12", "a"].flatMap((repository) =>
    ["{e-1}:", "{e-2}:", "{e-12}:", "{e-3}:", ""].flatMap((environment) =>
      ["d-1", "d-2"].map((step) => ({
        claims: {
          aud: "ari:cloud:bitbucket::workspace/1",
          sub: `{${repository}}:${environment}{${step}}`,
        },
        shows: bitbucketBreadth(repository, environment),
      })),
    ),
  ),
  values: {
    sub: [
      ...texts(
        ["{a-1}:", "{a-2}:", "{a-1*:", "{a-?}:", "*:"],
        ["{e-1}:", "{e-2}:", "{e-1*:", "{e-?}:", "*:"],
        ["{d-1}", "*"],
      ),
      // A step without an environment, written out, names one run: it shows nothing of a world.
      ...["{a-1}:*", "{a-1}*:*", "{a-*", "*:{d-1}", "{*}:{e-1}:*"],
    ],
  },
};

function bitbucketBreadth(repository: string, environment: string): Breadth {
  if (!/^a-[12]$/.test(repository)) return "organisation";
  return /^\{e-[12]\}:$/.test(environment) ? "workload" : "project";
}

/** Google with the service accounts `101` and `102`, whose authorised party is each itself, an app with users, and the organisation `55`. */
export const google: PossibleValues = {
  host: "accounts.google.com",
  tokens: ["101", "102", "103", "111", "1011", "10"].flatMap((account) =>
    ["", "app-1", "app-2", "app-12"].flatMap((app) =>
      ["55", "56", ""].map((number) => ({
        claims: {
          sub: account,
          aud: app === "" ? account : app,
          oaud: "sts.amazonaws.com",
          ...(number !== "" && { "google/organization_number": number }),
        },
        shows: googleBreadth(account, app, number),
      })),
    ),
  ),
  values: {
    sub: ["101", "102", "10*", "1?1", "*"],
    aud: ["101", "102", "app-1", "app-*", "10?", "*"],
    "google/organization_number": ["55", "5*", "*"],
  },
};

/** Users of one app are not distinguished. */
function googleBreadth(account: string, app: string, number: string): Breadth {
  if (/^(101|102)$/.test(account) || app === "app-1") return "workload";
  return number === "55" ? "organisation" : "any";
}

/** Amazon Cognito with the identity pools `p-1` and `p-2`, whose identities count as one workload, and pools of others. */
export const cognito: PossibleValues = {
  host: "cognito-identity.amazonaws.com",
  tokens: ["p-1", "p-2", "p-12", "p", "q-1"].flatMap((pool) =>
    ["authenticated", "unauthenticated"].flatMap((amr) =>
      ["i-1", "i-2"].map((identity) => ({
        claims: { aud: `eu-west-1:${pool}`, sub: `eu-west-1:${identity}-${pool}`, amr },
        shows: /^p-[12]$/.test(pool) ? ("workload" as const) : ("any" as const),
      })),
    ),
  ),
  values: {
    aud: ["eu-west-1:p-1", "eu-west-1:p-2", "eu-west-1:p*", "eu-west-1:*", "*:p-1*", "*"],
    sub: ["eu-west-1:i-1-p-1", "eu-west-1:i-1-p-2", "eu-west-1:i-1-p*", "eu-west-1:*", "*"],
    amr: ["authenticated", "*"],
  },
};
