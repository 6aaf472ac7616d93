import { imageName } from "../servers";
import { containersOf } from "./containers";
import type { KubeObject } from "./object";
import { labelsOf } from "./one-service";
import type { PodTemplate } from "./pod-template";

/**
 * What operators and drivers are called that fetch secrets from a store for others, by the label of their charts and by
 * their images. Source: external-secrets.io and secrets-store-csi-driver.sigs.k8s.io, their charts and those of the providers.
 */
const called =
  /^(?:(?:kubernetes-)?external-secrets|(?:csi-)?secrets-store(?:-csi)?(?:-driver)?(?:-provider-[a-z]+)?|csi-secrets-store-provider-[a-z]+)$/;

/** Whether a controller fetches secrets to hand them to those that are told of: an operator of ExternalSecrets, or a driver. */
export function deliversSecrets(object: KubeObject, pods: readonly PodTemplate[]): boolean {
  const labels = ["app.kubernetes.io/name", "app"].flatMap((label) =>
    labelsOf(object, pods, label),
  );
  const images = pods.flatMap(containersOf).flatMap(({ image }) => image ?? []);
  return [...labels, ...images.map(imageName)].some((name) => called.test(name));
}
