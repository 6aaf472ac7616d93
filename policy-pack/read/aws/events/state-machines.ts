import { named, type Ref } from "../../../facts/fact-values";
import { stateMachineType } from "../../../../core/aws/events";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { Reader } from "../../resource/reader";
import { FactList, textAt } from "../../resource/values";
import { referred } from "../naming";
import { lambda, nameOf, role, scopeFor } from "../refs";
import { isRelay, targetNamed } from "./relays";

/**
 * Reads what the steps of state machines call.
 *
 * A step that takes from its input what it calls (`"FunctionName.$"`, or a query in JSONata) calls whatever the machine's
 * role may. Source: Step Functions developer guide, "Integrating services" and "Invoke an AWS Lambda function".
 */
export const stateMachineReader: Reader = {
  name: "aws state machines",
  types: [stateMachineType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const scope = scopeFor(lambda, resource, context);
    const text = textAt(resource, "definition");
    const source = named(resource.urn);
    const add = (target: Ref): void => list.add("triggers", "definition", { source, target });
    if (text === undefined) return [];
    if (text.kind === "unknown") {
      const known = text.dependsOn.filter(
        (urn) => isRelay(typeInUrn(urn)) || lambda.types.includes(typeInUrn(urn)),
      );
      for (const urn of new Set(known)) add(named(urn));
      if (known.length === 0) add(text);
      return list.all();
    }
    for (const arn of new Set(text.text.match(arns))) {
      const target = targetNamed({ kind: "known", text: arn }, scope);
      if (target !== undefined) add(target);
    }
    for (const [, name = ""] of text.text.matchAll(functionNames)) {
      const called = nameOf(lambda, name, scope);
      if (called !== undefined) add(named(called));
    }
    if (chosen.test(text.text)) {
      const runsAs = referred(list, context, role, "roleArn");
      if (runsAs !== undefined) add(runsAs);
    }
    return list.all();
  },
};

const arns = /arn:[a-z-]+:(?:lambda|states|sns|sqs|events|kinesis):[a-z0-9-]+:\d{12}:[\w:/-]+/g;

/** Names in place of ARNs, as the Lambda API takes them. */
const functionNames = /"FunctionName"\s*:\s*"([\w-]+(?::[\w$-]+)?)"/g;

/** Steps that take from their input what they call. */
const chosen = /"(?:FunctionName|StateMachineArn|QueueUrl|TopicArn)(?:\.\$"\s*:|"\s*:\s*"\{%)/;
