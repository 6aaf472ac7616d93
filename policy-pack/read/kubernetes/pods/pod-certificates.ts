import { notKnown } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import type { Seconds } from "../../../facts/fact-values";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Urn, Value } from "../../../../core/snapshot/value";
import { atOf, type KubeObject } from "../object";
import { nameTextAt, textAt, dependenciesAt } from "../text";

/** Default lifetime of a certificate, in seconds. Source: Kubernetes API, PodCertificateProjection, maxExpirationSeconds. */
const defaultSeconds = 86_400;

/**
 * The signer whose certificates the API server takes in place of a token. Source: kubernetes.io, "Certificates and
 * Certificate Signing Requests", Kubernetes signers.
 */
const forApi = "kubernetes.io/kube-apiserver-client-pod";

function projectionsOf(volume: Value): readonly Value[] {
  return listAt(volume, "projected", "sources").filter(
    (source) => read(source, "podCertificate").kind !== "absent",
  );
}

/** Whether a pod has a certificate of its account made, by whatever signer. */
export function carriesCertificate(spec: Value): boolean {
  return listAt(spec, "volumes").some((volume) => projectionsOf(volume).length > 0);
}

/** Whether a volume has a certificate by which the API server authenticates the pod's account. */
export function hasApiCertificate(volume: Value): boolean {
  return projectionsOf(volume).some(
    (source) => nameTextAt(source, "podCertificate", "signerName") === forApi,
  );
}

/** The dependencies of a volume that may turn out to contain such a certificate; undefined where it may not. */
export function mayGetApiCertificate(volume: Value): readonly Urn[] | undefined {
  for (const source of listAt(volume, "projected", "sources")) {
    const dependsOn =
      dependenciesAt(source, "podCertificate") ??
      dependenciesAt(source, "podCertificate", "signerName");
    if (dependsOn !== undefined) return dependsOn;
  }
  return undefined;
}

/**
 * The certificate that a source of a projected volume requests, whose signer may shorten its lifetime.
 *
 * @param path the location of the source in the object
 * @param token the name of the location
 */
export function* certificateAt(
  object: KubeObject,
  source: Value,
  path: string,
  token: string,
): Iterable<Fact> {
  if (read(source, "podCertificate").kind === "absent") return;
  yield {
    kind: "token",
    at: atOf(object, `${path}.podCertificate`),
    holder: object.thing,
    token,
    is: "certificate",
    longest: secondsIn(source),
  };
}

function secondsIn(source: Value): Seconds {
  const found = textAt(source, "podCertificate", "maxExpirationSeconds");
  if (found.kind === "unknown") return notKnown(found);
  const seconds = found.kind === "text" && found.text !== "" ? Number(found.text) : defaultSeconds;
  return { kind: "known", seconds: Number.isFinite(seconds) ? seconds : defaultSeconds };
}
