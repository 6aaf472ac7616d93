/** The architecture: imports go in one direction. Each comment says where the code belongs instead. */
const rooms = require("./rooms.cjs");

/** Everything that is ours. */
const ours =
  "^(core|yaml|policy-pack|components|provider|engine|cli|testing|broker|agent|tool|bench|scripts|test|test-real|examples)/";
/** Rooms that are pure: they depend on Node alone, and do no input or output. */
const pure = "^(core|components/manifests|policy-pack/(facts|findings|domain|rules|views))/";

/** A room's own files: not those of rooms inside it. */
function within(room) {
  const inner = rooms.flatMap((each) =>
    each.room.startsWith(`${room}/`) ? [each.room.slice(room.length + 1)] : [],
  );
  return inner.length === 0 ? `^${room}/` : `^${room}/(?!(${inner.join("|")})/)`;
}

const ofRooms = rooms.map(({ room, holds, uses }) => ({
  name: room,
  comment: `${room}/ has ${holds}. It imports ${uses.length === 0 ? "no other room" : uses.join(", ")}: move what needs more, or pass it in; rooms.cjs lists all rooms`,
  severity: "error",
  from: { path: within(room) },
  to: { path: ours, pathNot: [room, ...uses].map(within) },
}));

module.exports = {
  forbidden: [
    ...ofRooms,
    {
      name: "pure-rooms-need-no-package",
      comment:
        "core and the judgement depend on Node alone: parsing and hosts belong to engine/, readers or adapters",
      severity: "error",
      from: { path: pure },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-no-pkg"] },
    },
    {
      name: "pure-rooms-do-no-input-or-output",
      comment: "files, processes and the network are for engine/, cli/ and broker/",
      severity: "error",
      from: { path: pure },
      to: { path: "^(node:)?(fs|fs/promises|child_process|net|http|https|os|worker_threads)$" },
    },
    {
      name: "yaml-reads-text",
      comment: "yaml/ reads texts: files are for who has them",
      severity: "error",
      from: { path: "^yaml/" },
      to: { path: "^(node:)?fs$" },
    },
    {
      name: "only-the-engine-loads-cedar",
      comment:
        "4 MB of WebAssembly with a flag of V8: broker/policy/cedar-engine.ts loads it, once a decision needs it",
      severity: "error",
      from: { pathNot: "^(broker/policy/cedar-engine|test|test-real|bench)" },
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
        path: "^((node:)?(fs|fs/promises|child_process)$|engine/|policy-pack/(run|read|crossguard|files|domain)/)",
      },
    },
    {
      name: "agents-and-tools-are-light",
      comment:
        "agent/ and tool/ run in users' servers: jose, names of core's grants, methods of MCP, a certificate's thumbprint and what is loopback are all that they load; the broker is reached over HTTP alone",
      severity: "error",
      from: { path: "^(agent|tool)/" },
      to: {
        path: "^core/(?!(?:client-certificate|grants/grant|loopback|mcp-message)[.]ts$)|^node_modules/(?!jose/|@types/node/)",
      },
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
