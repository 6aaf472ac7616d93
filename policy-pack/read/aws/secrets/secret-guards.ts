import { named } from "../../../facts/fact-values";
import { secretPolicyType, secretType } from "../../../../core/aws/secrets";
import { read } from "../../../../core/snapshot/read";
import type { Reader, ReadContext } from "../../resource/reader";
import { FactList, textAt, dependenciesAt } from "../../resource/values";
import { addGuards } from "../iam/documents";
import { referred } from "../naming";
import { lambda, secret } from "../refs";

const rotationType = "aws:secretsmanager/secretRotation:SecretRotation";

/** Reads what restricts a Secrets Manager secret: its resource policy, and its rotation. */
export const secretGuardReader: Reader = {
  name: "aws secret guards",
  types: [secretType, secretPolicyType, rotationType],
  read: (resource, context) => {
    const list = new FactList(resource);
    if (resource.type === secretPolicyType) addPolicy(list, context);
    else if (resource.type === rotationType) addRotation(list, context);
    // A secret may also carry its policy itself.
    else addGuards(list, context, "policy", named(resource.urn));
    return list.all();
  },
};

function addPolicy(list: FactList, context: ReadContext): void {
  const of = referred(list, context, secret, "secretArn");
  if (of !== undefined) addGuards(list, context, "policy", of);
}

function addRotation(list: FactList, context: ReadContext): void {
  const of = referred(list, context, secret, "secretId");
  const rules = read(list.resource.inputs, "rotationRules");
  if (of === undefined || rules.kind === "absent") return;
  const own = rules.kind === "unknown" ? rules.dependsOn : [];
  const by = referred(list, context, lambda, "rotationLambdaArn");
  list.add("rotates", "rotationRules", {
    secret: of,
    days: daysOf(list),
    dependsOn: dependenciesAt(list.resource, "rotationRules", { dependsOn: own }),
    ...(by && { by }),
  });
}

/**
 * Longest time between two rotations, in days.
 *
 * Source: Secrets Manager API, RotationRulesType: a number of days, or a schedule `rate(10 days)` or `cron(…)`; the last has no
 * single interval.
 */
function daysOf(list: FactList): number | undefined {
  const days = textAt(list.resource, "rotationRules", "automaticallyAfterDays");
  if (days !== undefined) return days.kind === "known" ? numberIn(days.text) : undefined;
  const schedule = textAt(list.resource, "rotationRules", "scheduleExpression");
  const rate =
    schedule?.kind === "known" ? /^rate\((\d+) (hour|day)s?\)$/.exec(schedule.text) : null;
  if (rate === null) return undefined;
  return rate[2] === "hour" ? Number(rate[1]) / 24 : Number(rate[1]);
}

function numberIn(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
