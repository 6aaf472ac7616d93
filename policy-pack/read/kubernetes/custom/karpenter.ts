import { named, type MetadataOptions, type Text } from "../../../facts/fact-values";
import type { Reader } from "../../resource/reader";
import { aliasOf, atOf, type KubeObject } from "../object";
import { readerOf } from "../reader-of";
import { factTextOf, nameTextAt, textAt } from "../text";

/**
 * Reads what Karpenter launches machines by, all of which run pods.
 *
 * Source: aws/karpenter-provider-aws, pkg/apis/v1/ec2nodeclass.go; its API before `v1` let answers of the metadata
 * service travel two hops by default.
 */
export const karpenterReader: Reader = readerOf({
  name: "karpenter",
  kinds: ["karpenter.k8s.aws/EC2NodeClass", "karpenter.k8s.aws/AWSNodeTemplate"],
  *facts(object) {
    yield* aliasOf(object);
    const at = atOf(object, "spec.metadataOptions");
    const { thing } = object;
    const options = optionsOf(object);
    const usual = usualOf(object);
    yield { kind: "machines", at, machines: thing, options, usual, template: named(thing) };
  },
});

function usualOf(object: KubeObject): MetadataOptions {
  const { body, resource } = object;
  const apiVersion = nameTextAt(body, "apiVersion") ?? resource.type.split(":")[1] ?? "";
  const isStable = apiVersion.endsWith("/v1");
  return {
    httpEndpoint: { kind: "known", text: "enabled" },
    httpTokens: { kind: "known", text: "required" },
    httpPutResponseHopLimit: { kind: "known", text: isStable ? "1" : "2" },
  };
}

function optionsOf({ body }: KubeObject): MetadataOptions {
  const at = (property: string): Text | undefined =>
    factTextOf(textAt(body, "spec", "metadataOptions", property));
  return {
    httpEndpoint: at("httpEndpoint"),
    httpTokens: at("httpTokens"),
    httpPutResponseHopLimit: at("httpPutResponseHopLimit"),
  };
}
