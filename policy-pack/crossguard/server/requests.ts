import { BinaryReader } from "google-protobuf";
import type { Urn } from "../../../core/snapshot/value";
import type { Handed, Listed } from "../resources";
import { propertiesIn } from "./read-properties";

// Numbers of fields stand in pulumi/analyzer.proto of github.com/pulumi/pulumi, under proto/pulumi.

/** One list and one object for all resources that depend on nothing. */
const nothing: readonly Urn[] = [];
const noProperties: Listed["propertyDependencies"] = {};

const noBytes: Uint8Array = new Uint8Array();

/** The resource in the bytes of an `AnalyzeRequest`. Throws where they are no such message. */
export function handedIn(bytes: Uint8Array): Handed {
  return listedIn(bytes);
}

/** The resources in the bytes of an `AnalyzeStackRequest`, of which the properties stay bytes until somebody reads them. */
export function allListedIn(bytes: Uint8Array): readonly Listed[] {
  const listed: Listed[] = [];
  const reader = new BinaryReader(bytes);
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) listed.push(listedIn(reader.readBytes()));
    else reader.skipField();
  }
  return listed;
}

/** An `AnalyzerResource`; an `AnalyzeRequest` has its first six fields. */
function listedIn(bytes: Uint8Array): Listed {
  const reader = new BinaryReader(bytes);
  let [type, urn, name, parent, inOptions, provider] = ["", "", "", "", "", ""];
  let properties = noBytes;
  const dependencies: Urn[] = [];
  const on: (readonly [string, readonly Urn[]])[] = [];
  while (reader.nextField()) {
    switch (reader.getFieldNumber()) {
      case 1:
        type = reader.readString();
        break;
      case 2:
        properties = reader.readBytes();
        break;
      case 3:
        urn = reader.readString();
        break;
      case 4:
        name = reader.readString();
        break;
      case 5:
        inOptions = textIn(reader.readBytes(), 8);
        break;
      case 6:
        provider = textIn(reader.readBytes(), 3);
        break;
      case 7:
        parent = reader.readString();
        break;
      case 8:
        dependencies.push(reader.readString());
        break;
      case 9:
        on.push(dependencyIn(reader.readBytes()));
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
    properties: (waitsFor) => propertiesIn(properties, waitsFor),
    dependencies: dependencies.length === 0 ? nothing : dependencies,
    propertyDependencies: on.length === 0 ? noProperties : Object.fromEntries(on),
  };
}

/** An entry of the map from properties to what they depend on. */
function dependencyIn(bytes: Uint8Array): readonly [string, readonly Urn[]] {
  const reader = new BinaryReader(bytes);
  let property = "";
  let urns: readonly Urn[] = nothing;
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) property = reader.readString();
    else urns = textsIn(reader.readBytes(), 1);
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
