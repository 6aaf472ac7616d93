import { credentials } from "@grpc/grpc-js";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { CallbackInvokeRequest } from "@pulumi/pulumi/proto/callback_pb";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import {
  TransformInvokeOptions,
  TransformInvokeRequest,
  TransformInvokeResponse,
  TransformRequest,
  TransformResourceOptions,
  TransformResponse,
  type RegisterResourceRequest,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Urn } from "../../core/snapshot/value";
import { ROOT_STACK_TYPE, qualifiedTypeInUrn } from "./urn";

/** Runs the transforms a program registers, in the order of the engine: the resource's own, its parents', the stack's. */
export class Callbacks {
  readonly #stackTransforms: Callback[] = [];
  readonly #invokeTransforms: Callback[] = [];
  readonly #inherited = new Map<Urn, readonly Callback[]>();
  readonly #clients = new Map<string, CallbacksClient>();

  addStackTransform(callback: Callback): void {
    this.#stackTransforms.push(callback);
  }

  addStackInvokeTransform(callback: Callback): void {
    this.#invokeTransforms.push(callback);
  }

  /** Keeps a resource's transforms for its children. */
  inherit(urn: Urn, transforms: readonly Callback[]): void {
    if (transforms.length > 0) this.#inherited.set(urn, transforms);
  }

  /**
   * Changes a registration by all transforms that apply to it.
   *
   * @returns whether one of them gave it other properties
   */
  async transformResource(
    request: RegisterResourceRequest,
    parentOf: (urn: Urn) => Urn,
  ): Promise<boolean> {
    const transforms = [...request.getTransformsList()];
    if (this.#inherited.size > 0) {
      for (let urn = request.getParent(); urn !== ""; urn = parentOf(urn)) {
        transforms.push(...(this.#inherited.get(urn) ?? []));
      }
    }
    transforms.push(...this.#stackTransforms);
    if (transforms.length === 0 || request.getType() === ROOT_STACK_TYPE) return false;
    let changed = false;
    for (const transform of transforms) {
      if (await this.#transform(request, transform)) changed = true;
    }
    return changed;
  }

  /** Changes a function call by all transforms that apply to it. */
  async transformInvoke(request: ResourceInvokeRequest): Promise<void> {
    for (const transform of this.#invokeTransforms) {
      const sent = new TransformInvokeRequest()
        .setToken(request.getTok())
        .setArgs(request.getArgs())
        .setOptions(
          new TransformInvokeOptions()
            .setProvider(request.getProvider())
            .setVersion(request.getVersion())
            .setPluginDownloadUrl(request.getPlugindownloadurl()),
        );
      const answer = await this.#run(transform, sent.serializeBinary());
      const changed = TransformInvokeResponse.deserializeBinary(answer);
      request.setArgs(changed.getArgs());
      request.setProvider(changed.getOptions()?.getProvider() ?? request.getProvider());
    }
  }

  /** Closes the connections to the program. */
  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  async #transform(request: RegisterResourceRequest, transform: Callback): Promise<boolean> {
    const sent = new TransformRequest()
      .setType(request.getType())
      .setName(request.getName())
      .setCustom(request.getCustom())
      .setParent(qualifiedTypeInUrn(request.getParent()) === "" ? "" : request.getParent())
      .setProperties(request.getObject())
      .setOptions(optionsOf(request));
    const answer = await this.#run(transform, sent.serializeBinary());
    const changed = TransformResponse.deserializeBinary(answer);
    if (changed.hasProperties()) {
      request.setObject(changed.getProperties());
      const properties = changed.getProperties()?.getFieldsMap();
      const dependencies = request.getPropertydependenciesMap();
      for (const key of [...dependencies.keys()]) {
        if (properties?.has(key) !== true) dependencies.del(key);
      }
    }
    const options = changed.getOptions();
    if (options === undefined) return changed.hasProperties();
    request.setProvider(options.getProvider());
    request.setDependenciesList([
      ...new Set([...options.getDependsOnList(), ...dependenciesOf(request)]),
    ]);
    request.setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList());
    return changed.hasProperties();
  }

  #run(callback: Callback, request: Uint8Array): Promise<Uint8Array> {
    const target = callback.getTarget();
    let client = this.#clients.get(target);
    if (client === undefined) {
      client = new CallbacksClient(target, credentials.createInsecure());
      this.#clients.set(target, client);
    }
    const call = new CallbackInvokeRequest().setToken(callback.getToken()).setRequest(request);
    const connected = client;
    return new Promise((resolve, reject) => {
      connected.invoke(call, (error, response) => {
        if (error === null) resolve(response.getResponse_asU8());
        else reject(new Error(`a transform failed: ${error.details}`));
      });
    });
  }
}

function optionsOf(request: RegisterResourceRequest): TransformResourceOptions {
  const options = new TransformResourceOptions()
    .setDependsOnList(request.getDependenciesList())
    .setIgnoreChangesList(request.getIgnorechangesList())
    .setReplaceOnChangesList(request.getReplaceonchangesList())
    .setVersion(request.getVersion())
    .setAliasesList(request.getAliasesList())
    .setProvider(request.getProvider())
    .setCustomTimeouts(request.getCustomtimeouts())
    .setPluginDownloadUrl(request.getPlugindownloadurl())
    .setDeletedWith(request.getDeletedwith())
    .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList())
    .setImport(request.getImportid())
    .setHooks(request.getHooks());
  const protect = request.getProtect();
  if (protect !== undefined) options.setProtect(protect);
  const retain = request.getRetainondelete();
  if (retain !== undefined) options.setRetainOnDelete(retain);
  if (request.getDeletebeforereplacedefined()) {
    options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  }
  const providers = options.getProvidersMap();
  for (const [name, reference] of request.getProvidersMap().entries()) {
    providers.set(name, reference);
  }
  return options;
}

/** The dependencies that come from property values, which no option can take away. */
function dependenciesOf(request: RegisterResourceRequest): readonly Urn[] {
  return [...request.getPropertydependenciesMap().entries()].flatMap(([, listed]) =>
    listed.getUrnsList(),
  );
}
