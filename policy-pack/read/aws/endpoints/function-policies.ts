import type { Ref, Text } from "../../../facts/fact-values";
import { functionUrlType } from "../../../../core/aws/lambda";
import type { Condition, Part, PrincipalPart, Statement } from "../../../../core/policy/statement";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, dependenciesAt, textAt } from "../../resource/values";
import { isCall, addService } from "../events/callers";
import { addGuards } from "../iam/documents";
import { referred } from "../naming";
import { lambda } from "../refs";
import { authenticationOf } from "./authentication";

const property = "policy";

/**
 * Reads the whole resource policy of a function, and which callers it allows.
 *
 * Source: Lambda developer guide, "Using resource-based policies for Lambda": the policy is replaced as a whole.
 */
export const functionPolicyReader: Reader = {
  name: "aws function policies",
  types: ["aws:lambda/resourcePolicy:ResourcePolicy"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const callee = referred(list, context, lambda, "resourceArn");
    if (callee === undefined) return [];
    const policy = addGuards(list, context, property, callee);
    if (policy?.kind === "unknown") addUnknown(list, callee, policy.dependsOn);
    if (policy?.kind !== "document") return list.all();
    for (const statement of policy.document.statements) {
      if (statement.kind === "unknown") addUnknown(list, callee, statement.dependsOn);
      else addStatement(list, context, callee, statement);
    }
    return list.all();
  },
};

function addStatement(
  list: FactList,
  context: ReadContext,
  callee: Ref,
  { effect, dependsOn = [], actions, principals, conditions }: Statement,
): void {
  if (effect === "Deny" || principals === undefined) return;
  if (
    !actions.negated &&
    !actions.values.some((part) => part.kind === "unknown" || isCall(part.text))
  )
    return;
  const hidden = conditions.flatMap((each) => (each.kind === "unknown" ? each.dependsOn : []));
  if (effect === "unknown" || conditions.some(({ kind }) => kind === "unknown")) {
    addUnknown(list, callee, [...dependsOn, ...hidden]);
    return;
  }
  const tested = conditions.flatMap((each) => (isRequired(each) ? [each] : []));
  const everyone: readonly PrincipalPart[] = [
    { type: "*", value: { kind: "text", text: "*", secret: false } },
  ];
  for (const { type, value } of principals.negated ? everyone : principals.values) {
    if (value.kind === "unknown" || value.secret) {
      addUnknown(list, callee, value.kind === "unknown" ? value.dependsOn : []);
    } else if (type === "Service") {
      addService(
        list,
        context,
        callee,
        value.text,
        property,
        valueOf(list, tested, "aws:sourcearn"),
      );
    } else {
      const organisation = valueOf(list, tested, "aws:principalorgid");
      list.add("permits", property, {
        callee,
        principal: { kind: "known", text: value.text },
        ...(organisation !== undefined && { organisation }),
        ...(tested.some(({ key }) => key.toLowerCase() !== "aws:principalorgid") && {
          isNarrowed: true,
        }),
      });
    }
  }
}

function addUnknown(list: FactList, callee: Ref, dependencies: readonly string[]): void {
  const dependsOn = dependenciesAt(list.resource, property, { dependsOn: dependencies });
  list.add("permits", property, { callee, principal: { kind: "unknown", dependsOn } });
}

type Test = Extract<Condition, { kind: "test" }>;

/** Whether a condition requires its key with one of its values. */
function isRequired(condition: Condition): condition is Test {
  return (
    condition.kind === "test" && !/IfExists$|Not|^ForAllValues:|^Null$/i.test(condition.operator)
  );
}

/** The one value that a key has to have. */
function valueOf(list: FactList, tests: readonly Test[], key: string): Text | undefined {
  const part: Part | undefined = tests.find((test) => test.key.toLowerCase() === key)?.values[0];
  if (part === undefined) return undefined;
  if (part.kind === "text" && !part.secret) return { kind: "known", text: part.text };
  const own = part.kind === "unknown" ? part.dependsOn : [];
  return {
    kind: "unknown",
    dependsOn: dependenciesAt(list.resource, property, { dependsOn: own }),
  };
}

/** Reads URLs of Lambda functions. Source: Lambda developer guide, function URLs: `AWS_IAM` or `NONE`. */
export const functionUrlReader: Reader = {
  name: "aws function urls",
  types: [functionUrlType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const type = textAt(resource, "authorizationType");
    const to = referred(list, context, lambda, "functionName");
    if (type === undefined || to === undefined) return [];
    const from = resource.urn;
    list.add("exposes", "authorizationType", {
      entry: from,
      way: "function URL",
      authentication: authenticationOf(type),
    });
    list.add("forwards", "functionName", { from, to });
    return list.all();
  },
};
