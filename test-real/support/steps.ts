import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Report } from "../../policy-pack/views/report";
import { builtCheckout } from "./installation";
import { readOperations, writingOperations, type Operation } from "./operations";
import type { Project } from "./project";
import type { ApiServer } from "./servers/api-server";
import { temporaryFolder } from "./temporary";

/** How an update ended. */
export interface Step {
  readonly exitCode: number;
  readonly operations: readonly Operation[];
  readonly findings: readonly Finding[];
  readonly stated: string;
}

/** Each step starts from what the one before has made. */
export function oneAfterTheOther(): void {
  let failed: string | undefined;
  beforeEach(() => {
    if (failed !== undefined) throw new Error(`the step before failed: ${failed}`);
  });
  afterEach(function () {
    if (this.currentTest?.state === "failed") failed = this.currentTest.title;
  });
}

/** Updates a project. */
export async function update(
  project: Project,
  cluster: ApiServer,
  options: {
    readonly config: Readonly<Record<string, string>>;
    readonly isJudged: boolean;
    readonly isPreviewed: boolean;
    readonly baseline?: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Step> {
  const name = /::(\w+)::/.exec(project.urn("", ""))?.[1] ?? "";
  await project.configure(
    Object.fromEntries(
      Object.entries(options.config).map(([key, value]) => [
        `${name}:${key}`,
        { value, secret: false },
      ]),
    ),
  );
  const folder = temporaryFolder();
  const [events, report] = [join(folder, "events"), join(folder, "report.json")];
  const { args, env } = writingOperations(events);
  const { isJudged, isPreviewed, baseline } = options;
  const result = await project.up({
    withPreview: isPreviewed,
    args,
    env: {
      ...env,
      ...options.env,
      KUBECONFIG: cluster.kubeconfig,
      AGENTID_REPORT: report,
      // It is outside the project, as only who runs the update may allow.
      ...(baseline !== undefined && { AGENTID_FILES: baseline }),
    },
    ...(isJudged && { policyPack: builtCheckout.pack }),
    ...(baseline !== undefined && { policyPackConfig: { agentid: { baseline } } }),
  });
  return {
    exitCode: result.exitCode,
    operations: readOperations(events),
    // What fails before anything is judged has no report.
    findings:
      isJudged && (result.exitCode === 0 || existsSync(report))
        ? (JSON.parse(readFileSync(report, "utf8")) as Report).judgement.findings
        : [],
    stated: result.stdout + result.stderr,
  };
}

/** Parts of the objects that are looked at here. */
interface KubernetesObject {
  readonly metadata: {
    readonly uid: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly serviceAccountName: string;
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
}

export async function objectAt(cluster: ApiServer, path: string): Promise<KubernetesObject> {
  const { status, body } = await cluster.query<KubernetesObject>(`/${path}`);
  assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
  return body;
}

export async function makeNamespace(cluster: ApiServer, name: string): Promise<void> {
  await cluster.query("/api/v1/namespaces", { method: "POST", body: { metadata: { name } } });
}
