// Serves a Pulumi resource provider from plain functions over the wire's own values, so that secrets and unknowns pass
// through as the engine sent them. What is made, changed and deleted is logged: AGENTID_LOG names the file, one line each.
const { appendFileSync } = require("node:fs");
const grpc = require("@grpc/grpc-js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");
const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb");
const { LogRequest, LogSeverity } = require("@pulumi/pulumi/proto/engine_pb");
const proto = require("@pulumi/pulumi/proto/provider_pb");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { listen } = require("./serve.cjs");

/** The string for a value that is unknown in a preview. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Wraps a value so that the engine keeps it secret. */
function secret(value) {
  return { [SIGNATURE_KEY]: SECRET, value };
}

/** Whether a value is marked as secret. */
function isSecret(value) {
  return typeof value === "object" && value !== null && value[SIGNATURE_KEY] === SECRET;
}

/** A value without the mark that keeps it secret. */
function bare(value) {
  return isSecret(value) ? value.value : value;
}

/** Has the engine print a warning beside a resource; a provider's own output is not shown. */
function warn(resource, message) {
  const address = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  const engine = new EngineClient(address, grpc.credentials.createInsecure());
  const request = new LogRequest()
    .setSeverity(LogSeverity.WARNING)
    .setUrn(resource.urn)
    .setMessage(message);
  return new Promise((resolve, reject) => {
    engine.log(request, (error) => {
      engine.close();
      if (error) reject(error);
      else resolve();
    });
  });
}

/** A URN, and the type and the name in it. */
function readUrn(urn) {
  const parts = urn.split("::");
  return { urn, type: parts[2].split("$").pop(), name: parts.slice(3).join("::") };
}

function log(what, urn) {
  if (process.env.AGENTID_LOG !== undefined)
    appendFileSync(process.env.AGENTID_LOG, `${what} ${urn}\n`);
}

const values = (struct) => struct?.toJavaScript() ?? {};
const wire = (object) => Struct.fromJavaScript(object);

/**
 * Serves a provider.
 *
 * - `check(resource, inputs)`: the inputs, completed as the provider would; by default unchanged
 * - `plan(resource, inputs)`: the outputs of a preview, the unknown ones as {@link UNKNOWN}
 * - `replacing(type)`: the inputs that cannot change without the resource being replaced; by default none
 * - `create(resource, inputs)`: `{ id, outputs }`
 * - `find(resource, id, kept)`: `{ inputs, outputs }` of an existing one, `null` where there is none; by default `kept`, which
 * is `undefined` when something is imported
 * - `update(resource, id, inputs, olds)`: the outputs that change with it; by default none but the inputs
 * - `remove(resource, id, olds)`: by default nothing
 * - `invoke(token, args)`: the answer of a function
 * - `schema()`: the schema for programs in YAML; by default nothing
 * - `configure(variables)`: takes the provider's configuration
 */
async function serve(provider) {
  const check = provider.check ?? ((_resource, inputs) => inputs);
  const answers = {
    getPluginInfo: () => new PluginInfo().setVersion(provider.version),
    getSchema: () =>
      new proto.GetSchemaResponse().setSchema(JSON.stringify(provider.schema?.() ?? {})),
    checkConfig: ({ request }) => new proto.CheckResponse().setInputs(request.getNews()),
    diffConfig: () => new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE),
    configure: ({ request }) => {
      provider.configure?.(values(request.getArgs()));
      return new proto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(false)
        .setSupportspreview(true);
    },
    check: ({ request }) =>
      new proto.CheckResponse().setInputs(
        wire(
          check(readUrn(request.getUrn()), values(request.getNews()), values(request.getOlds())),
        ),
      ),
    diff: ({ request }) => {
      const [old, next] = [values(request.getOldInputs()), values(request.getNews())];
      const changed = [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(
        (key) => JSON.stringify(old[key]) !== JSON.stringify(next[key]),
      );
      const forcing = provider.replacing?.(readUrn(request.getUrn()).type) ?? [];
      const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
      return new proto.DiffResponse()
        .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
        .setDiffsList(changed)
        .setReplacesList(changed.filter((key) => forcing.includes(key)));
    },
    create: async ({ request }) => {
      const resource = readUrn(request.getUrn());
      const inputs = values(request.getProperties());
      const response = new proto.CreateResponse();
      if (request.getPreview())
        return response.setProperties(wire(provider.plan(resource, inputs)));
      const { id, outputs } = await provider.create(resource, inputs);
      log("create", request.getUrn());
      return response.setId(id).setProperties(wire(outputs));
    },
    read: async ({ request }) => {
      const response = new proto.ReadResponse();
      const id = request.getId();
      const kept = values(request.getProperties());
      const isImport = Object.keys(kept).length === 0;
      const found = await provider.find?.(
        readUrn(request.getUrn()),
        id,
        isImport ? undefined : { inputs: values(request.getInputs()), outputs: kept },
      );
      // Nothing answered means that there is no such resource.
      if (found === null) return response;
      if (found === undefined)
        return response.setId(id).setInputs(request.getInputs()).setProperties(wire(kept));
      return response.setId(id).setInputs(wire(found.inputs)).setProperties(wire(found.outputs));
    },
    update: async ({ request }) => {
      const [inputs, olds] = [values(request.getNews()), values(request.getOlds())];
      const outputs = { ...olds, ...inputs };
      if (request.getPreview()) return new proto.UpdateResponse().setProperties(wire(outputs));
      const resource = readUrn(request.getUrn());
      const changed = await provider.update?.(resource, request.getId(), inputs, olds);
      log("update", request.getUrn());
      return new proto.UpdateResponse().setProperties(wire({ ...outputs, ...changed }));
    },
    delete: async ({ request }) => {
      await provider.remove?.(
        readUrn(request.getUrn()),
        request.getId(),
        values(request.getProperties()),
      );
      log("delete", request.getUrn());
      return new Empty();
    },
    invoke: ({ request }) =>
      new proto.InvokeResponse().setReturn(
        wire(provider.invoke(request.getTok(), values(request.getArgs()))),
      ),
    cancel: () => new Empty(),
  };
  process.stdout.write(`${await listen(ResourceProviderService, answers)}\n`);
}

module.exports = { serve, warn, secret, isSecret, bare, UNKNOWN };
