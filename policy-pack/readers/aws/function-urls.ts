import type { Reader } from "../reader";
import { FactList, textAt } from "../values";
import { askingOf } from "./authentication";
import { referred } from "./naming";
import { lambda } from "./refs";

/** Reads URLs of Lambda functions. Source: Lambda developer guide, function URLs: `AWS_IAM` or `NONE`. */
export const functionUrlReader: Reader = {
  name: "aws function urls",
  types: ["aws:lambda/functionUrl:FunctionUrl"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const type = textAt(resource, "authorizationType");
    const to = referred(list, context, lambda, "functionName");
    if (type === undefined || to === undefined) return [];
    const from = resource.urn;
    list.add("exposes", "authorizationType", {
      entry: from,
      way: "function URL",
      authentication: askingOf(type),
    });
    list.add("forwards", "functionName", { from, to });
    return list.all();
  },
};
