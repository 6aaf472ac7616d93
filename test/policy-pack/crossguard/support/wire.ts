import fc from "fast-check";
import {
  AnalyzerProviderResource,
  AnalyzerPropertyDependencies,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeRequest,
  AnalyzeStackRequest,
  EnforcementLevel,
  PolicySeverity,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** The preview's replacement for an unknown string. */
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value as the engine sends a secret. */
export function secret(value: JavaScriptValue): JavaScriptValue {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** Values of any form with such leaves, as far as they go over the wire. */
export function treesOf<Leaf extends JavaScriptValue>(
  leaf: fc.Arbitrary<Leaf>,
): fc.Arbitrary<JavaScriptValue> {
  return fc.letrec<{ tree: JavaScriptValue }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 5 }), tie("tree"), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
    ),
  })).tree;
}

/** A resource as a test gives it; the type defaults to `test:index:Thing`. */
export interface Given {
  readonly name: string;
  readonly type?: string;
  readonly inputs?: Readonly<Record<string, JavaScriptValue>>;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** The answer to one message. */
export interface Stated {
  readonly policy: string;
  readonly message: string;
  readonly level: string;
  readonly severity: string;
  readonly urn: string;
}

/** The URN of a given resource, from its name and type. */
export function urnOf(name: string, type = "test:index:Thing"): string {
  return `urn:pulumi:dev::shop::${type}::${name}`;
}

/** The request for a resource before it is made. */
export function analyzeRequest(given: Given): AnalyzeRequest {
  return filled(new AnalyzeRequest(), given);
}

/** The request at the end; given inputs are sent as outputs. */
export function analyzeStackRequest(resources: readonly Given[]): AnalyzeStackRequest {
  const request = new AnalyzeStackRequest();
  request.setResourcesList(
    resources.map((given) => {
      const resource = filled(new AnalyzerResource(), given);
      resource.setParent(given.parent ?? "");
      resource.setDependenciesList([...(given.dependencies ?? [])]);
      for (const [property, urns] of Object.entries(given.propertyDependencies ?? {})) {
        const on = new AnalyzerPropertyDependencies();
        on.setUrnsList([...urns]);
        resource.getPropertydependenciesMap().set(property, on);
      }
      return resource;
    }),
  );
  return request;
}

/** The content of a response, in order. */
export function statedIn(response: AnalyzeResponse): readonly Stated[] {
  return response.getDiagnosticsList().map((stated) => ({
    policy: stated.getPolicyname(),
    message: stated.getMessage(),
    level: nameIn(EnforcementLevel, stated.getEnforcementlevel()),
    severity: nameIn(PolicySeverity, stated.getSeverity()).replace("policy_severity_", ""),
    urn: stated.getUrn(),
  }));
}

function filled<T extends AnalyzeRequest | AnalyzerResource>(message: T, given: Given): T {
  const type = given.type ?? "test:index:Thing";
  message.setType(type);
  message.setUrn(urnOf(given.name, type));
  message.setName(given.name);
  message.setProperties(Struct.fromJavaScript({ ...given.inputs }));
  const options = new AnalyzerResourceOptions();
  options.setParent(given.parent ?? "");
  message.setOptions(options);
  if (given.provider !== undefined) {
    const provider = new AnalyzerProviderResource();
    provider.setUrn(given.provider);
    provider.setType("pulumi:providers:test");
    provider.setName("default");
    provider.setProperties(Struct.fromJavaScript({}));
    message.setProvider(provider);
  }
  return message;
}

function nameIn(names: object, value: number): string {
  const found = Object.entries(names).find(([, of]) => of === value);
  return (found?.[0] ?? "").toLowerCase();
}
