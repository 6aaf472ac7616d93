import type { Hypothesis } from "./hypothesis";
import { outputsOf, text } from "./values";

/** The functions of AWS Lambda. */
export const functions = /^aws:lambda\/function:Function$/;

const permissions = /^aws:lambda\/permission:Permission$/;
const urls = /^aws:lambda\/functionUrl:FunctionUrl$/;

/** Who may call which function: any principal, by IAM or by a URL without authentication. The rule reports each URL itself. */
export const ofFunctionCallers: readonly Hypothesis[] = [
  { types: permissions, path: ["principal"], reportedBy: /aws:/, values: () => [text("*")] },
  {
    types: permissions,
    path: ["function"],
    reportedBy: /aws:lambda\//,
    values: (place, stack) => outputsOf(functions, place, stack),
  },
  { types: permissions, path: ["functionUrlAuthType"], values: () => [text("AWS_IAM")] },
  {
    types: urls,
    path: ["functionName"],
    reportedBy: /aws:lambda\//,
    values: (place, stack) => outputsOf(functions, place, stack),
  },
  { types: urls, path: ["authorizationType"], values: () => [text("NONE")] },
];
