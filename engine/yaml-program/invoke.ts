import { Unknown, isList, isRecord, type Urn, type Value } from "../../core/snapshot/value";
import { containsUnknown } from "../wire/marks";
import type { FunctionAnswers } from "../program/function-answers";
import type { Call } from "./evaluator";
import { stepInto } from "./functions";
import { lifted } from "../partial/lift";
import { partialDocument } from "../partial/partial-document";
import { fullToken } from "./tokens";

const POLICY_DOCUMENT = "aws:iam/getPolicyDocument:getPolicyDocument";

/**
 * Calls a provider's function: with unknown arguments its results are unknown, as in the SDKs. Throws where the function
 * refuses its arguments.
 *
 * @param provider the one that is called; undefined for the default one
 */
export function invoke(
  { token, args, wanted }: Call,
  provider: Urn | undefined,
  functions: FunctionAnswers,
): Value {
  const full = fullToken(token);
  if (full === "pulumi:pulumi:StackReference") return otherStack(args, functions);
  const partial =
    full === POLICY_DOCUMENT && isRecord(args) && containsUnknown(args)
      ? partialDocument(args)
      : undefined;
  const result =
    partial ??
    lifted([args], ([plain = {}]) => {
      const answer = functions.ask(full, isRecord(plain) ? plain : {}, provider);
      switch (answer.kind) {
        case "result":
          if (wanted !== undefined && !Object.hasOwn(answer.result, wanted)) {
            throw new Error(`has no result \`${wanted}\``);
          }
          return answer.result;
        case "refused":
          throw new Error(answer.reason);
        case "unanswered":
          return new Unknown();
      }
    });
  return wanted === undefined ? result : stepInto(result, wanted);
}

/** Outputs of another stack live in a backend. */
function otherStack(args: Value, { recorder }: FunctionAnswers): Value {
  const name = isList(args) && typeof args[0] === "string" ? ` \`${args[0]}\`` : "";
  recorder.note({
    kind: "not-read",
    message: `outputs of the stack${name} are not read offline: unknown`,
  });
  return new Unknown();
}
