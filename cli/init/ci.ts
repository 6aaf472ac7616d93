import { inShell } from "./in-shell";

/** Services for which `agentid init` writes a pipeline. */
export const ciServices = ["github", "gitlab", "none"] as const;

/** A service for which `agentid init` writes a pipeline. */
export type CiService = (typeof ciServices)[number];

/** Where a pipeline finds what it needs. Folders are those of the repository, with `/`; empty for the repository itself. */
export interface PipelinePlaces {
  /** The folder that is judged. */
  readonly program: string;
  /** The folder whose `node_modules` has this package. */
  readonly modules: string;
  /** How its packages are installed, and where. */
  readonly install: { readonly folder: string; readonly command: string };
}

/** The name of a pipeline's file by service, and the one beside a pipeline that the repository has already. */
export const pipelineFile = {
  github: ".github/workflows/agentid.yml",
  gitlab: ".gitlab-ci.yml",
  includedInGitlab: ".gitlab/agentid.yml",
} as const;

/** The text of a service's pipeline. */
export function pipelineText(service: Exclude<CiService, "none">, places: PipelinePlaces): string {
  return service === "github" ? githubWorkflow(places) : gitlabPipeline(places);
}

/** Actions by commit, since a tag can be moved; the comment names the version for who updates them. */
const actions = {
  checkout: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  setupNode: "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
} as const;

function githubWorkflow({ program, modules, install }: PipelinePlaces): string {
  const within = modules === "" ? "" : `${modules}/`;
  const place = modules === "" ? "" : `\n          working-directory: ${quoted(modules)}`;
  const at = install.folder === "" ? "" : `\n        working-directory: ${quoted(install.folder)}`;
  return `name: agent identities
on:
  pull_request:
  push:
    branches: [main]

permissions: {}

# A newer push makes an older run worthless.
concurrency:
  group: agentid-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  check:
    name: Identities and secrets
    runs-on: ubuntu-latest
    permissions:
      contents: read # to check out
      pull-requests: write # for the comment
      security-events: write # to upload to code scanning
    steps:
      - uses: ${actions.checkout}
        with:
          fetch-depth: 0 # the base branch, to compare with
          persist-credentials: false
      - uses: ${actions.setupNode}
        with:
          node-version: 22
          package-manager-cache: false
      - name: Install
        run: ${install.command}${at}
      # The action of the installed package, which is not in the repository: the lock file pins it by its hash.
      - uses: ${quoted(`./${within}node_modules/pulumi-agentid`)} # zizmor: ignore[self-repository]
        with:
          path: ${quoted(pathIn(modules, program))}${place}
          against: \${{ github.base_ref && format('git:origin/{0}', github.base_ref) || '' }}
`;
}

function gitlabPipeline({ program, modules, install }: PipelinePlaces): string {
  const within = modules === "" ? "" : `${modules}/`;
  const against =
    '${CI_MERGE_REQUEST_DIFF_BASE_SHA:+--against "git:$CI_MERGE_REQUEST_DIFF_BASE_SHA"}';
  const path = inShell(pathIn(modules, program));
  const { folder, command } = install;
  const script = [
    folder === "" ? command : `(cd ${inShell(folder)} && ${command})`,
    ...(modules === "" ? [] : [`cd ${inShell(modules)}`]),
    `npx --no-install agentid check ${path} ${against} --report text --report gitlab=agentid-quality.json --report junit=agentid-junit.xml`,
  ];
  return `# Needs no credentials: the program runs without an engine.
agentid:
  image: node:22
  stage: test
  variables:
    GIT_DEPTH: 0 # the base of a merge request, to compare with
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
${script.map((line) => `    - ${quoted(line)}\n`).join("")}  artifacts:
    when: always
    reports:
      codequality: ${quoted(`${within}agentid-quality.json`)}
      junit: ${quoted(`${within}agentid-junit.xml`)}
`;
}

/** The path of a folder from another that it is in. */
function pathIn(folder: string, inner: string): string {
  if (inner === folder) return ".";
  return folder === "" ? inner : inner.slice(folder.length + 1);
}

/** A text of YAML, in quotes: a folder may be called anything. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
