import type { Breadth } from "../../../../core/trust/breadth";

/** A token that a workload may have: its claims, and how much of its like is meant by what the world's values name. */
export interface Token {
  readonly claims: Readonly<Record<string, string>>;
  /** How many workloads a policy admits that admits this one: `workload` where its values name it. */
  readonly shows: Breadth;
}

/** An issuer with all tokens that it gives, and values of claims that name some of them. */
export interface World {
  readonly host: string;
  readonly tokens: readonly Token[];
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const audience = "sts.amazonaws.com";

/** Every text of one part from each list. */
function texts(...parts: readonly (readonly string[])[]): readonly string[] {
  return parts.reduce<readonly string[]>(
    (starts, ends) => starts.flatMap((start) => ends.map((end) => start + end)),
    [""],
  );
}

/** GitHub Actions with the owners `acme` and `globex`, their repositories, branches, tags and environments, and neighbours of each. */
export const github: World = {
  host: "token.actions.githubusercontent.com",
  tokens: ["acme", "globex", "acme-evil", "ac", "acxe", "xacme"].flatMap((owner) =>
    ["desk", "web", "desk2", "des", "xdesk", "web2"].flatMap((name) => {
      const path = `${owner}/${name}`;
      const runs = ["main", "dev", "main2"].flatMap((branch) => [
        githubToken(path, `refs/heads/${branch}`),
        ...["prod", "dev", "prod2"].map((each) => githubToken(path, `refs/heads/${branch}`, each)),
      ]);
      const others = ["tags/v1", "tags/main", "heads/web", "heads/desk"].map((ref) =>
        githubToken(path, `refs/${ref}`),
      );
      return [...runs, ...others, githubToken(path, "refs/pull/1/merge"), tokenOf(path)];
    }),
  ),
  values: {
    sub: [
      ...texts(
        ["repo:"],
        ["acme/", "globex/", "acme*/", "ac?e/", "*/"],
        ["desk", "web", "desk*", "*"],
        [
          ...[
            ":ref:refs/heads/main",
            ":ref:refs/heads/main*",
            ":ref:refs/heads/*",
            ":ref:refs/tags/v1",
          ],
          ...[":environment:prod", ":environment:*", ":pull_request", ":*", "*", ""],
        ],
      ),
      ...[
        "*",
        "repo:*",
        "repo:acme/*",
        "repo:acme*",
        "*:ref:refs/heads/main",
        "*:environment:prod",
      ],
    ],
    repository: [
      ...["acme/desk", "acme/web", "globex/desk", "globex/web"],
      ...["acme/*", "acme/desk*", "*/desk", "acme*", "*"],
    ],
    ref: [
      "refs/heads/main",
      "refs/heads/dev",
      "refs/tags/v1",
      "refs/heads/main*",
      "refs/heads/*",
      "*",
    ],
    environment: ["prod", "dev", "prod*", "*"],
  },
};

function githubToken(path: string, ref: string, environment?: string): Token {
  const where = ref.startsWith("refs/pull/") ? "pull_request" : `ref:${ref}`;
  const context = environment === undefined ? where : `environment:${environment}`;
  return tokenOf(path, context, { ref, ...(environment !== undefined && { environment }) });
}

/** Without a context as of a repository whose subjects are to have none. Source: GitHub, customizing the token claims. */
function tokenOf(path: string, context?: string, claims: Token["claims"] = {}): Token {
  const sub = context === undefined ? `repo:${path}` : `repo:${path}:${context}`;
  return {
    claims: { aud: audience, sub, repository: path, ...claims },
    shows: githubBreadth(path, claims["ref"], claims["environment"]),
  };
}

function githubBreadth(path: string, ref = "", environment = ""): Breadth {
  if (!/^(acme|globex)\//.test(path)) return "anyone";
  if (!/\/(desk|web)$/.test(path)) return "organisation";
  const isNamed =
    /^refs\/(heads\/(main|dev)|tags\/v1)$/.test(ref) || /^(prod|dev)$/.test(environment);
  return isNamed ? "workload" : "project";
}

/** A cluster with the namespaces `acme` and `globex`, their accounts `triage` and `desk`, and neighbours of each. */
export const cluster: World = {
  host: "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
  tokens: ["acme", "globex", "acme2", "ac", "acxe", "xacme"].flatMap((namespace) =>
    ["triage", "desk", "triage2", "tri", "xtriage", "trixge"].map((name) => ({
      claims: { aud: audience, sub: `system:serviceaccount:${namespace}:${name}` },
      shows: clusterBreadth(namespace, name),
    })),
  ),
  values: {
    sub: [
      ...texts(
        ["system:serviceaccount:"],
        ["acme:", "globex:", "acme*:", "ac?e:", "*:"],
        ["triage", "desk", "triage*", "tri?ge", "*"],
      ),
      ...[
        "system:serviceaccount:*",
        "system:serviceaccount:acme*",
        "system:*",
        "*:acme:*",
        "*:triage",
      ],
    ],
  },
};

function clusterBreadth(namespace: string, name: string): Breadth {
  if (!/^(acme|globex)$/.test(namespace)) return "organisation";
  return /^(triage|desk)$/.test(name) ? "workload" : "project";
}
