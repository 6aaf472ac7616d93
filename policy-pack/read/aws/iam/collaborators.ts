import { agentAliasType, agentCollaboratorType } from "../../../../core/aws/bedrock";
import type { Ref } from "../../../facts/fact-values";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, onlyOf, textAt } from "../../resource/values";
import { referred } from "../naming";
import { bedrockAgent, refTo, scopeFor } from "../refs";

const aliasTypes = [agentAliasType];

/** Reads which Bedrock agents a supervisor calls, each by an alias of it. */
export const collaboratorReader: Reader = {
  name: "aws collaborators",
  types: [agentCollaboratorType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const callee = agentBehind(list, context);
    const caller = referred(list, context, bedrockAgent, "agentId");
    if (callee === undefined || caller === undefined) return [];
    list.add("invokes", "agentDescriptor.aliasArn", { caller, callee, as: "collaborator" });
    return list.all();
  },
};

/** The agent of an alias, by an ARN, or by the stack's alias. */
function agentBehind(list: FactList, context: ReadContext): Ref | undefined {
  const alias = textAt(list.resource, "agentDescriptor", "aliasArn");
  const made = alias?.kind === "unknown" ? onlyOf(alias, aliasTypes) : undefined;
  const resource = made === undefined ? undefined : context.resource(made);
  if (resource === undefined)
    return refTo(bedrockAgent, alias, scopeFor(bedrockAgent, list.resource, context));
  return refTo(
    bedrockAgent,
    textAt(resource, "agentId"),
    scopeFor(bedrockAgent, resource, context),
  );
}
