/** Services for which `agentid init` writes a pipeline. */
export const ciServices = ["github", "gitlab", "none"] as const;

/** A service for which `agentid init` writes a pipeline. */
export type CiService = (typeof ciServices)[number];

/**
 * The pipeline of a service by path in the repository.
 *
 * @param folder of the program in the repository, with `/`; empty for the repository itself
 */
export function pipelineFiles(
  service: CiService,
  folder: string,
): Readonly<Record<string, string>> {
  switch (service) {
    case "github":
      return { ".github/workflows/agentid.yml": githubWorkflow(folder) };
    case "gitlab":
      return { ".gitlab-ci.yml": gitlabPipeline(folder) };
    case "none":
      return {};
  }
}

/** Actions by commit, since a tag can be moved; the comment names the version for who updates them. */
const actions = {
  checkout: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  setupNode: "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
} as const;

function githubWorkflow(folder: string): string {
  const within = folder === "" ? "" : `${folder}/`;
  const place = folder === "" ? "" : `\n          working-directory: ${quoted(folder)}`;
  const install = folder === "" ? "" : `\n        working-directory: ${quoted(folder)}`;
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
          persist-credentials: false
      - uses: ${actions.setupNode}
        with:
          node-version: 22
          package-manager-cache: false
      - name: Install
        run: npm ci${install}
      # The action of the installed package, which is not in the repository: package-lock.json pins it by its hash.
      - uses: ${quoted(`./${within}node_modules/pulumi-agentid`)} # zizmor: ignore[self-repository]
        with:
          path: .${place}
`;
}

function gitlabPipeline(folder: string): string {
  const enter = folder === "" ? [] : [`cd ${inShell(folder)}`];
  const within = folder === "" ? "" : `${folder}/`;
  const script = [
    ...enter,
    "npm ci",
    "npx --no-install agentid check . --report text --report gitlab=agentid-quality.json --report junit=agentid-junit.xml",
  ];
  return `# Needs no credentials: the program runs without an engine.
agentid:
  image: node:22
  stage: test
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

/** A text of YAML, in quotes: a folder may be called anything. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function inShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
