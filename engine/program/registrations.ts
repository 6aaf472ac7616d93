import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  ReadResourceResponse,
  RegisterPackageResponse,
  RegisterResourceResponse,
  type ReadResourceRequest,
  type RegisterPackageRequest,
  type RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Resource, Snapshot, SourcePosition } from "../../core/snapshot/resource";
import {
  LeftOut,
  Secret,
  Unknown,
  hidden,
  type Urn,
  type ValueRecord,
} from "../../core/snapshot/value";
import { expandTasks, isTaskComponent } from "../providers/awsx/expand-tasks";
import { withPlainText } from "../plain-text";
import type { Expanded } from "../providers/children";
import { expandRestApi, restApiComponentType } from "../providers/aws-apigateway/expand-rest-api";
import { expandAddon, isAddonComponent } from "../providers/eks/expand-addons";
import { clusterComponentType, expandCluster } from "../providers/eks/expand-cluster";
import { expandNodes, isNodesComponent } from "../providers/eks/expand-nodes";
import { expandConfig, isManifestComponent } from "../kubernetes/expand-config";
import { STACK_REFERENCE } from "../providers/functions/missing-answers";
import { withValueFiles } from "../kubernetes/value-files";
import { completeInputs } from "../providers/complete-inputs";
import { withoutCiphertexts } from "../state";
import { RESOURCE, SIGNATURE_KEY, UNKNOWN } from "../../core/snapshot/signatures";
import { containsUnknown } from "../wire/marks";
import { readStruct } from "../wire/read-struct";
import { writeInputs, writeStruct, writeWire } from "../wire/write-struct";
import type { Made, RemoteComponents } from "../plugin/made";
import { formerUrns } from "./former-urns";
import type { FunctionAnswers } from "./function-answers";
import { withIgnoredChanges } from "./ignored-changes";
import { takeParts, withKnownParts, type Parts } from "./known-parts";
import { ProviderReferences } from "./provider-references";
import { readRegistration, type Recorder } from "./recorder";
import { DEFAULT_ORGANIZATION, ORGANIZATION_STAND_IN, StandInTexts } from "./stand-in-texts";
import type { Configuration } from "./configuration";
import { withoutUnknownText } from "./unknown-text";
import { ROOT_STACK_TYPE, qualifiedTypeInUrn } from "./urn";

/**
 * Components without an identity or a credential in any part: networks, repositories of images, images and load balancers, as
 * https://github.com/pulumi/pulumi-awsx/tree/master/awsx makes them, the security group of nodes
 * (https://github.com/pulumi/pulumi-eks, `nodejs/eks/nodes/securitygroup.ts`), and the objects of a folder that
 * https://github.com/pulumi/pulumi-synced-folder puts into a bucket. The targets of a load balancer are declared at the
 * targets.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  "awsx:ec2:Vpc",
  "awsx:ec2:DefaultVpc",
  "awsx:ecr:Image",
  "awsx:ecr:RegistryImage",
  "awsx:ecr:Repository",
  "awsx:lb:ApplicationLoadBalancer",
  "awsx:lb:NetworkLoadBalancer",
  "eks:index:NodeGroupSecurityGroup",
  "synced-folder:index:AzureBlobFolder",
  "synced-folder:index:GoogleCloudFolder",
  "synced-folder:index:S3BucketFolder",
]);

/** Records registrations and answers them as a preview of a new stack does. */
export class Registrations {
  readonly #deployed: ReadonlyMap<Urn, Resource>;
  /** Where the state has resources of the program that it has not under their own URN. */
  readonly #former = new Map<Urn, Urn>();
  readonly #providers: ProviderReferences;
  readonly #standIns: StandInTexts;
  /** Whether outputs of another stack were not read. */
  #hasUnread = false;

  constructor(
    readonly recorder: Recorder,
    readonly functions: FunctionAnswers,
    readonly programDirectory: string,
    configuration: Pick<Configuration, "values" | "secretKeys">,
    state: Snapshot | undefined,
    readonly components?: RemoteComponents,
  ) {
    this.#deployed = new Map(state?.resources.map((resource) => [resource.urn, resource]));
    this.#standIns = new StandInTexts(configuration);
    this.#providers = new ProviderReferences(
      recorder,
      this.#standIns.inRecord(configuration.values),
    );
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

  /** @param parts the known parts of unknown properties, where the program's prelude reports them */
  register(request: RegisterResourceRequest, parts?: Parts): RegisterResourceResponse {
    const urn = this.recorder.urnOf(request.getParent(), request.getType(), request.getName());
    const made = request.getRemote() ? this.components?.find(urn, request) : undefined;
    if (made !== undefined) return this.#addMade(urn, request, made);
    this.#findFormer(request, urn);
    const provider = this.#providers.of(request);
    const read = readRegistration(request, { urn, provider, source: this.#source(request, urn) });
    const given = this.#standIns.inRecord(withKnownParts(read.inputs, parts));
    const plain = { ...read, inputs: withPlainText(read.type, given) };
    const said = { ...plain, inputs: withValueFiles(plain, this.programDirectory) };
    const sent = { ...said, inputs: this.#withIgnored(urn, request, said.inputs) };
    const hasStandIns = this.#hasUnread || this.functions.unanswered.length > 0;
    const known = hasStandIns ? this.#withoutUnknownText(sent) : sent;
    const resource = { ...known, inputs: this.#completed(known, request.getVersion()) };
    const outputs = this.#outputs(request, resource, given);
    this.recorder.add(request.getCustom() ? { ...resource, outputs: outputs.record } : resource);
    const response = new RegisterResourceResponse()
      .setUrn(urn)
      .setId(this.#deployedId(urn) || request.getImportid());
    if (request.getRemote()) {
      const provider = this.#providers.ofChildren.bind(this.#providers, request, "aws");
      const expanded = this.#expandComponent(resource, provider);
      if (expanded !== undefined) return this.#addComponent(resource, expanded, response);
    }
    const struct = request.getRemote() ? this.#makeRemote(request, resource) : outputs.struct;
    return response.setObject(struct);
  }

  /** Keeps what a component or the stack has as outputs. */
  setOutputs(urn: Urn, outputs: ValueRecord): void {
    this.recorder.setOutputs(urn, this.#standIns.inRecord(outputs));
  }

  read(request: ReadResourceRequest): ReadResourceResponse {
    const urn = this.recorder.urnOf(request.getParent(), request.getType(), request.getName());
    const source = this.#source(request, urn);
    takeParts(request.getProperties());
    // Recorded answers have it as Pulumi calls the organization of a stack without one.
    const id = request.getId().replaceAll(ORGANIZATION_STAND_IN, DEFAULT_ORGANIZATION);
    const provider = this.#providers.of(request);
    const deployed =
      this.#known(urn) ?? this.functions.recordedRead(request.getType(), id, provider);
    this.recorder.add({
      urn,
      type: request.getType(),
      name: request.getName(),
      custom: true,
      ...(request.getParent() === "" ? {} : { parent: request.getParent() }),
      ...(provider === undefined ? {} : { provider }),
      inputs: this.#standIns.inRecord(readStruct(request.getProperties())),
      ...(deployed === undefined ? {} : { outputs: deployed }),
      dependencies: request.getDependenciesList(),
      propertyDependencies: {},
      ...(source === undefined ? {} : { source }),
      notInUpdate: true,
    });
    if (request.getType() === STACK_REFERENCE && deployed === undefined) {
      this.#hasUnread = true;
      this.recorder.note({
        kind: "not-read",
        message: `outputs of the stack \`${id}\` are not read offline: unknown`,
        urn,
        ...(source === undefined ? {} : { source }),
      });
    }
    return new ReadResourceResponse().setUrn(urn).setProperties(writeStruct(deployed ?? {}));
  }

  #withIgnored(urn: Urn, request: RegisterResourceRequest, inputs: ValueRecord): ValueRecord {
    const ignored = request.getIgnorechangesList();
    const deployed = ignored.length === 0 ? undefined : this.#inState(urn);
    if (deployed === undefined) return inputs;
    return withIgnoredChanges(inputs, withoutCiphertexts(deployed.inputs, urn), ignored);
  }

  /** Inputs as the provider completes them before other readers, where that follows only from the inputs. */
  #completed(resource: Resource, version: string): ValueRecord {
    if (isProvider(resource)) {
      return version === "" ? resource.inputs : { ...resource.inputs, version };
    }
    if (!resource.custom || this.#isUnconfigured(resource.provider)) return resource.inputs;
    const deployed = this.#inState(resource.urn)?.inputs;
    return completeInputs(resource, deployed && withoutCiphertexts(deployed, resource.urn));
  }

  /**
   * What the program sees of a resource.
   *
   * A component: its inputs. A resource whose provider is not configured yet: nothing. Any other: its inputs, what the
   * program calls secret, and what is deployed under its URN. The SDK takes what is left out as unknown.
   */
  #outputs(
    request: RegisterResourceRequest,
    resource: Resource,
    sent: ValueRecord,
  ): { readonly struct: Struct; readonly record: ValueRecord } {
    const echo = request.getObject() ?? new Struct();
    const { inputs } = resource;
    if (!request.getCustom()) return { struct: echo, record: inputs };
    const deployed = this.#known(resource.urn) ?? {};
    if (!isProvider(resource) && this.#isUnconfigured(resource.provider)) {
      return { struct: writeStruct(deployed), record: deployed };
    }
    const extra = [
      ...Object.entries(deployed).filter(([key]) => !(key in inputs)),
      ...Object.entries(inputs).filter(([key, value]) => sent[key] !== value),
      ...request
        .getAdditionalsecretoutputsList()
        .filter((key) => key in inputs || !(key in deployed))
        .map((key) => [key, hidden(inputs[key] ?? new Unknown([resource.urn]))] as const),
    ];
    if (extra.length === 0) return { struct: echo, record: inputs };
    const struct = echo.clone();
    for (const [key, value] of extra) {
      // A program that received a stand-in as a text gets it back as a text.
      const text = value instanceof LeftOut ? textOf(echo, key) : undefined;
      struct.getFieldsMap().set(key, writeWire(text === undefined ? value : new Secret(text)));
    }
    return { struct, record: { ...inputs, ...Object.fromEntries(extra) } };
  }

  /** After a function had no answer, texts that were made of the missing one are unknown. */
  #withoutUnknownText(resource: Resource): Resource {
    const entries = Object.entries(resource.inputs);
    const read = entries.map(([key, value]) => [key, withoutUnknownText(value)] as const);
    const changed = read.filter(([key, value]) => resource.inputs[key] !== value);
    if (changed.length === 0) return resource;
    const names = changed.map(([key]) => `\`${key}\``).join(", ");
    this.recorder.note({
      kind: "unanswered-function",
      message: `${names} of \`${resource.name}\` is text made of an answer that is not there: unknown`,
      urn: resource.urn,
      ...(resource.source === undefined ? {} : { source: resource.source }),
    });
    return { ...resource, inputs: { ...resource.inputs, ...Object.fromEntries(changed) } };
  }

  #isUnconfigured(provider: Urn | undefined): boolean {
    const inputs = provider === undefined ? undefined : this.recorder.resource(provider)?.inputs;
    return inputs !== undefined && containsUnknown(inputs);
  }

  /** Finds where the state has a resource that the program has moved or renamed. */
  #findFormer(request: RegisterResourceRequest, urn: Urn): void {
    if (this.#deployed.size === 0 || this.#deployed.has(urn)) return;
    const { stack, project } = this.recorder;
    const place = {
      stack,
      project,
      parent: request.getParent(),
      type: request.getType(),
      name: request.getName(),
    };
    const urns = formerUrns(place, request.getAliasesList(), (other) => this.#former.get(other));
    const found = urns.find((former) => this.#deployed.has(former));
    if (found !== undefined) this.#former.set(urn, found);
  }

  #inState(urn: Urn): Resource | undefined {
    return this.#deployed.get(this.#former.get(urn) ?? urn);
  }

  #deployedId(urn: Urn): string {
    const id = this.#inState(urn)?.outputs?.["id"];
    return typeof id === "string" ? id : "";
  }

  /** A component made by a plugin: read where its children follow from its inputs, else named as not read. */
  #makeRemote(request: RegisterResourceRequest, resource: Resource): Struct {
    if (isManifestComponent(resource.type)) {
      const provider = this.#providers.ofChildren(request, "kubernetes");
      const expanded = expandConfig(resource, this.programDirectory, provider);
      this.#addExpanded(expanded);
      return resourceList(expanded.children);
    }
    if (isTaskComponent(resource.type)) {
      const provider = this.#providers.ofChildren(request, "aws");
      const urnOf = this.recorder.urnOf.bind(this.recorder);
      this.#addExpanded(expandTasks(resource, { urnOf, provider }));
      return new Struct();
    }
    this.recorder.note({
      kind: HARMLESS.has(resource.type) ? "not-read" : "opaque-component",
      message: `\`${resource.type}\` is made by a plugin that an offline preview does not run`,
      urn: resource.urn,
      ...(resource.source === undefined ? {} : { source: resource.source }),
    });
    return new Struct();
  }

  #addExpanded({
    children,
    notes,
  }: Pick<Snapshot, "notes"> & { readonly children: readonly Resource[] }): void {
    for (const child of children) this.recorder.add(child);
    for (const note of notes) this.recorder.note(note);
  }

  /** A component that its plugin has made: its declarations replace the component's. */
  #addMade(urn: Urn, request: RegisterResourceRequest, made: Made): RegisterResourceResponse {
    const source = this.#source(request, urn);
    const place = source === undefined ? {} : { source };
    for (const resource of made.resources) {
      // Providers by default serve all that the program declares.
      if (this.recorder.resource(resource.urn) !== undefined && isProvider(resource)) continue;
      this.recorder.add(isProvider(resource) ? resource : { ...resource, ...place });
    }
    for (const note of made.notes) this.recorder.note(note);
    return withOutputs(new RegisterResourceResponse().setUrn(urn), made);
  }

  /** What a component of `@pulumi/eks` or `@pulumi/aws-apigateway` makes, where that follows from its inputs. */
  #expandComponent(resource: Resource, provider: () => Urn): Expanded | undefined {
    const urnOf = this.recorder.urnOf.bind(this.recorder);
    const find = this.recorder.resource.bind(this.recorder);
    if (resource.type === clusterComponentType) {
      return expandCluster(resource, { urnOf, provider: provider() });
    }
    if (isAddonComponent(resource.type)) {
      return expandAddon(resource, { urnOf, provider: provider(), find });
    }
    if (resource.type === restApiComponentType) {
      return expandRestApi(resource, { urnOf, provider: provider() }, this.programDirectory);
    }
    return isNodesComponent(resource.type)
      ? expandNodes(resource, { urnOf, provider: provider(), find })
      : undefined;
  }

  /** The deployed state of a component and its children replaces unknowns. */
  #addComponent(
    { urn }: Resource,
    expanded: Expanded,
    response: RegisterResourceResponse,
  ): RegisterResourceResponse {
    const children = expanded.children.map((child) => ({
      ...child,
      ...this.#deployedOutputs(child),
    }));
    this.#addExpanded({ ...expanded, children });
    const deployed = Object.entries(this.#known(urn) ?? {}).filter(
      ([key, value]) => expanded.outputs[key] instanceof Unknown && !(value instanceof Unknown),
    );
    const outputs = { ...expanded.outputs, ...Object.fromEntries(deployed) };
    return withOutputs(response, { ...expanded, outputs });
  }

  #deployedOutputs({ urn }: Resource): Pick<Resource, "outputs"> {
    const outputs = this.#known(urn);
    return outputs === undefined ? {} : { outputs };
  }

  #source(
    request: RegisterResourceRequest | ReadResourceRequest,
    urn: Urn,
  ): SourcePosition | undefined {
    const { positions } = this.recorder;
    const frames = positions.frames(request.getSourceposition(), request.getStacktrace());
    if (frames.length > 0) this.recorder.calledBy(urn, frames);
    return frames[0] ?? this.recorder.resource(request.getParent())?.source;
  }

  /** What is deployed under a URN; a secret of which only the ciphertext is known stays unknown. */
  #known(urn: Urn): ValueRecord | undefined {
    const outputs = this.#inState(urn)?.outputs;
    return outputs === undefined ? undefined : withoutCiphertexts(outputs, urn);
  }
}

/** Answers what a program sees of a component, and whose outputs that is made of. */
function withOutputs(
  response: RegisterResourceResponse,
  { outputs, from }: Pick<Made, "outputs" | "from">,
): RegisterResourceResponse {
  for (const [key, urns] of Object.entries(from)) {
    const listed = new RegisterResourceResponse.PropertyDependencies();
    response.getPropertydependenciesMap().set(key, listed.setUrnsList([...urns]));
  }
  return response.setObject(writeInputs(outputs));
}

function textOf(struct: Struct, key: string): string | undefined {
  const wire = struct.getFieldsMap().get(key);
  return wire?.hasStringValue() === true && wire.getStringValue() !== UNKNOWN
    ? wire.getStringValue()
    : undefined;
}

function isProvider({ type }: Resource): boolean {
  return type.startsWith("pulumi:providers:");
}

/** The `resources` output of a component that a plugin would make. */
function resourceList(children: readonly Resource[]): Struct {
  return Struct.fromJavaScript({
    resources: children.map(({ urn }) => ({ [SIGNATURE_KEY]: RESOURCE, urn, id: "" })),
  });
}
