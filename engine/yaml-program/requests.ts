import { Alias } from "@pulumi/pulumi/proto/alias_pb";
import { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { SourcePosition } from "@pulumi/pulumi/proto/source_pb";
import { pathToFileURL } from "node:url";
import type { Providers } from "./providers";
import { isRecord, type Urn, type ValueRecord } from "../../core/snapshot/value";
import { writeInputs } from "../wire/write-struct";

/** A resource as a program in YAML declares it, evaluated. */
export interface Declaration {
  readonly type: string;
  readonly name: string;
  readonly parent: Urn;
  readonly component: boolean;
  readonly properties: ValueRecord;
  /** For each property, whose outputs it is made of. */
  readonly from: Readonly<Record<string, ReadonlySet<Urn>>>;
  readonly dependsOn: readonly Urn[];
  /** Reference to its provider, empty for the default. */
  readonly provider: string;
  /** All its own and inherited options. */
  readonly providers: Providers;
  readonly version: string;
  readonly importId: string;
  readonly secretOutputs: readonly string[];
  /** URNs that it had before. */
  readonly aliases: readonly Urn[];
  /** Paths of properties that stay as they are deployed. */
  readonly ignoreChanges: readonly string[];
  readonly place: Place;
}

/** Where a resource is declared. */
interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** The request by which an SDK would register a resource. */
export function registration(declaration: Declaration): RegisterResourceRequest {
  const { component, from, dependsOn, type } = declaration;
  const request = new RegisterResourceRequest()
    .setType(type)
    .setName(declaration.name)
    .setParent(declaration.parent)
    .setCustom(!component)
    .setRemote(component)
    .setObject(writeInputs(declaration.properties))
    .setVersion(declaration.version)
    .setImportid(declaration.importId)
    .setAdditionalsecretoutputsList([...declaration.secretOutputs])
    .setAliasesList(declaration.aliases.map((urn) => new Alias().setUrn(urn)))
    .setIgnorechangesList([...declaration.ignoreChanges])
    .setSourceposition(positionOf(declaration.place));
  request.setProvider(component ? "" : declaration.provider);
  if (component) {
    for (const [pkg, reference] of declaration.providers) {
      request.getProvidersMap().set(pkg, reference);
    }
  }
  const listed = request.getPropertydependenciesMap();
  for (const [property, urns] of Object.entries(from)) {
    const dependencies = new RegisterResourceRequest.PropertyDependencies();
    listed.set(property, dependencies.setUrnsList([...urns]));
  }
  const all = new Set([...dependsOn, ...Object.values(from).flatMap((urns) => [...urns])]);
  return request.setDependenciesList([...all]);
}

/** The request by which an SDK would read a resource that is managed outside. */
export function reading(declaration: Declaration, id: string): ReadResourceRequest {
  return new ReadResourceRequest()
    .setType(declaration.type)
    .setName(declaration.name)
    .setParent(declaration.parent)
    .setId(id)
    .setProperties(writeInputs(declaration.properties))
    .setProvider(declaration.provider)
    .setDependenciesList([...declaration.dependsOn])
    .setSourceposition(positionOf(declaration.place));
}

function positionOf({ path, line, column }: Place): SourcePosition {
  return new SourcePosition().setUri(pathToFileURL(path).href).setLine(line).setColumn(column);
}

/** Properties as a schema completes them: what is constant for the type of a Kubernetes object. */
export function withConstants(
  properties: ValueRecord,
  constants: { readonly apiVersion: string; readonly kind: string } | undefined,
): ValueRecord {
  return constants === undefined || !isRecord(properties)
    ? properties
    : { ...properties, ...constants };
}
