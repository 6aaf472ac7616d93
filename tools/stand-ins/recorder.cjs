// A proxy between a program and the engine, and between the engine and a policy pack, that stores their messages. Switched on
// by AGENTID_RECORD: the file that a line of JSON is appended to for each exchange, as on the wire.
const { appendFileSync } = require("node:fs");
const grpc = require("@grpc/grpc-js");
const { ResourceMonitorService } = require("@pulumi/pulumi/proto/resource_grpc_pb");
const { AnalyzerService } = require("@pulumi/pulumi/proto/analyzer_grpc_pb");
const { listen, NO_LIMIT } = require("./serve.cjs");

const file = process.env.AGENTID_RECORD;

/** The monitor's address for a program, in place of `address`. */
async function beforeMonitor(address) {
  return file === undefined ? address : before(ResourceMonitorService, address, readMonitor);
}

/** The replacement for a policy pack's output `text`, the port it listens on. */
async function beforeAnalyzer(text) {
  const port = /^\d+/.exec(text.toString())?.[0];
  if (file === undefined || port === undefined) return text;
  const address = await before(AnalyzerService, `127.0.0.1:${port}`, readAnalyzer);
  return Buffer.from(text.toString().replace(port, address.split(":")[1]));
}

async function before(service, address, read) {
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), NO_LIMIT);
  const answers = {};
  for (const [name, method] of Object.entries(service)) {
    answers[name] = async (call) => {
      const response = await new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          call.request,
          call.metadata,
          (error, answer) => (error ? reject(error) : resolve(answer)),
        );
      });
      const exchange = read[name]?.(call.request, response);
      if (exchange !== undefined)
        appendFileSync(file, JSON.stringify({ method: name, ...exchange }) + "\n");
      return response;
    };
  }
  return `127.0.0.1:${await listen(service, answers)}`;
}

const readMonitor = {
  registerResource: (request, response) => ({
    request: {
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      custom: request.getCustom(),
      remote: request.getRemote(),
      provider: request.getProvider(),
      providers: entries(request.getProvidersMap()),
      object: request.getObject()?.toJavaScript() ?? {},
      dependencies: request.getDependenciesList(),
      propertyDependencies: urnLists(request.getPropertydependenciesMap()),
      aliases: request.getAliasesList().map((alias) => alias.toObject()),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      sourcePosition: request.getSourceposition()?.toObject() ?? null,
    },
    response: {
      urn: response.getUrn(),
      id: response.getId(),
      object: response.getObject()?.toJavaScript() ?? {},
    },
  }),
  readResource: (request, response) => ({
    request: {
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      provider: request.getProvider(),
      id: request.getId(),
      object: request.getProperties()?.toJavaScript() ?? {},
      dependencies: request.getDependenciesList(),
    },
    response: {
      urn: response.getUrn(),
      object: response.getProperties()?.toJavaScript() ?? {},
    },
  }),
  registerResourceOutputs: (request) => ({
    request: { urn: request.getUrn(), object: request.getOutputs()?.toJavaScript() ?? {} },
  }),
  invoke: (request, response) => ({
    request: {
      token: request.getTok(),
      provider: request.getProvider(),
      arguments: request.getArgs()?.toJavaScript() ?? {},
    },
    response: { return: response.getReturn()?.toJavaScript() ?? {} },
  }),
};

const readAnalyzer = {
  analyze: (request) => ({ request: analyzed(request) }),
  analyzeStack: (request) => ({
    request: {
      resources: request.getResourcesList().map((resource) => ({
        ...analyzed(resource),
        parent: resource.getParent(),
        dependencies: resource.getDependenciesList(),
        propertyDependencies: urnLists(resource.getPropertydependenciesMap()),
      })),
    },
  }),
};

function analyzed(resource) {
  const options = resource.getOptions();
  return {
    type: resource.getType(),
    urn: resource.getUrn(),
    name: resource.getName(),
    properties: resource.getProperties()?.toJavaScript() ?? {},
    parent: options?.getParent() ?? "",
    provider: resource.getProvider()?.getUrn() ?? "",
    providerProperties: resource.getProvider()?.getProperties()?.toJavaScript() ?? {},
    aliases: options?.getAliasesList() ?? [],
    additionalSecretOutputs: options?.getAdditionalsecretoutputsList() ?? [],
  };
}

function entries(map) {
  return Object.fromEntries(map.toArray());
}

function urnLists(map) {
  const lists = {};
  map.forEach((dependencies, property) => (lists[property] = dependencies.getUrnsList()));
  return lists;
}

module.exports = { beforeMonitor, beforeAnalyzer };
