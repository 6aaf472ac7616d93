import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Urn } from "../../core/snapshot/value";
import { Callbacks } from "./callbacks";
import type { Configuration } from "./configuration";
import { engineService } from "./engine-service";
import { listen, newServer } from "./listen";
import { monitorService } from "./monitor";
import type { Registrations } from "./registrations";
import { readStruct } from "../wire/read-struct";
import type { Made } from "../plugin/made";
import { ORGANIZATION_STAND_IN } from "./stand-in-texts";
import { PluginProcess, type Plugin } from "../plugin/plugin-process";

/** Runs plugins, each when it is first needed, and has them make components. */
export class Workshop {
  readonly #running = new Map<string, Promise<PluginProcess>>();
  readonly #engine = newServer();
  #address: Promise<string> | undefined;

  constructor(
    readonly plugins: Readonly<Record<string, Plugin>>,
    readonly configuration: Configuration,
    readonly directory: string,
  ) {
    this.#engine.addService(EngineService, engineService({ errors: [] }));
  }

  /**
   * Has the component of a registration made. Rejects with what its constructor throws.
   *
   * @param registrations where it registers itself and what it is made of, with all that the program has beside it
   */
  async make(request: RegisterResourceRequest, registrations: Registrations): Promise<Made> {
    const { recorder, functions } = registrations;
    const beside = new Set(recorder.snapshot().resources.map(({ urn }) => urn));
    const callbacks = new Callbacks();
    const server = newServer();
    const progress = { finished: false };
    server.addService(
      ResourceMonitorService,
      monitorService({ registrations, functions, callbacks, progress }),
    );
    try {
      const plugin = await this.#plugin(request.getType().split(":")[0] ?? "");
      const construct = constructRequest(request, this.configuration, recorder.project);
      const response = await plugin.construct(
        construct.setMonitorendpoint(await listen(server)).setStack(recorder.stack),
      );
      const { resources, notes } = recorder.snapshot();
      const from: Record<string, readonly Urn[]> = {};
      for (const [key, listed] of response.getStatedependenciesMap().entries()) {
        from[key] = listed.getUrnsList();
      }
      const outputs = readStruct(response.getState(), (key) => from[key] ?? []);
      return { resources: resources.filter(({ urn }) => !beside.has(urn)), notes, outputs, from };
    } finally {
      callbacks.close();
      server.forceShutdown();
    }
  }

  /** Ends all plugins. */
  async close(): Promise<void> {
    const running = await Promise.allSettled(this.#running.values());
    for (const plugin of running) if (plugin.status === "fulfilled") plugin.value.close();
    this.#engine.forceShutdown();
  }

  async #plugin(name: string): Promise<PluginProcess> {
    const plugin = this.plugins[name];
    if (plugin === undefined) throw new Error(`no plugin of \`${name}\` can be run`);
    this.#address ??= listen(this.#engine);
    const address = await this.#address;
    const running = this.#running.get(name) ?? PluginProcess.start(plugin, address, this.directory);
    this.#running.set(name, running);
    return running;
  }
}

/**
 * The engine's request. It leaves out the dependencies of each property: an unknown carries its own. For known values the SDK
 * would else assume an output as a whole, also for lists of known parts.
 */
function constructRequest(
  request: RegisterResourceRequest,
  { values, secretKeys }: Configuration,
  project: string,
): ConstructRequest {
  const construct = new ConstructRequest()
    .setProject(project)
    .setOrganization(ORGANIZATION_STAND_IN)
    .setDryrun(true)
    .setParallel(16)
    .setType(request.getType())
    .setName(request.getName())
    .setParent(request.getParent())
    .setInputs(request.getObject())
    .setDependenciesList(request.getDependenciesList())
    .setConfigsecretkeysList([...secretKeys])
    .setAliasesList(request.getAliasesList())
    .setProtect(request.getProtect() ?? false)
    .setAcceptsOutputValues(true);
  for (const [key, value] of Object.entries(values)) construct.getConfigMap().set(key, value);
  for (const [pkg, reference] of request.getProvidersMap().entries()) {
    construct.getProvidersMap().set(pkg, reference);
  }
  return construct;
}
