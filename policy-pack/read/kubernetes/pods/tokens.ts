import { notKnown } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import type { Mounting, Seconds } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Urn, Value } from "../../../../core/snapshot/value";
import { atOf, type KubeObject } from "../object";
import type { PodTemplate } from "./pod-template";
import { certificateAt, hasApiCertificate, mayGetApiCertificate } from "./pod-certificates";
import { nameTextAt, textAt, dependenciesAt, type TextRead } from "../text";

/** Default lifetime of a projected token, in seconds. Source: Kubernetes API, ServiceAccountTokenProjection. */
const defaultSeconds = 3600;

/** Lifetime of the token in the volume that the API server itself adds to pods, in seconds (read off a pod of a 1.34 server). */
const injectedSeconds = 3607;

/**
 * Lifetime of the token by which an annotated account's pods assume their role. Source:
 * github.com/aws/amazon-eks-pod-identity-webhook.
 */
const irsaExpiration = "eks.amazonaws.com/token-expiration";

/** The ConfigMap with the certificate of the API server that each namespace has. Source: Kubernetes, root CA publisher. */
const serverCertificate = "kube-root-ca.crt";

/**
 * A pod spec's setting for mounting the API token; a volume with the token, or a certificate in its place, mounts it in any
 * case.
 */
export function mountingInPod(spec: Value): Mounting {
  const stated = mountingOf(spec);
  if (stated.kind === "yes") return stated;
  const volumes = listAt(spec, "volumes");
  if (volumes.some((volume) => hasApiToken(volume) || hasApiCertificate(volume))) {
    return { kind: "yes" };
  }
  if (stated.kind === "unknown") return stated;
  const dependsOn = dependenciesAt(spec, "volumes") ?? firstOf(volumes, mayGetApiAccess);
  if (dependsOn === undefined) return stated;
  return stated.kind === "no"
    ? { kind: "unknown", dependsOn }
    : { kind: "unset", volumes: dependsOn };
}

/**
 * Whether a pod mounts a certificate with the SPIFFE ID of its account, which cert-manager's driver requests with a token
 * of that account, mounted or not. Source: cert-manager.io/docs/usage/csi-driver-spiffe.
 */
export function carriesSvid(spec: Value): boolean {
  return listAt(spec, "volumes").some(
    (volume) => nameTextAt(volume, "csi", "driver") === "spiffe.csi.cert-manager.io",
  );
}

/** The setting of a pod's spec or a ServiceAccount for mounting the API token by itself. */
export function mountingOf(body: Value): Mounting {
  return mountingIn(textAt(body, "automountServiceAccountToken"));
}

function mountingIn(found: TextRead): Mounting {
  switch (found.kind) {
    case "unknown":
      return notKnown(found);
    case "absent":
      return { kind: "unset" };
    case "text":
      return { kind: found.text === "false" ? "no" : "yes" };
  }
}

/** The tokens that a pod's volumes project, without one for the API server that lasts no longer than its own. */
export function* podTokens(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  const path = `${pod.path}.volumes`;
  const waiting = dependenciesAt(pod.spec, "volumes");
  if (waiting !== undefined) yield unknownToken(object, path, waiting);
  for (const [index, volume] of listAt(pod.spec, "volumes").entries()) {
    yield* volumeTokens(object, volume, `${path}[${index}]`);
  }
}

function* volumeTokens(object: KubeObject, volume: Value, path: string): Iterable<Fact> {
  const waiting = dependenciesAt(volume) ?? dependenciesAt(volume, "projected", "sources");
  if (waiting !== undefined) yield unknownToken(object, path, waiting);
  for (const [index, source] of listAt(volume, "projected", "sources").entries()) {
    const at = `${path}.projected.sources[${index}]`;
    const unknown = dependenciesAt(source) ?? dependenciesAt(source, "serviceAccountToken");
    if (unknown !== undefined) yield unknownToken(object, at, unknown);
    else if (read(source, "serviceAccountToken").kind !== "absent") {
      yield* projectedToken(object, volume, source, at);
    } else yield* certificateAt(object, source, at, placeOf(object, at));
  }
}

function* projectedToken(
  object: KubeObject,
  volume: Value,
  source: Value,
  path: string,
): Iterable<Fact> {
  const longest =
    secondsIn(textAt(source, "serviceAccountToken", "expirationSeconds")) ?? known(defaultSeconds);
  const audience = textAt(source, "serviceAccountToken", "audience");
  const isNamed = audience.kind === "text" && audience.text !== "";
  const isLonger = isLongerThanInjected(longest);
  if (isForApi(volume, source) && !isLonger) return;
  // A source beside it may turn out to be the certificate of the API server.
  const beside = isLonger || isNamed ? undefined : mayGetCertificate(volume);
  const dependsOn = audience.kind === "unknown" ? audience.dependsOn : beside;
  yield {
    kind: "token",
    at: atOf(object, `${path}.serviceAccountToken`),
    holder: object.thing,
    token: placeOf(object, path),
    is: "token",
    longest,
    ...(!isNamed && { audience: dependsOn ? { kind: "unknown", dependsOn } : { kind: "none" } }),
  };
}

/**
 * Whether a token without an audience is meant for the API server: it is in the volume that the server adds to pods, as
 * manifests read back from a cluster carry it, or one written alike, with the server's certificate beside it.
 */
function isForApi(volume: Value, source: Value): boolean {
  const isInjected = nameTextAt(volume, "name")?.startsWith("kube-api-access-") === true;
  return isWithoutAudience(source) && (isInjected || hasServerCertificate(volume));
}

function isWithoutAudience(source: Value): boolean {
  if (read(source, "serviceAccountToken").kind === "absent") return false;
  const audience = textAt(source, "serviceAccountToken", "audience");
  return audience.kind === "absent" || (audience.kind === "text" && audience.text === "");
}

function hasServerCertificate(volume: Value): boolean {
  return listAt(volume, "projected", "sources").some(isServerCertificate);
}

function isServerCertificate(source: Value): boolean {
  return nameTextAt(source, "configMap", "name") === serverCertificate;
}

function hasApiToken(volume: Value): boolean {
  return (
    hasServerCertificate(volume) && listAt(volume, "projected", "sources").some(isWithoutAudience)
  );
}

/** The dependencies of a volume that may turn out to contain a token, or a certificate, for the API server. */
function mayGetApiAccess(volume: Value): readonly Urn[] | undefined {
  return mayGetApiToken(volume) ?? mayGetApiCertificate(volume);
}

/** The dependencies of a volume that may turn out to contain a token for the API server. */
function mayGetApiToken(volume: Value): readonly Urn[] | undefined {
  const whole = dependenciesAt(volume) ?? dependenciesAt(volume, "projected", "sources");
  if (whole !== undefined) return whole;
  const sources = listAt(volume, "projected", "sources");
  const token = firstOf(
    sources,
    (each) => dependenciesAt(each) ?? dependenciesAt(each, "serviceAccountToken", "audience"),
  );
  const certificate = mayGetCertificate(volume);
  const mayHaveToken = token !== undefined || sources.some(isWithoutAudience);
  const mayHaveCertificate = certificate !== undefined || hasServerCertificate(volume);
  return mayHaveToken && mayHaveCertificate ? (token ?? certificate) : undefined;
}

function mayGetCertificate(volume: Value): readonly Urn[] | undefined {
  return firstOf(
    listAt(volume, "projected", "sources"),
    (each) => dependenciesAt(each) ?? dependenciesAt(each, "configMap", "name"),
  );
}

function firstOf<Found>(
  values: readonly Value[],
  find: (value: Value) => Found | undefined,
): Found | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isLongerThanInjected(longest: Seconds): boolean {
  return longest.kind === "unknown" || longest.seconds > injectedSeconds;
}

function unknownToken(object: KubeObject, path: string, dependsOn: readonly Urn[]): Fact {
  return {
    kind: "token",
    at: atOf(object, path),
    holder: object.thing,
    token: placeOf(object, path),
    is: "token",
    longest: { kind: "unknown", dependsOn },
    audience: { kind: "unknown", dependsOn },
  };
}

/** The token that EKS projects for an account's role, where the account has its lifetime. */
export function* irsaToken(object: KubeObject): Iterable<Fact> {
  const longest = secondsIn(textAt(object.body, "metadata", "annotations", irsaExpiration));
  if (longest === undefined) return;
  const property = `metadata.annotations["${irsaExpiration}"]`;
  yield {
    kind: "token",
    at: atOf(object, property),
    holder: object.thing,
    token: placeOf(object, property),
    is: "token",
    longest,
  };
}

function placeOf(object: KubeObject, path: string): Name {
  return ["token-at", object.resource.urn, object.path + path].join("|");
}

/** Undefined for what is no number of seconds: Kubernetes refuses it. */
function secondsIn(found: TextRead): Seconds | undefined {
  if (found.kind === "unknown") return notKnown(found);
  if (found.kind === "absent") return undefined;
  const seconds = found.text === "" ? Number.NaN : Number(found.text);
  return Number.isFinite(seconds) ? known(seconds) : undefined;
}

function known(seconds: number): Seconds {
  return { kind: "known", seconds };
}
