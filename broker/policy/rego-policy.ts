import { sensitivities, type CallRequest } from "../../core/grants/grant";
import { provenKeys } from "../../core/grants/request";
import type { NamedGrant } from "../../core/grants/named-grants";

/**
 * The policy that decides calls by the grants of the bundle's data: `data.agentid.decision`.
 *
 * Its input is a request as core has it, in JSON. What is no such request is denied, as is everything that no grant allows.
 */
export function regoPolicy(): string {
  return `# METADATA
# description: Decides whether a workload may call a tool, by the grants in data.agentid.grants.
package agentid

default decision := {"kind": "deny"}

decision := {"kind": "allow", "by": allowing[0].id} if count(allowing) > 0

else := {"kind": "ask", "by": fitting[0].id} if count(fitting) > 0

# The narrowest grant comes first, as in the data.
fitting := [grant |
	sound
	within_tenant
	not input.task.ended
	input.now + input.seconds <= input.task.until
	some grant in data.agentid.grants[input.tool.tenant][input.tool.name][input.caller.name]
	fits(grant)
]

allowing := [grant | some grant in fitting; enough(grant)]

enough(grant) if not grant.needsApproval

enough(_) if approved

fits(grant) if {
	input.intent in grant.intents
	input.sensitivity in grant.sensitivities
	input.seconds <= grant.maxSeconds
	every key, allowed in grant.texts {
		holds_one_of(object.get(facts, key, null), allowed)
	}
	every key, range in grant.numbers {
		is_between(object.get(facts, key, null), range)
	}
	every key, allowed in grant.flags {
		is_flag(object.get(facts, key, null), allowed)
	}
}

holds_one_of(value, allowed) if {
	is_string(value)
	value in allowed
}

holds_one_of(value, allowed) if {
	is_array(value)
	count(value) > 0
	every one in value {
		one in allowed
	}
}

is_between(value, range) if {
	whole(value)
	range.least <= value
	value <= range.most
}

is_flag(value, allowed) if {
	is_boolean(value)
	value in allowed
}

facts := object.union(input.context, object.union(proven, given))

proven := {
	"actors": [actor.name | some actor in input.actors],
	"until": input.now + input.seconds,
}

given := object.union_n([
	{"user": input.user.name | input.user},
	{"target": input.target | input.target},
	{"environment": input.environment | input.environment},
])

chain := array.concat([input.user | input.user], array.concat(input.actors, [input.caller]))

within_tenant if {
	every party in chain {
		party.tenant == input.tool.tenant
	}
}

# Who takes part in a call cannot agree to it.
approved if {
	regex.match(\`[^\\p{Z}\\p{Cc}\\p{Cf}]\`, input.approvedBy)
	every party in chain {
		party.name != input.approvedBy
	}
}

sound if {
	every party in array.concat(chain, [input.tool]) {
		name(party.tenant)
		name(party.name)
	}
	every text in array.concat([input.intent], [input[key] | some key in ["target", "environment"]; key in object.keys(input)]) {
		name(text)
	}
	every value in array.concat([value | some value in input.context; is_string(value)], [input.approvedBy | input.approvedBy]) {
		text(value)
	}
	whole(input.seconds)
	input.seconds >= 1
	whole(input.now)
	whole(input.now + input.seconds)
	whole(input.task.until)
	is_boolean(input.task.ended)
	input.sensitivity in ${list(sensitivities)}
	every key in ${list(provenKeys)} {
		not key in object.keys(input.context)
	}
}

name(value) if {
	text(value)
	value != ""
}

# What UTF-8 cannot hold becomes U+FFFD, and would equal others.
text(value) if {
	is_string(value)
	not contains(value, "\\ufffd")
}

whole(value) if {
	is_number(value)
	value == floor(value)
	abs(value) <= ${Number.MAX_SAFE_INTEGER}
}
`;
}

function list(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(", ")}]`;
}

/** Tests for \`opa test\`, made of the same grants: each allows its own call, and nothing beside it. */
export function regoTests(grants: readonly NamedGrant[]): string {
  const tests = grants.flatMap((named, index) => {
    const request = ownCall(named);
    if (request === undefined) return [];
    const input = JSON.stringify(request);
    const refused: readonly (readonly [string, object])[] = [
      ["another_tenant", { user: { tenant: `${request.tool.tenant} `, name: "eve" } }],
      ["an_ended_task", { task: { ...request.task, ended: true } }],
      ["a_lapsed_task", { task: { ended: false, until: request.now } }],
      ["no_intent", { intent: "" }],
    ];
    return [
      `# ${JSON.stringify(named.id)}`,
      `test_${index}_is_granted if {\n\tdata.agentid.decision.kind in ["allow", "ask"] with input as ${input}\n}`,
      `test_${index}_needs_no_more_once_approved if {\n\tdata.agentid.decision.kind == "allow" with input as ${JSON.stringify({ ...request, approvedBy: "someone else" })}\n}`,
      ...refused.map(
        ([what, change]) =>
          `test_${index}_is_refused_to_${what} if {\n\tdata.agentid.decision.kind == "deny" with input as ${JSON.stringify({ ...request, ...change })}\n}`,
      ),
    ];
  });
  return [`package agentid.policy_test`, ...tests].join("\n\n") + "\n";
}

/** A call that a grant allows; undefined where its conditions leave none. */
function ownCall({ grant, intents, bounds }: NamedGrant): CallRequest | undefined {
  const { tenant, caller, tool, sensitivity } = grant;
  const [intent] = intents.filter((each) => each !== "");
  const texts = Object.entries(bounds.texts).map(([key, [first]]) => [key, first] as const);
  const flags = Object.entries(bounds.flags).map(([key, [first]]) => [key, first] as const);
  const ranges = Object.entries(bounds.numbers);
  if (ranges.some(([, { least, most }]) => least > most)) return undefined;
  const numbers = ranges.map(([key, { most }]) => [key, most] as const);
  const bound = [...texts, ...flags, ...numbers];
  const facts: Readonly<Record<string, string | number | boolean | undefined>> = Object.fromEntries<
    string | number | boolean | undefined
  >(bound);
  // No value is of two kinds.
  if (Object.keys(facts).length < bound.length) return undefined;
  const { user, actors, target, environment, until = farFuture, ...context } = facts;
  const named = [user, actors, target, environment];
  if (intent === undefined || [...texts, ...flags].some(([, first]) => first === undefined)) {
    return undefined;
  }
  if (named.some((one) => one !== undefined && (typeof one !== "string" || one === ""))) {
    return undefined;
  }
  if (typeof until !== "number" || until < 1) return undefined;
  return {
    ...(typeof user === "string" && { user: { tenant, name: user } }),
    actors: typeof actors === "string" ? [{ tenant, name: actors }] : [],
    caller: { tenant, name: caller },
    tool: { tenant, name: tool },
    intent,
    ...(typeof target === "string" && { target }),
    ...(typeof environment === "string" && { environment }),
    sensitivity,
    seconds: 1,
    now: until - 1,
    task: { ended: false, until },
    context: context as CallRequest["context"],
  };
}

/** Seconds since 1970 that no test comes to. */
const farFuture = 4_000_000_000;
