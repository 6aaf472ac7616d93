import type { Breadth } from "../../../../../policy-pack/domain/trust/breadth";

/** A possible token of a workload: its claims, and the breadth of its like in the world's values. */
interface Token {
  readonly claims: Readonly<Record<string, string>>;
  /** How many workloads a policy trusts with this one: `workload` where its values name it. */
  readonly shows: Breadth;
}

/** An issuer with all tokens that it gives, and values of claims that name some of them. */
export interface PossibleValues {
  readonly host: string;
  readonly tokens: readonly Token[];
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const audience = "sts.amazonaws.com";

/** Every text of one part from each list. */
export function texts(...parts: readonly (readonly string[])[]): readonly string[] {
  return parts.reduce<readonly string[]>(
    (starts, ends) => starts.flatMap((start) => ends.map((end) => start + end)),
    [""],
  );
}

/** GitHub Actions with the owners `acme` and `globex`, their repositories, branches, tags and environments, and neighbours of each. */
export const github: PossibleValues = {
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
  if (!/^(acme|globex)\//.test(path)) return "any";
  if (!/\/(desk|web)$/.test(path)) return "organisation";
  const isNamed =
    /^refs\/(heads\/(main|dev)|tags\/v1)$/.test(ref) || /^(prod|dev)$/.test(environment);
  return isNamed ? "workload" : "project";
}

/** A cluster with the namespaces `acme` and `globex`, their accounts `triage` and `desk`, and neighbours of each. */
export const cluster: PossibleValues = {
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

const neighbours = ["acme", "globex", "acme-evil", "ac", "acxe", "xacme"];

/** gitlab.com with the groups `acme` and `globex`, a group in each, their projects, branches and tags, and neighbours of each. */
export const gitlab: PossibleValues = {
  host: "gitlab.com",
  tokens: neighbours.flatMap((group) =>
    ["desk", "web", "desk2", "des", "web2", "team/desk", "team/web"].flatMap((name) =>
      [
        "branch:ref:main",
        "branch:ref:main2",
        "branch:ref:feature/web",
        "tag:ref:v1",
        "tag:ref:main",
      ].map((run) => ({
        claims: { aud: audience, sub: `project_path:${group}/${name}:ref_type:${run}` },
        shows: gitlabBreadth(group, name, run),
      })),
    ),
  ),
  values: {
    sub: [
      ...texts(
        ["project_path:"],
        ["acme/", "globex/", "acme*/", "ac?e/", "*/"],
        ["desk", "web", "desk*", "team/*", "*"],
        [
          ...[":ref_type:branch:ref:main", ":ref_type:branch:ref:main*", ":ref_type:branch:ref:*"],
          ...[":ref_type:tag:ref:v1", ":ref_type:*:ref:main", ":ref_type:tag:*", ":*", "*"],
        ],
      ),
      ...[
        "*",
        "project_path:*",
        "project_path:acme/*",
        "project_path:acme*",
        "*:ref_type:branch:ref:main",
      ],
    ],
  },
};

function gitlabBreadth(group: string, name: string, run: string): Breadth {
  if (!/^(acme|globex)$/.test(group)) return "any";
  if (!/^(desk|web)$/.test(name)) return "organisation";
  return /^(branch:ref:main|tag:ref:v1)$/.test(run) ? "workload" : "project";
}

/** Terraform Cloud with the organisations `acme` and `globex`, their projects, the workspaces of each and its phases, and neighbours. */
export const terraform: PossibleValues = {
  host: "app.terraform.io",
  tokens: neighbours.flatMap((organisation) =>
    Object.entries(workspacesIn(organisation)).flatMap(([project, workspaces]) =>
      workspaces.flatMap((workspace) =>
        ["plan", "apply"].map((phase) => ({
          claims: {
            aud: "aws.workload.identity",
            sub: `organization:${organisation}:project:${project}:workspace:${workspace}:run_phase:${phase}`,
          },
          shows: terraformBreadth(organisation, project, workspace),
        })),
      ),
    ),
  ),
  values: {
    sub: [
      ...texts(
        ["organization:"],
        ["acme:", "globex:", "acme*:", "ac?e:", "*:"],
        ["project:desk:", "project:web:", "project:desk*:", "project:*:"],
        ["workspace:prod:", "workspace:dev:", "workspace:prod*:", "workspace:d?v:", "workspace:*:"],
        ["run_phase:plan", "run_phase:*"],
      ),
      ...texts([
        "organization:acme:*",
        "organization:acme:project:desk:*",
        "organization:*",
        "organization:acme*",
        "*",
      ]),
      ...["*:workspace:prod:*", "organization:acme:*:workspace:prod:*"],
    ],
  },
};

/** Projects of an organisation, whose workspaces have names of their own; those of others are unknown. */
function workspacesIn(organisation: string): Readonly<Record<string, readonly string[]>> {
  const isKnown = /^(acme|globex)$/.test(organisation);
  const whichever = ["prod", "dev"];
  return {
    desk: isKnown ? ["prod", "prod2", "dxv"] : whichever,
    web: isKnown ? ["dev", "prod3", "dyv"] : whichever,
    desk2: isKnown ? ["prod4", "dzv"] : whichever,
    other: isKnown ? ["prod5", "dwv"] : whichever,
  };
}

function terraformBreadth(organisation: string, project: string, workspace: string): Breadth {
  if (!/^(acme|globex)$/.test(organisation)) return "any";
  if (/^(prod|dev)$/.test(workspace)) return "workload";
  return /^(desk|web)$/.test(project) ? "project" : "organisation";
}

/** Buildkite with the organisations `acme` and `globex`, their pipelines, branches, tags, commits and steps, and neighbours. */
export const buildkite: PossibleValues = {
  host: "agent.buildkite.com",
  tokens: neighbours.flatMap((organisation) =>
    ["desk", "web", "desk2", "des", "xdesk"].flatMap((pipeline) =>
      [
        "refs/heads/main",
        "refs/heads/dev",
        "refs/heads/main2",
        "refs/tags/main",
        "refs/heads/web",
      ].flatMap((ref) =>
        ["build", "deploy"].map((step) => ({
          claims: {
            aud: audience,
            sub: `organization:${organisation}:pipeline:${pipeline}:ref:${ref}:commit:0a1b2c:step:${step}`,
          },
          shows: buildkiteBreadth(organisation, pipeline, ref),
        })),
      ),
    ),
  ),
  values: {
    sub: [
      ...texts(
        ["organization:"],
        ["acme:", "globex:", "acme*:", "ac?e:", "*:"],
        ["pipeline:desk:", "pipeline:web:", "pipeline:desk*:", "pipeline:*:"],
        ["ref:refs/heads/main:", "ref:refs/heads/main*:", "ref:refs/heads/*:", "ref:*:"],
        ["commit:*:step:deploy", "commit:*:step:*", "*"],
      ),
      ...["*", "organization:acme:*", "organization:acme*", "*:pipeline:desk:*", "organization:*"],
    ],
  },
};

function buildkiteBreadth(organisation: string, pipeline: string, ref: string): Breadth {
  if (!/^(acme|globex)$/.test(organisation)) return "any";
  if (!/^(desk|web)$/.test(pipeline)) return "organisation";
  return /^refs\/heads\/(main|dev)$/.test(ref) ? "workload" : "project";
}
