import type * as pulumi from "@pulumi/pulumi";
import { derive } from "../known";
import { secretFile } from "./secret";
import type { WorkloadPod } from "../pod";

/** Folder in which the key is. */
const folder = "/var/run/secrets/agentid.dev/key";

/** Where a tool finds its key, which it asks for with its role. */
export function keyVariables(
  secretArn: pulumi.Output<string>,
  providerName: pulumi.Output<string> | undefined,
): Readonly<Record<string, pulumi.Output<string>>> {
  return {
    AGENTID_KEY_SECRET_ARN: secretArn,
    ...(providerName !== undefined && { AGENTID_KEY_PROVIDER_NAME: providerName }),
  };
}

/** A pod that is told where its key is kept. */
export function withKeyNames(
  pod: WorkloadPod,
  variables: ReturnType<typeof keyVariables>,
): WorkloadPod {
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return withContainer(pod, { env, volumeMounts: [] });
}

/** A pod that has its key in a file, which changes as the Secret does. */
export function withKeyFile(pod: WorkloadPod, secretName: pulumi.Output<string>): WorkloadPod {
  const name = "agentid-key";
  const { spec, ...others } = withContainer(pod, {
    env: [{ name: "AGENTID_KEY_FILE", value: `${folder}/${secretFile}` }],
    volumeMounts: [{ name, mountPath: folder, readOnly: true }],
  });
  const volumes = longer(spec.volumes, [{ name, secret: { secretName } }]);
  return { ...others, spec: { ...spec, volumes } };
}

type Added = Pick<WorkloadPod["container"], "env" | "volumeMounts">;

function withContainer(pod: WorkloadPod, { env, volumeMounts }: Added): WorkloadPod {
  const { container } = pod;
  return {
    ...pod,
    container: {
      ...container,
      env: longer(container.env, env),
      volumeMounts: longer(container.volumeMounts, volumeMounts),
    },
  };
}

/** A list with more at its end; where the tenant is wholly an output, so is the list, which serves as an input as well. */
function longer<T>(list: T[], more: readonly T[]): T[] {
  // What is in the list may still be unknown: the rest of it is not to become so.
  if (Array.isArray(list)) return [...list, ...more];
  return derive(list, (known) => [...(known as T[]), ...more]) as T[];
}
