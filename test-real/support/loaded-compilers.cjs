// `node --require` this: a process that runs a program of Pulumi appends a line for each part of a compiler that it has loaded to
// the file `AGENTID_COMPILERS`, when it ends. The line is the file, from its innermost node_modules on, and the version of its package.
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const { dirname, join, sep } = require("node:path");

const runner = /@pulumi[/]pulumi[/]cmd[/]run[/]run[.]js$/;
const compiler =
  /[/](?:typescript|ts-node)(?:@[^/]+)?[/](?:lib[/]typescript|typescript|dist[/]index)[.]js$/;

process.on("exit", () => {
  const files = Object.keys(require.cache).map((file) => file.split(sep).join("/"));
  if (!files.some((file) => runner.test(file))) return;
  const found = files.filter((file) => compiler.test(file)).sort();
  const lines = found.map((file) => `${file.split("/node_modules/").at(-1)} ${versionOf(file)}\n`);
  appendFileSync(process.env.AGENTID_COMPILERS, lines.join("") || "none\n");
});

function versionOf(file) {
  let folder = dirname(file);
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
}
