import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  ReadResourceResponse,
  RegisterPackageResponse,
  RegisterResourceResponse,
  type ReadResourceRequest,
  type RegisterPackageRequest,
  type RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import {
  Unknown,
  isRecord,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { expandConfig, isManifestComponent } from "../kubernetes/expand-config";
import { containsUnknown, readStruct } from "../wire/read-struct";
import { writeStruct, writeWire } from "../wire/write-struct";
import { ProviderReferences } from "./provider-references";
import { readRegistration, type Recorder } from "./recorder";
import { ROOT_STACK_TYPE, qualifiedTypeInUrn } from "./urn";

/** Records registrations and answers them as a preview of a new stack does. */
export class Registrations {
  readonly #deployed: ReadonlyMap<Urn, Resource>;
  readonly #providers: ProviderReferences;

  constructor(
    readonly recorder: Recorder,
    readonly programDirectory: string,
    configuration: Readonly<Record<string, string>>,
    state: Snapshot | undefined,
  ) {
    this.#deployed = new Map(state?.resources.map((resource) => [resource.urn, resource]));
    this.#providers = new ProviderReferences(recorder, configuration);
  }

  isStack(urn: Urn): boolean {
    return qualifiedTypeInUrn(urn) === ROOT_STACK_TYPE;
  }

  parentOf(urn: Urn): Urn {
    return this.recorder.resource(urn)?.parent ?? "";
  }

  registerPackage(request: RegisterPackageRequest): RegisterPackageResponse {
    return new RegisterPackageResponse().setRef(this.#providers.addPackage(request));
  }

  register(request: RegisterResourceRequest): RegisterResourceResponse {
    const urn = this.recorder.urnOf(request.getParent(), request.getType(), request.getName());
    const provider = this.#providers.of(request);
    const source =
      this.recorder.positions.find(request.getSourceposition(), request.getStacktrace()) ??
      this.recorder.resource(request.getParent())?.source;
    const resource = readRegistration(request, { urn, provider, source });
    const outputs = this.#outputs(request, resource);
    const known = request.getCustom() ? outputs.record : undefined;
    this.recorder.add(known === undefined ? resource : { ...resource, outputs: known });
    if (request.getRemote()) this.#makeRemote(request, resource);
    return new RegisterResourceResponse()
      .setUrn(urn)
      .setId(this.#deployedId(urn))
      .setObject(outputs.struct);
  }

  read(request: ReadResourceRequest): ReadResourceResponse {
    const urn = this.recorder.urnOf(request.getParent(), request.getType(), request.getName());
    const source =
      this.recorder.positions.find(request.getSourceposition(), request.getStacktrace()) ??
      this.recorder.resource(request.getParent())?.source;
    const deployed = this.#deployed.get(urn)?.outputs;
    const provider = this.#providers.of(request);
    this.recorder.add({
      urn,
      type: request.getType(),
      name: request.getName(),
      custom: true,
      ...(request.getParent() === "" ? {} : { parent: request.getParent() }),
      ...(provider === undefined ? {} : { provider }),
      inputs: readStruct(request.getProperties()),
      ...(deployed === undefined ? {} : { outputs: deployed }),
      dependencies: request.getDependenciesList(),
      propertyDependencies: {},
      ...(source === undefined ? {} : { source }),
      notInUpdate: true,
    });
    return new ReadResourceResponse().setUrn(urn).setProperties(writeStruct(deployed ?? {}));
  }

  /**
   * What the program sees of a resource.
   *
   * A component: its inputs. A remote component, or a resource whose provider is not configured yet: nothing. Any
   * other: its inputs, what the program calls secret, and what is deployed under its URN. The SDK takes what is left out as unknown.
   */
  #outputs(
    request: RegisterResourceRequest,
    resource: Resource,
  ): { readonly struct: Struct; readonly record: ValueRecord } {
    const echo = request.getObject() ?? new Struct();
    if (request.getRemote()) return { struct: new Struct(), record: {} };
    if (!request.getCustom()) return { struct: echo, record: resource.inputs };
    const deployed = this.#deployed.get(resource.urn)?.outputs ?? {};
    const isProvider = resource.type.startsWith("pulumi:providers:");
    if (!isProvider && this.#isUnconfigured(resource.provider)) {
      return { struct: writeStruct(deployed), record: deployed };
    }
    const extra: [string, Value][] = Object.entries(deployed).filter(
      ([key]) => !(key in resource.inputs),
    );
    for (const key of request.getAdditionalsecretoutputsList()) {
      if (!(key in resource.inputs) && !(key in deployed)) {
        extra.push([key, new Unknown([resource.urn], true)]);
      }
    }
    if (isKubernetesObject(resource)) {
      const metadata = this.#metadata(resource);
      if (metadata !== undefined) extra.push(["metadata", metadata]);
    }
    if (extra.length === 0) return { struct: echo, record: resource.inputs };
    const struct = echo.clone();
    for (const [key, value] of extra) struct.getFieldsMap().set(key, writeWire(value));
    return { struct, record: { ...resource.inputs, ...Object.fromEntries(extra) } };
  }

  /** The API server or the provider names an object that has no name. */
  #metadata(resource: Resource): ValueRecord | undefined {
    const metadata = resource.inputs["metadata"] ?? {};
    if (!isRecord(metadata) || Object.hasOwn(metadata, "name")) return undefined;
    return { ...metadata, name: new Unknown([resource.urn]) };
  }

  #isUnconfigured(provider: Urn | undefined): boolean {
    const inputs = provider === undefined ? undefined : this.recorder.resource(provider)?.inputs;
    return inputs !== undefined && containsUnknown(inputs);
  }

  #deployedId(urn: Urn): string {
    const id = this.#deployed.get(urn)?.outputs?.["id"];
    return typeof id === "string" ? id : "";
  }

  /** A component made by a plugin: read where its children follow from its inputs, else named as not read. */
  #makeRemote(request: RegisterResourceRequest, resource: Resource): void {
    if (isManifestComponent(resource.type)) {
      const provider = this.#providers.ofChildren(request, "kubernetes");
      const { children, notes } = expandConfig(resource, this.programDirectory, provider);
      for (const child of children) this.recorder.add(child);
      for (const note of notes) this.recorder.note(note);
      return;
    }
    this.recorder.note({
      kind: "opaque-component",
      message: `\`${resource.type}\` is made by a plugin that an offline preview does not run`,
      urn: resource.urn,
      ...(resource.source === undefined ? {} : { source: resource.source }),
    });
  }
}

function isKubernetesObject(resource: Resource): boolean {
  return resource.type.startsWith("kubernetes:") && "kind" in resource.inputs;
}
