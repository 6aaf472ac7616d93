// Stand-in for Pulumi's Node.js language host. The real one comes with the Pulumi CLI, but its Go module cannot be had
// on its own. It is the LanguageRuntime service over the SDK's own `cmd/run`, `cmd/run-policy-pack` and `cmd/run-plugin`,
// so programs and policy packs run in the code that users run them in.
const { spawn } = require("node:child_process");
const { createRequire } = require("node:module");
const path = require("node:path");
const grpc = require("@grpc/grpc-js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const language = require("@pulumi/pulumi/proto/language_pb");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const recorder = require("./recorder.cjs");
const { listen } = require("./serve.cjs");

/** The exit code by which the SDK shows that it has reported the problem to the user. */
const TOLD_THE_USER = 32;

let engine = process.argv.slice(2).find((argument) => !argument.startsWith("-"));

/** The SDK of the program in a folder, never that of this file: a second copy would not recognise the program's classes. */
function sdkCommand(directory, command) {
  return createRequire(path.join(directory, "any.js")).resolve(`@pulumi/pulumi/cmd/${command}`);
}

/** TypeScript is compiled on loading, unless `runtime.options.typescript` is false. */
function compilesTypeScript(info) {
  return info.getOptions()?.toJavaScript().typescript !== false;
}

async function run(request) {
  const info = request.getInfo();
  const directory = info.getProgramDirectory();
  const monitor = await recorder.beforeMonitor(request.getMonitorAddress());
  const configuration = {};
  request.getConfigMap().forEach((value, key) => (configuration[key] = value));
  const child = spawn(
    process.execPath,
    [
      sdkCommand(directory, "run"),
      ...["--monitor", monitor, "--engine", engine],
      ...["--project", request.getProject(), "--stack", request.getStack()],
      ...["--organization", request.getOrganization() || "organization"],
      ...["--pwd", request.getPwd(), "--root-directory", info.getRootDirectory()],
      ...["--dry-run", String(request.getDryrun()), "--parallel", String(request.getParallel())],
      ...["--query-mode", "false"],
      path.resolve(directory, info.getEntryPoint()),
      ...request.getArgsList(),
    ],
    {
      cwd: request.getPwd(),
      env: {
        ...process.env,
        PULUMI_NODEJS_TYPESCRIPT: String(compilesTypeScript(info)),
        PULUMI_CONFIG: JSON.stringify(configuration),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const code = await new Promise((resolve) => child.on("exit", resolve));
  const response = new language.RunResponse();
  if (code === TOLD_THE_USER) response.setBail(true);
  else if (code !== 0) response.setError(`the program ended with code ${code}`);
  return response;
}

function runPlugin(call) {
  const request = call.request;
  const info = request.getInfo();
  const directory = info.getProgramDirectory();
  const isPack = request.getKind() === "analyzer";
  const program = path.resolve(directory, info.getEntryPoint());
  const given = request.getArgsList();
  const environment = request.getEnvList().map((entry) => {
    const at = entry.indexOf("=");
    return [entry.slice(0, at), entry.slice(at + 1)];
  });
  const child = spawn(
    process.execPath,
    isPack
      ? [sdkCommand(directory, "run-policy-pack"), ...given, program]
      : [sdkCommand(directory, "run-plugin"), program, ...given],
    {
      cwd: isPack ? directory : request.getPwd(),
      env: {
        ...(environment.length > 0 ? Object.fromEntries(environment) : process.env),
        PULUMI_NODEJS_TYPESCRIPT: String(compilesTypeScript(info)),
      },
    },
  );
  const answer = (fill) => {
    const response = new language.RunPluginResponse();
    fill(response);
    call.write(response);
  };
  // A plugin's first words are the port it listens on; a recorder puts its own in their place.
  let started = false;
  child.stdout.on("data", (text) => {
    const first = !started;
    started = true;
    const said = first && isPack ? recorder.beforeAnalyzer(text) : Promise.resolve(text);
    void said.then((out) => answer((response) => response.setStdout(out)));
  });
  child.stderr.on("data", (text) => answer((response) => response.setStderr(text)));
  child.on("exit", (code) => {
    answer((response) => response.setExitcode(code ?? 0));
    call.end();
  });
  call.on("cancelled", () => child.kill());
}

const answers = {
  handshake: (call) => {
    engine = call.request.getEngineAddress() || engine;
    return new language.LanguageHandshakeResponse();
  },
  getPluginInfo: () => new PluginInfo().setVersion("3.0.0"),
  getRequiredPlugins: () => new language.GetRequiredPluginsResponse(),
  getRequiredPackages: () => new language.GetRequiredPackagesResponse(),
  runtimeOptionsPrompts: () => new language.RuntimeOptionsResponse(),
  run: (call) => run(call.request),
  cancel: () => new Empty(),
};

listen(LanguageRuntimeService, answers, { runPlugin }).then((port) => {
  process.stdout.write(`${port}\n`);
});
