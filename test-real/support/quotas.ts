import type { Held } from "./servers/moto";

/** Characters, blanks between elements not counted. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const quotas = { trust: 2048, "policies of a role": 10_240, "managed policy": 6144, name: 64 };

/** Seconds that a role's session may last. */
const session = { least: 3600, most: 43_200 };

/** What IAM would refuse for its size, which moto keeps: each as `ARN: what`. */
export function beyondQuotas(held: Held): readonly string[] {
  const found: string[] = [];
  const measure = (arn: string, what: keyof typeof quotas, size: number): void => {
    if (size > quotas[what]) found.push(`${arn}: ${what}`);
  };
  for (const { arn, trust, policies, maxSession } of held.roles) {
    const inline = Object.values(policies).map(sizeOf);
    measure(arn, "trust", sizeOf(trust));
    measure(
      arn,
      "policies of a role",
      inline.reduce((sum, size) => sum + size, 0),
    );
    measure(arn, "name", nameIn(arn).length);
    if (maxSession < session.least || maxSession > session.most) found.push(`${arn}: session`);
  }
  for (const { arn, document } of held.policies) {
    measure(arn, "managed policy", sizeOf(document));
  }
  return found.sort();
}

function sizeOf(document: unknown): number {
  return JSON.stringify(document).length;
}

function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
