/** The architecture: imports go in one direction. Each comment says where the code belongs instead. */
module.exports = {
  forbidden: [
    {
      name: "core-is-alone",
      comment:
        "core is pure and imports nothing else of ours: what needs another part belongs there",
      severity: "error",
      from: { path: "^core/" },
      to: {
        path: "^(yaml|policy|policy-pack|components|provider|engine|cli|broker|agent|tool|bench|scripts|test|examples)/",
      },
    },
    {
      name: "policy-is-made-of-grants",
      comment:
        "policy/ makes Cedar and Rego of core's grants, for a broker, components and cli/: who reads grants belongs there",
      severity: "error",
      from: { path: "^policy/" },
      to: {
        path: "^(yaml|policy-pack|components|provider|engine|cli|broker|agent|tool|bench|scripts|test|examples)/|^(node:)?(fs|fs/promises|child_process)$",
      },
    },
    {
      name: "only-the-engine-loads-cedar",
      comment:
        "4 MB of WebAssembly with a flag of V8: policy/cedar/engine.ts loads it, once a decision needs it",
      severity: "error",
      from: { pathNot: "^(policy/cedar/engine|test|test-real|bench)" },
      to: { path: "node_modules/@cedar-policy", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "only-cli-draw-loads-graphviz",
      comment:
        "1.2 MB of WebAssembly: cli/draw.ts loads it, once a picture is drawn; others take a layout",
      severity: "error",
      from: { pathNot: "^(cli/draw[.]ts$|test)" },
      to: { path: "node_modules/@viz-js", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "the-broker-serves",
      comment:
        "broker/ is a server over core's grants and policy/; what judges programs or makes components belongs elsewhere",
      severity: "error",
      from: { path: "^broker/" },
      to: {
        path: "^(policy-pack|components|provider|engine|cli|agent|tool|bench|scripts|test|examples)/",
      },
    },
    {
      name: "core-needs-no-package",
      comment:
        "core depends on Node alone: parsing and hosts belong to engine/, readers or adapters",
      severity: "error",
      from: { path: "^core/" },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-no-pkg"] },
    },
    {
      name: "core-does-no-input-or-output",
      comment: "files, processes and the network are for engine/ and cli/",
      severity: "error",
      from: { path: "^core/" },
      to: { path: "^(node:)?(fs|fs/promises|child_process|net|http|https|os|worker_threads)$" },
    },
    {
      name: "yaml-reads-text",
      comment:
        "yaml/ reads any file by its shape, with positions; what a file of ours may say belongs to who reads it",
      severity: "error",
      from: { path: "^yaml/" },
      to: {
        path: "^(core/(?!nearest|visible)|policy|policy-pack|components|provider|engine|cli|broker)|^(node:)?fs$",
      },
    },
    {
      name: "engine-produces-snapshots",
      comment: "engine/ knows core's snapshot alone; what judges it belongs to policy-pack/",
      severity: "error",
      from: { path: "^engine/" },
      to: { path: "^(core/(?!snapshot/)|policy|policy-pack|components|provider|cli)" },
    },
    {
      name: "policy-pack-judges-data",
      comment: "components and policy-pack never see each other; hosts belong to cli/ and engine/",
      severity: "error",
      from: { path: "^policy-pack/" },
      to: { path: "^(policy|components|provider|engine|cli)/" },
    },
    {
      name: "components-build",
      comment: "components and policy-pack never see each other: what both need belongs to core/",
      severity: "error",
      from: { path: "^(components|provider)/" },
      to: { path: "^(policy-pack|engine|cli)/" },
    },
    {
      name: "components-decide-nothing",
      comment:
        "components write policies that others decide by: Cedar's WebAssembly is for a broker and cli/",
      severity: "error",
      from: { path: "^(components|provider)/" },
      to: { path: "^policy/cedar/engine", reachable: true },
    },
    {
      name: "rules-are-pure",
      comment: "a rule sees the graph: what it needs of resources is a fact that a reader states",
      severity: "error",
      from: { path: "^policy-pack/(rules|answers)/" },
      to: { path: "^policy-pack/(?!answers/|define-rule)" },
    },
    {
      name: "only-the-adapter-knows-crossguard",
      comment: "@pulumi/policy is for policy-pack/crossguard/ alone",
      severity: "error",
      from: { pathNot: "^(policy-pack/crossguard|test|test-real|bench)/" },
      to: { path: "node_modules/@pulumi/policy" },
    },
    {
      name: "reports-are-text",
      comment:
        "a reporter takes a report and returns text: files and terminals are for cli/ itself",
      severity: "error",
      from: { path: "^cli/report/" },
      to: {
        path: "^((node:)?(fs|fs/promises|child_process)$|engine/|policy-pack/(?!define-rule|all-rules))",
      },
    },
    {
      name: "agents-and-tools-are-light",
      comment:
        "agent/ and tool/ run in users' servers: jose, names of core's grants and what is loopback are all that they load; the broker is reached over HTTP alone",
      severity: "error",
      from: { path: "^(agent|tool)/" },
      to: {
        path: "^(yaml|policy|policy-pack|components|provider|engine|cli|broker|bench|scripts|examples)/|^core/(?!(?:grants/grant|loopback)[.]ts$)|^node_modules/(?!jose/|@types/node/)",
      },
    },
    {
      name: "agents-know-no-tools",
      comment:
        "a tool that introspects is a client of the broker as an agent is: what both need belongs to agent/",
      severity: "error",
      from: { path: "^agent/" },
      to: { path: "^tool/" },
    },
    {
      name: "nothing-imports-tests",
      comment: "what tests and code share belongs to the code",
      severity: "error",
      from: { pathNot: "^(test|test-real)/" },
      to: { path: "^(test|test-real)/" },
    },
    {
      name: "no-cycles",
      comment: "two files that need each other are one thing, or share a third",
      severity: "error",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    exclude: { path: "^(test/(programs|engine/programs|recordings)|policy-pack/dist)/" },
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
  },
};
