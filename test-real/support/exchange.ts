import type { Json } from "./marks";

/** An object as the wire carries it. */
export type WireObject = Readonly<Record<string, Json>>;

/** URNs by property. */
export type PropertyDependencies = Readonly<Record<string, readonly string[]>>;

/** A registration at the engine, and its answer. */
export interface Registration {
  readonly method: "registerResource";
  readonly request: {
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly custom: boolean;
    readonly remote: boolean;
    readonly provider: string;
    readonly providers: Readonly<Record<string, string>>;
    readonly object: WireObject;
    readonly dependencies: readonly string[];
    readonly propertyDependencies: PropertyDependencies;
    readonly aliases: readonly WireObject[];
    readonly additionalSecretOutputs: readonly string[];
    readonly sourcePosition: { readonly uri: string; readonly line: number } | null;
  };
  readonly response: { readonly urn: string; readonly id: string; readonly object: WireObject };
}

/** A read at the engine, and its answer. */
export interface Reading {
  readonly method: "readResource";
  readonly request: {
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly provider: string;
    readonly id: string;
    readonly object: WireObject;
    readonly dependencies: readonly string[];
  };
  readonly response: { readonly urn: string; readonly object: WireObject };
}

/** The outputs that a component or the stack registered. */
export interface Outputs {
  readonly method: "registerResourceOutputs";
  readonly request: { readonly urn: string; readonly object: WireObject };
}

/** A function's call and its answer. */
export interface Invocation {
  readonly method: "invoke";
  readonly request: { readonly token: string; readonly arguments: WireObject };
  readonly response: { readonly return: WireObject };
}

/** A resource as the engine shows it to policies. */
export interface Analyzed {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  readonly properties: WireObject;
  readonly parent: string;
  readonly provider: string;
  readonly providerProperties: WireObject;
  readonly aliases: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
}

/** A resource shown to policies before it is made. */
export interface Analysis {
  readonly method: "analyze";
  readonly request: Analyzed;
}

/** All resources, shown to policies at the end. */
export interface StackAnalysis {
  readonly method: "analyzeStack";
  readonly request: {
    readonly resources: readonly (Analyzed & {
      readonly dependencies: readonly string[];
      readonly propertyDependencies: PropertyDependencies;
    })[];
  };
}

/** One exchange of a program with the engine, or of the engine with a policy pack. */
export type Exchange = Registration | Reading | Outputs | Invocation | Analysis | StackAnalysis;
