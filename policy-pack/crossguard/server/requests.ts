import { BinaryReader } from "google-protobuf";
import type { Urn } from "../../../core/snapshot/value";
import type { Handed, Listed } from "../resources";
import { propertiesIn } from "./read-properties";

// Numbers of fields stand in pulumi/analyzer.proto of github.com/pulumi/pulumi, under proto/pulumi.

/** Keeps of texts that are equal one alone: types and URNs come again and again, and are much of what a large stack is. */
export class Texts {
  readonly #kept = new Map<string, string>();

  /** The text that was given first of those that are equal to this one. */
  one(text: string): string {
    const kept = this.#kept.get(text);
    if (kept === undefined) this.#kept.set(text, text);
    return kept ?? text;
  }
}

/** One list and one object for all resources that depend on nothing. */
const nothing: readonly Urn[] = [];
const noProperties: Listed["propertyDependencies"] = {};

const noBytes: Uint8Array = new Uint8Array();

/** The resource in the bytes of an `AnalyzeRequest`. Throws where they are no such message. */
export function handedIn(bytes: Uint8Array, texts: Texts): Handed {
  return listedIn(bytes, texts);
}

/** The resources in the bytes of an `AnalyzeStackRequest`, of which the properties stay bytes until somebody reads them. */
export function* allListedIn(bytes: Uint8Array, texts: Texts): Iterable<Listed> {
  const reader = new BinaryReader(bytes);
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) yield listedIn(reader.readBytes(), texts);
    else reader.skipField();
  }
}

/** An `AnalyzerResource`; an `AnalyzeRequest` has its first six fields. */
function listedIn(bytes: Uint8Array, texts: Texts): Listed {
  const reader = new BinaryReader(bytes);
  let [type, urn, name, parent, inOptions, provider] = ["", "", "", "", "", ""];
  let properties = noBytes;
  const dependencies: Urn[] = [];
  const on: (readonly [string, readonly Urn[]])[] = [];
  while (reader.nextField()) {
    switch (reader.getFieldNumber()) {
      case 1:
        type = texts.one(reader.readString());
        break;
      case 2:
        properties = reader.readBytes();
        break;
      case 3:
        urn = texts.one(reader.readString());
        break;
      case 4:
        name = reader.readString();
        break;
      case 5:
        inOptions = texts.one(textIn(reader.readBytes(), 8));
        break;
      case 6:
        provider = texts.one(textIn(reader.readBytes(), 3));
        break;
      case 7:
        parent = texts.one(reader.readString());
        break;
      case 8:
        dependencies.push(texts.one(reader.readString()));
        break;
      case 9:
        on.push(dependencyIn(reader.readBytes(), texts));
        break;
      default:
        reader.skipField();
    }
  }
  return {
    ...{ urn, type, name },
    ...((parent || inOptions) && { parent: parent || inOptions }),
    ...(provider && { provider }),
    isEmpty: properties.length === 0,
    properties: (dependsOn) => propertiesIn(properties, dependsOn),
    dependencies: dependencies.length === 0 ? nothing : dependencies,
    propertyDependencies: on.length === 0 ? noProperties : Object.fromEntries(on),
  };
}

/** An entry of the map from properties to what they depend on. */
function dependencyIn(bytes: Uint8Array, texts: Texts): readonly [string, readonly Urn[]] {
  const reader = new BinaryReader(bytes);
  let property = "";
  let urns: readonly Urn[] = nothing;
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) property = texts.one(reader.readString());
    else urns = textsIn(reader.readBytes(), 1).map((urn) => texts.one(urn));
  }
  return [property, urns];
}

function textIn(bytes: Uint8Array, field: number): string {
  return textsIn(bytes, field).at(-1) ?? "";
}

function textsIn(bytes: Uint8Array, field: number): readonly string[] {
  const texts: string[] = [];
  const reader = new BinaryReader(bytes);
  while (reader.nextField()) {
    if (reader.getFieldNumber() === field) texts.push(reader.readString());
    else reader.skipField();
  }
  return texts;
}
