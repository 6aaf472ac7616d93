import type { LegacyToolArgs } from "../../../components";
import { acme } from "../support/acme";

/** Day on which the key in these tests was issued. */
export const issued = "2026-11-01";

/** A role that writes keys. */
export const writerArn = "arn:aws:iam::111122223333:role/deployer";

/** A secret that exists; its name is `crm`. */
export const secretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:crm-CrmKey";

/** A tool with a key of a legacy platform, outside Kubernetes once it has a subject. */
export const outsideArgs: LegacyToolArgs = {
  tenant: acme,
  host: "crm.example.com",
  key: { secretsManager: {} },
  rotation: { issued, rotateBefore: "2027-01-30" },
};

/** A tool with a key of a legacy platform. */
export const legacyArgs: LegacyToolArgs = {
  ...outsideArgs,
  egress: [{ cidr: "203.0.113.10/32", ports: [443] }],
};
