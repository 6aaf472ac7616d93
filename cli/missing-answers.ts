import { recordable, type MissingAnswer } from "../engine/functions/missing-answers";
import { write } from "./console";
import { withCredentialsMarked } from "./masked-snapshot";

/** Writes on standard error what would answer the calls that had no answer, ready for an agentid.yaml. */
export async function reportMissingAnswers(
  missing: readonly MissingAnswer[],
  directory: string,
): Promise<void> {
  const functions = recordable(await withoutCredentials(missing), directory);
  const head =
    "to record the missing answers, put this into agentid.yaml; replace or delete each `<…>`:";
  await write(process.stderr, `agentid: ${head}\n${functions}\n`);
}

/** The same calls with arguments marked that look like credentials, so that they are not shown. */
async function withoutCredentials(
  missing: readonly MissingAnswer[],
): Promise<readonly MissingAnswer[]> {
  const { resources } = await withCredentialsMarked({
    project: "",
    stack: "",
    resources: missing.map(({ token, args }, at) => ({
      urn: String(at),
      type: token,
      name: "",
      custom: true,
      inputs: args,
      dependencies: [],
      propertyDependencies: {},
    })),
    notes: [],
  });
  return missing.map((call, at) => ({ ...call, args: resources[at]?.inputs ?? {} }));
}
