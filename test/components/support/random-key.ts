import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type { LegacyKey, LegacyToolArgs, WorkloadSubject } from "../../../components";

/** How a random tool keeps its key; a kind that it cannot have where it runs becomes an empty secret. */
export interface RandomKey {
  readonly kind: "empty" | "written" | "existing" | "later" | "external" | "wide";
  readonly days: number;
  readonly isProvided: boolean;
  readonly hasProxy: boolean;
}

/** Keys of legacy platforms. */
export const randomKey: fc.Arbitrary<RandomKey> = fc.record({
  kind: fc.constantFrom("empty", "written", "existing", "later", "external", "wide"),
  days: fc.integer({ min: 1, max: 90 }),
  isProvided: fc.boolean(),
  hasProxy: fc.boolean(),
});

const writerArn = "arn:aws:iam::111122223333:role/deployer";

/** The extra arguments of a LegacyTool, by its resource's name. */
export function legacyArgsOf(made: {
  readonly id: string;
  readonly key: RandomKey;
  readonly subject: WorkloadSubject | undefined;
}): Pick<LegacyToolArgs, "host" | "key" | "rotation" | "egress" | "apiKeyProvider"> {
  const { id, key, subject } = made;
  const kept = keyOf(id, key, subject === undefined);
  const end = new Date(Date.parse("2026-11-01") + key.days * 86_400_000);
  return {
    host: "crm.example.com",
    key: kept,
    rotation: { issued: "2026-11-01", rotateBefore: end.toISOString().slice(0, 10) },
    ...(subject === undefined && {
      egress: key.hasProxy
        ? [{ namespace: "egress-proxy", ports: [3128] }]
        : [{ cidr: "203.0.113.0/24", ports: [443] }],
    }),
    ...(key.isProvided && kept.externalSecret === undefined && { apiKeyProvider: {} }),
  };
}

function keyOf(id: string, { kind }: RandomKey, hasNamespace: boolean): LegacyKey {
  const arn = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:legacy/${id}-AbCd12`;
  switch (kind) {
    case "written":
      return {
        secretsManager: { value: pulumi.secret(`sk_live_${id}_0123456789abcdef`), writerArn },
      };
    case "existing":
      return { existingSecret: { arn } };
    case "later":
      return { existingSecret: { arn: pulumi.output(arn), writerArn: pulumi.output(writerArn) } };
    case "external":
    case "wide":
      if (!hasNamespace) return { secretsManager: {} };
      return {
        externalSecret: {
          store: "vault",
          storeKind: kind === "wide" ? "ClusterSecretStore" : "SecretStore",
          remoteKey: `legacy/${id}`,
        },
      };
    case "empty":
      return { secretsManager: {} };
  }
}
