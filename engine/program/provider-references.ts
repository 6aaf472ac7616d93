import type {
  ReadResourceRequest,
  RegisterPackageRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Urn, ValueRecord } from "../../core/snapshot/value";
import type { Recorder } from "./recorder";
import { urnOfReference } from "./urn";

/** Which provider serves a resource; default providers are made as they are first needed, as the engine does. */
export class ProviderReferences {
  readonly #packages = new Map<string, { readonly name: string; readonly version: string }>();

  constructor(
    readonly recorder: Recorder,
    readonly configuration: ValueRecord,
  ) {}

  /** Keeps a package a program refers to, and gives the reference to it. */
  addPackage(request: RegisterPackageRequest): string {
    const parameterized = request.getParameterization();
    const reference = `package-${this.#packages.size + 1}`;
    this.#packages.set(reference, {
      name: parameterized?.getName() ?? request.getName(),
      version: parameterized?.getVersion() ?? request.getVersion(),
    });
    return reference;
  }

  /** URN of the provider of a custom resource; undefined for components and for what the engine itself serves. */
  of(request: RegisterResourceRequest | ReadResourceRequest): Urn | undefined {
    if ("getCustom" in request && !request.getCustom()) return undefined;
    const explicit = urnOfReference(request.getProvider());
    if (explicit !== undefined) return explicit;
    const referenced = this.#packages.get(request.getPackageref());
    const name = referenced?.name ?? request.getType().split(":")[0] ?? "";
    if (name === "pulumi" || name === "") return undefined;
    return this.#default(name, referenced?.version ?? request.getVersion());
  }

  /** URN of the provider that a component's children of a package get. */
  ofChildren(request: RegisterResourceRequest, name: string): Urn {
    const given = request.getProvidersMap().get(name) ?? request.getProvider();
    return urnOfReference(given) ?? this.#default(name, request.getVersion());
  }

  #default(name: string, version: string): Urn {
    const type = `pulumi:providers:${name}`;
    const instance =
      version === "" ? "default" : `default_${version.replace(/[^A-Za-z0-9]/g, "_")}`;
    const urn = this.recorder.urnOf("", type, instance);
    if (this.recorder.resource(urn) === undefined) {
      this.recorder.add({
        urn,
        type,
        name: instance,
        custom: true,
        inputs: { ...this.#configured(name), ...(version === "" ? {} : { version }) },
        dependencies: [],
        propertyDependencies: {},
      });
    }
    return urn;
  }

  #configured(name: string): ValueRecord {
    const prefix = `${name}:`;
    return Object.fromEntries(
      Object.entries(this.configuration)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  }
}
