import type { Ref } from "../../../core/graph/fact-values";
import type { Name } from "../../../core/graph/name";
import { read } from "../../../core/snapshot/read";
import { Secret, Unknown } from "../../../core/snapshot/value";
import { unpackedText } from "../../credentials/packed";
import type { ReadContext, Reader } from "../reader";
import { FactList } from "../values";
import { sayGiven, sayMarkedText, sayUnknownText } from "./given";
import { referred, sayNames } from "./naming";
import { instanceProfile, launchTemplate } from "./refs";
import { sayWorkload } from "./workload";

const template = "aws:ec2/launchTemplate:LaunchTemplate";
/** Has no profile of its own to be read here: what its nodes run as is read with them. */
const configuration = "aws:ec2/launchConfiguration:LaunchConfiguration";
const userDataProperties = ["userData", "userDataBase64"] as const;

/** Reads EC2 instances and launch templates. An instance without a profile of its own is its template's workload. */
export const ec2Reader: Reader = {
  name: "aws ec2",
  types: [
    "aws:ec2/instance:Instance",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    template,
    configuration,
  ],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const isTemplate = resource.type === template;
    if (resource.type === configuration) {
      for (const property of userDataProperties) {
        readUserData(list, context, resource.urn, property);
      }
      return list.all();
    }
    if (isTemplate) sayNames(list, context, launchTemplate);
    else joinTemplate(list, context);
    const workload = sayWorkload(list, context, isTemplate ? "launch template" : "EC2 instance");
    readProfile(list, context, workload, isTemplate);
    for (const property of userDataProperties) readUserData(list, context, workload, property);
    return list.all();
  },
};

function readProfile(
  list: FactList,
  context: ReadContext,
  workload: Name,
  isTemplate: boolean,
): void {
  const ways: readonly (readonly string[])[] = isTemplate ? [["arn"], ["name"]] : [[]];
  for (const way of ways) {
    const identity = referred(list, context, instanceProfile, "iamInstanceProfile", ...way);
    if (identity === undefined) continue;
    const property = ["iamInstanceProfile", ...way].join(".");
    list.say("runs-as", property, {
      workload,
      identity,
      how: "instance profile",
      isDefault: false,
    });
    return;
  }
}

function readUserData(
  list: FactList,
  context: ReadContext,
  workload: Name,
  property: (typeof userDataProperties)[number],
): void {
  const found = read(list.resource.inputs, property);
  const place = {
    workload,
    top: property,
    property,
    under: undefined,
    through: "user data",
  } as const;
  if (found.kind === "unknown") {
    sayGiven(list, context, place, new Unknown(found.waitsFor, found.secret));
    sayUnknownText(list, place, found.waitsFor);
    return;
  }
  const value = found.kind === "secret" ? found.secret.revealForComparison() : undefined;
  const text = found.kind === "present" ? found.value : value;
  if (typeof text !== "string") return;
  const script = unpackedText(text);
  if (found.kind === "secret") {
    sayGiven(list, context, { ...place, markedAround: true }, new Secret(script));
    sayMarkedText(list, place);
  } else {
    sayGiven(list, context, place, script);
  }
}

function joinTemplate(list: FactList, context: ReadContext): void {
  const { resource } = list;
  if (read(resource.inputs, "iamInstanceProfile").kind !== "absent") return;
  const also = launchedBy(list, context, "launchTemplate");
  if (also?.kind === "named") {
    list.say("alias", "launchTemplate", { thing: resource.urn, also: also.name });
  }
}

/** The launch template that a property names or tells the id of. */
export function launchedBy(
  list: FactList,
  context: ReadContext,
  top: string,
  ...path: readonly string[]
): Ref | undefined {
  return (
    referred(list, context, launchTemplate, top, ...path, "name") ??
    referred(list, context, launchTemplate, top, ...path, "id")
  );
}
