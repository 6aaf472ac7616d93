import type { Policies, ReportViolation } from "@pulumi/policy";
import * as server from "@pulumi/policy/server";
import {
  AnalyzerResourceOptions,
  AnalyzeRequest,
  EnforcementLevel,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Level } from "../findings/finding";

/** The SDK's function that serves one resource; internal, so a test fails where it changes. */
type MakeAnalyze = (
  pack: string,
  version: string,
  level: string,
  policies: Policies,
) => (
  call: { readonly request: AnalyzeRequest },
  answer: (error: unknown, response?: AnalyzeResponse) => void,
) => unknown;

/**
 * The levels that the pack's configuration sets for policies, where they differ from the policies' own.
 *
 * The SDK hides configured levels and applies them to reports of a policy. So policies of the same names report once, to a
 * discarded receiver, and the levels are read from their reports. Throws when the SDK no longer works this way.
 */
export async function configuredLevels(
  ownLevels: Readonly<Record<string, Level>>,
): Promise<Readonly<Record<string, Level>>> {
  const probes: Policies = Object.entries(ownLevels).map(([name, enforcementLevel]) => ({
    name,
    description: name,
    enforcementLevel,
    validateResource: (_args: unknown, report: ReportViolation) => report(name),
  }));
  const response = await analyze(probes);
  const inForce = new Map<string, Level>();
  for (const stated of response.getDiagnosticsList()) {
    const mandatory = stated.getEnforcementlevel() === EnforcementLevel.MANDATORY;
    inForce.set(stated.getPolicyname(), mandatory ? "mandatory" : "advisory");
  }
  const configured = Object.entries(ownLevels)
    .map(([name, own]) => ({ name, own, level: inForce.get(name) ?? "disabled" }))
    .filter(({ own, level }) => level !== own);
  return Object.fromEntries(configured.map(({ name, level }) => [name, level]));
}

async function analyze(policies: Policies): Promise<AnalyzeResponse> {
  const { makeAnalyzeRpcFun } = server as unknown as { readonly makeAnalyzeRpcFun: MakeAnalyze };
  const request = new AnalyzeRequest();
  request.setProperties(new Struct());
  request.setOptions(new AnalyzerResourceOptions());
  return new Promise((resolve, reject) => {
    const serve = makeAnalyzeRpcFun("agentid", "0", "mandatory", policies);
    serve({ request }, (error, response) => {
      if (response === undefined) reject(error instanceof Error ? error : new Error("no answer"));
      else resolve(response);
    });
  });
}
