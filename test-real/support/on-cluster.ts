import type { Files } from "./files";
import type { Project, RunOptions, RunResult } from "./project";
import type { ApiServer } from "./servers/api-server";

/**
 * A wrapper of a program for an API server without controllers: nothing rolls out a Deployment there or finds the pods of a
 * Service, so the provider waits for neither.
 *
 * @param main the program's own file, without its extension
 */
export function onCluster(name: string, main = "index"): Files {
  return {
    "Pulumi.yaml": `name: ${name}\nruntime: nodejs\nmain: on-cluster.ts\n`,
    "on-cluster.ts": `import "./not-waiting";\nexport * from "./${main}";\n`,
    "not-waiting.ts": `import * as pulumi from "@pulumi/pulumi";
pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
  if (!/:(?:Deployment|Service)$/.test(type)) return undefined;
  const annotations = { ...props.metadata?.annotations, "pulumi.com/skipAwait": "true" };
  return { props: { ...props, metadata: { ...props.metadata, annotations } }, opts };
});
`,
  };
}

/** Updates a stack of a cluster; fails with what the engine printed. */
export async function mustUp(
  project: Project,
  cluster: ApiServer,
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await project.up({
    ...options,
    env: { ...options.env, KUBECONFIG: cluster.kubeconfig },
  });
  if (result.exitCode !== 0) throw new Error(`pulumi up: ${result.stdout}${result.stderr}`);
  return result;
}
