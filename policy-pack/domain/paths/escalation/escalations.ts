import { uncertain, type Uncertainty } from "../../../../core/certainty";
import type { Graph } from "../../../facts/graph";
import { onceForEach } from "../../../facts/once-for-each";
import type { Name } from "../../../facts/name";
import type { Condition, Part, Selection } from "../../../../core/policy/statement";
import { hasWildcard } from "../../../../core/pattern";
import { and, fromBoolean, type Three } from "../../../../core/three-valued";
import { plainService } from "../../trust/source";
import type { Authority, Policy } from "../../iam/authority/authority";
import { authorityOf } from "../../iam/authority/authority-of";
import { requested } from "../../iam/authority/grants";
import { meet } from "../../iam/authority/meet";
import type { Case } from "./case";
import { aboutOf, canMeet, mayCall, type Given, type Half } from "./may";
import { isPassable } from "./passable";
import { passRole, pathsWithin, type ActingPath, type Path } from "./paths";
import { anyRole, inAccountOf } from "./role-targets";
import { targetOf, fromTarget } from "./targets";
import { isWorth, kindOf } from "./worth";

/** A path by which an identity can escalate or take over another identity. */
export interface Escalation {
  readonly path: Path;
  /** The policy that opens it: what it allows is changed first. */
  readonly policy: Policy;
  readonly halves: readonly Half[];
  readonly uncertainty?: Uncertainty;
}

const all: Selection = { negated: false, values: [requested("*")] };

/** A policy that allows everything on everything. */
const everything: Policy["content"] = {
  kind: "document",
  document: {
    variables: true,
    statements: [
      {
        kind: "statement",
        index: 0,
        effect: "Allow",
        actions: all,
        resources: all,
        conditions: [],
      },
    ],
  },
};

/** The paths by which the permissions of an identity allow escalation; for a complete graph. */
export const escalationsOf = onceForEach(find);

/** Whether some policy would let an identity escalate, with what limits it and what it is denied. */
export function couldEscalate(graph: Graph, identity: Name): boolean {
  const authority = authorityOf(graph, identity);
  const [any] = authority.policies;
  if (any === undefined) return false;
  if (authority.limits.length === 0 && authority.policies.every(isUnknown)) return true;
  const policies = [...authority.policies, { ...any, content: everything }];
  const given = { graph, identity, authority: { ...authority, policies } };
  return pathsWithin(policies).some((path) => escalationBy(path, given) !== undefined);
}

function isUnknown({ content }: Policy): boolean {
  return content.kind === "unknown";
}

function find(graph: Graph, identity: Name): readonly Escalation[] {
  const authority = authorityOf(graph, identity);
  const given: Case = { graph, identity, authority };
  const found = pathsWithin(authority.policies).flatMap((path) => escalationBy(path, given) ?? []);
  // Several paths may end alike, and one of them is reported: the first that is certain.
  const byEnd = new Map<string, Escalation>();
  for (const each of found) {
    const other = byEnd.get(each.path.by);
    if (
      other === undefined ||
      (other.uncertainty !== undefined && each.uncertainty === undefined)
    ) {
      byEnd.set(each.path.by, each);
    }
  }
  return [...byEnd.values()];
}

function escalationBy(path: Path, given: Case): Escalation | undefined {
  const first =
    path.passes === undefined
      ? firstHalves(path, given)
      : path.passes.flatMap((service) => passing(service, given));
  const rest = (path.passes === undefined ? path.needs.slice(1) : path.needs).map((actions) =>
    mayCall(given.authority, actions, {}, aboutOf),
  );
  const all: Escalation[] = [];
  for (const half of first) {
    // After an uncertain one, only a certain one adds something.
    if (half.uncertainty !== undefined && all.length > 0) continue;
    const others = companions(path.passes === undefined ? [half] : [], rest);
    if (others === undefined) continue;
    const halves = [half, ...others];
    const uncertainty = halves.flatMap((each) => each.uncertainty ?? [])[0];
    const found = { path, policy: half.policy, halves, ...(uncertainty && { uncertainty }) };
    if (uncertainty === undefined) return found;
    all.push(found);
  }
  return all[0];
}

/** For each of the other actions one that can be called on what those before it are called on. */
function companions(
  before: readonly Half[],
  rest: readonly (readonly Half[])[],
): readonly Half[] | undefined {
  const [halves, ...later] = rest;
  if (halves === undefined) return [];
  const certainFirst = [...halves].sort(
    (a, b) => Number(!!a.uncertainty) - Number(!!b.uncertainty),
  );
  let possible: readonly Half[] | undefined;
  for (const half of certainFirst) {
    if (half.uncertainty !== undefined && possible !== undefined) break;
    const meeting = and(before.map((other) => canMeet(other.resources, half.resources)));
    if (meeting.kind === "no") continue;
    const others = companions([...before, half], later);
    if (others === undefined) continue;
    const found = [meeting.kind === "yes" ? half : uncertainAbout(half, meeting), ...others];
    if (found.every(({ uncertainty }) => uncertainty === undefined)) return found;
    possible ??= found;
  }
  return possible;
}

function uncertainAbout(
  half: Half,
  { reason, dependsOn = [] }: Extract<Three, { kind: "unknown" }>,
): Half {
  return { ...half, uncertainty: half.uncertainty ?? { reason, dependsOn } };
}

const policyArn = "iam:policyarn";

/** What a role can choose where it attaches a policy: any of these makes it an administrator. */
const raisingPolicies = ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"].map(
  (name): Attachable => ({ arn: `arn:aws:iam::aws:policy/${name}` }),
);

/** A policy that could be attached, by its ARN, and why that is not certain. */
interface Attachable {
  readonly arn: string;
  readonly uncertainty?: Uncertainty;
}

/** Of the policies that an identity may make, for each condition on what is attached one that meets it, and one that meets none. */
function madePolicies({ graph, identity, authority }: Case): readonly Attachable[] {
  const wanting = authority.policies.flatMap(({ content }) => {
    if (content.kind === "unknown") return [];
    return content.document.statements.flatMap((statement) =>
      statement.kind === "unknown" ? [] : statement.conditions.flatMap(attachedTexts),
    );
  });
  if (wanting.length === 0) return [];
  const made = mayCall(authority, ["iam:CreatePolicy"], {}, aboutOf).flatMap(
    ({ resources }) => resources,
  );
  const others = inAccountOf(graph, identity, "arn:aws:iam::*:policy/*");
  const all = made.flatMap((part) =>
    [...wanting, others].flatMap((wanted) => attachable(part, wanted) ?? []),
  );
  const byArn = new Map(all.map((each) => [`${each.arn} ${each.uncertainty === undefined}`, each]));
  return [...byArn.values()].filter(({ arn }) => !/^arn:[^:]*:iam::aws:/.test(arn));
}

/** What a condition requires of the attached policy; an unknown one may be any. */
function attachedTexts(condition: Condition): readonly string[] {
  if (condition.kind === "unknown") return ["*"];
  if (condition.key.toLowerCase() !== policyArn) return [];
  return condition.values.map((part) => (part.kind === "text" ? part.text : "*"));
}

function attachable(made: Part, wanted: string): Attachable | undefined {
  const text = made.kind === "text" ? meet(made.text, wanted) : wanted;
  if (text === undefined) return undefined;
  const arn = text.replace(/[*?]/g, "x");
  if (made.kind === "text") return { arn };
  return {
    arn,
    uncertainty: uncertain("a resource of a policy is not known yet", made),
  };
}

/** The calls of the first action that reach something worth it. */
function firstHalves(path: ActingPath, given: Case): readonly Half[] {
  const [actions = []] = path.needs;
  const kind = kindOf(path, given);
  return actions.flatMap((action) => {
    const attached = path.made === true ? madePolicies(given) : raisingPolicies;
    const requests: readonly { readonly given: Given; readonly uncertainty?: Uncertainty }[] =
      /:Attach\w+Policy$/.test(action)
        ? attached.map(({ arn, ...rest }) => ({ given: { [policyArn]: [arn] }, ...rest }))
        : (path.requests ?? [{}]).map((each) => ({ given: each }));
    return requests.flatMap(({ given: request, uncertainty: open }) => {
      const reached = mayCall(given.authority, [action], request, kind).flatMap((half) => {
        const uncertainty = half.uncertainty ?? open;
        const wanted = uncertainty === undefined ? half : { ...half, uncertainty };
        return reaching(wanted, (part) => isWorth(path, part, given));
      });
      return reached.length === 0 ? [] : besides(path, action, request, given, reached);
    });
  });
}

/** Calls of an action where it is allowed too on what it needs beside, such as the document that a command is run by. */
function besides(
  { beside }: ActingPath,
  action: string,
  request: Given,
  { authority }: Case,
  halves: readonly Half[],
): readonly Half[] {
  if (beside === undefined) return halves;
  const found = beside.flatMap((kind) =>
    mayCall(authority, [action], request, kind).flatMap((each) =>
      reaching(each, (part) => isNamedBy(part, kind)),
    ),
  );
  const uncertainties = found.map(({ uncertainty }) => uncertainty);
  if (uncertainties.includes(undefined)) return halves;
  return uncertainties
    .slice(0, 1)
    .flatMap((uncertainty) =>
      uncertainty === undefined ? [] : halves.map((half) => ({ ...half, uncertainty })),
    );
}

/** Whether a resource in a policy is, or may be, one of AWS's own; what the stack makes is not. */
function isNamedBy(part: Part, arn: string): Three {
  return fromTarget(targetOf(part, arn), fromBoolean(part.kind === "text"));
}

/** Passing a role other than its own to a service that can assume that role. */
function passing(service: string, given: Case): readonly Half[] {
  const kind = inAccountOf(given.graph, given.identity, anyRole);
  return spellingsOf(service, given.authority).flatMap((spelled) => {
    const request = { "iam:passedtoservice": [spelled] };
    const halves = mayCall(given.authority, [passRole], request, kind);
    return halves.flatMap((half) => reaching(half, (part) => isPassable(service, part, given)));
  });
}

/** A service as it is called, and as conditions spell it: by its region, or in another partition. */
function spellingsOf(service: string, { policies }: Authority): readonly string[] {
  const wanted = policies.flatMap(({ content }) => {
    if (content.kind === "unknown") return [];
    return content.document.statements.flatMap((statement) =>
      statement.kind === "unknown" ? [] : statement.conditions.flatMap(passedTexts),
    );
  });
  const spelled = wanted.filter((text) => !hasWildcard(text) && plainService(text) === service);
  return [...new Set([service, ...spelled])];
}

function passedTexts(condition: Condition): readonly string[] {
  if (condition.kind === "unknown" || condition.key.toLowerCase() !== "iam:passedtoservice") {
    return [];
  }
  return condition.values.flatMap((part) => (part.kind === "text" ? [part.text] : []));
}

/** A call with the resources that are worth it, certain or unknown. */
function reaching(half: Half, test: (part: Part) => Three): readonly Half[] {
  const tested = half.resources.map((part) => ({ part, result: test(part) }));
  const certain = tested.filter(({ result }) => result.kind === "yes");
  if (certain.length > 0) return [{ ...half, resources: certain.map(({ part }) => part) }];
  const possible = tested.filter(({ result }) => result.kind === "unknown");
  const [first] = possible;
  if (first?.result.kind !== "unknown") return [];
  const dependsOn = possible.flatMap(({ part, result }) => {
    if (result.kind === "unknown" && result.dependsOn !== undefined) return result.dependsOn;
    return part.kind === "unknown" ? part.dependsOn : [];
  });
  const uncertainty = half.uncertainty ?? { reason: first.result.reason, dependsOn };
  return [{ ...half, resources: possible.map(({ part }) => part), uncertainty }];
}
