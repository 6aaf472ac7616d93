import * as pulumi from "@pulumi/pulumi";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { formUrn } from "../../../engine/program/urn";
import { mocked } from "../support/registered";

/** What of a resource is a contract with the stacks that have it. */
export interface Contracted {
  /** Stack and project left out: the types of its parents and its own, and its name. */
  readonly urn: string;
  /** The same of its parent; none of the program's own resources. */
  readonly parent?: string;
  /** Where it stood before, so that an update finds it there. */
  readonly aliases?: readonly unknown[];
  /** Id by which it is imported, where it exists. */
  readonly imports?: string;
  /** Whether an update that would delete it fails. */
  readonly protect?: true;
  /** Its name in AWS or Kubernetes, where a program sets it. */
  readonly called?: string;
}

interface Monitor {
  registerResource(request: RegisterResourceRequest, answer: unknown): Promise<void>;
}

const project = "project";
const stack = "stack";

/** Runs a program against mocks and answers what of its resources is a contract, by URN. */
export async function contractOf(program: () => unknown): Promise<readonly Contracted[]> {
  const seen = mocked();
  const requests: RegisterResourceRequest[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    requests.push(request);
    return register(request, answer);
  };
  await pulumi.runtime.runInPulumiStack(() => {
    program();
    return Promise.resolve({});
  });
  await pulumi.runtime.disconnect();

  const urns = new Map<string, string>();
  const inputs = new Map(seen().map(({ type, name, inputs }) => [`${type} ${name}`, inputs]));
  const contracts = requests.map((request): Contracted => {
    const [type, name] = [request.getType(), request.getName()];
    const parent = urns.get(request.getParent()) ?? "";
    const urn = formUrn({ stack, project, parent, type, name });
    urns.set(mockUrn(request), urn);
    const aliases = request
      .getAliasesList()
      .flatMap((alias) => aliasOf(alias, request.getParent()));
    const called = calledIn(inputs.get(`${type} ${name}`) ?? {});
    return {
      urn: short(urn),
      ...(!isStack(parent) && { parent: short(parent) }),
      ...(aliases.length > 0 && { aliases }),
      ...(request.getImportid() !== "" && { imports: request.getImportid() }),
      ...(request.getProtect() && { protect: true }),
      ...(called !== undefined && { called }),
    };
  });
  return contracts
    .filter(({ urn }) => !isStack(urn))
    .sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
}

/** The content of an alias; none for the former API versions of a type, which the Kubernetes SDK itself adds. */
function aliasOf(alias: Alias, parent: string): readonly unknown[] {
  const { urn, spec } = alias.toObject();
  if (spec === undefined) return [urn];
  const { parenturn, ...rest } = spec;
  const own = parenturn === parent ? rest : { ...rest, parent: short(parenturn) };
  const stated = Object.entries(own).filter(([, value]) => Boolean(value));
  const isVersion = stated.length === 1 && spec.type.startsWith("kubernetes:");
  return isVersion ? [] : [Object.fromEntries(stated)];
}

/** The URN that the mocks answer, which has the type of one parent alone. */
function mockUrn(request: RegisterResourceRequest): string {
  const parentType = request.getParent().split("::")[2]?.split("$").pop();
  const qualified = parentType === undefined ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${qualified}${request.getType()}::${request.getName()}`;
}

function isStack(urn: string): boolean {
  return urn === "" || urn.includes("pulumi:pulumi:Stack::");
}

function short(urn: string): string {
  return urn.slice(`urn:pulumi:${stack}::${project}::`.length);
}

/** Path and name of what has a path, namespace and name of what has metadata, else the name. */
function calledIn(inputs: Readonly<Record<string, unknown>>): string | undefined {
  const { name, path, role, metadata } = inputs as Record<string, string | undefined>;
  if (metadata !== undefined) {
    const { name: object, namespace } = metadata as unknown as Record<string, string | undefined>;
    return [...(namespace === undefined ? [] : [namespace]), object].join("/");
  }
  if (name === undefined) return undefined;
  if (role !== undefined) return `${role}/${name}`;
  return path === undefined ? name : `${path}${name}`;
}
