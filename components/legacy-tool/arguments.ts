import { argumentError, fitting } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { permissionsDocument, type KnownPermission } from "../documents/permissions";
import { ownEgressRules, type Egress } from "../kubernetes/egress";
import { openBits } from "../manifests/ip-block";
import { isPlain } from "../arguments/known";
import { checkKey, type LegacyKey } from "./key";
import type { Permission } from "../workload/permissions";
import { readRotation, type KeyRotation, type KnownRotation } from "../stored-secret/rotation";
import type { WorkloadArgs } from "../workload/workload";

/** What a tool with the key of a legacy platform is made from. */
export interface LegacyToolArgs extends WorkloadArgs {
  /** Host of the platform, such as `crm.example.com`; its name alone. */
  host: string;
  /** The location of the platform's key; give exactly one. */
  key: LegacyKey;
  /** Until when the key may be used. */
  rotation: KeyRotation;
  /** All that the tool's pods may send to, besides the cluster's DNS: the host's addresses, and VPC endpoints of STS and Secrets Manager where the key is there, at most 65,536 addresses a range. Default: none; required in Kubernetes, and refused outside. */
  egress?: Egress[];
  /** Has Bedrock AgentCore hand out the key, by a credential provider of the tool's own; not with `externalSecret`. Default: it does not. */
  apiKeyProvider?: ApiKeyProvider;
}

/** How Bedrock AgentCore finds the key in the secret. */
export interface ApiKeyProvider {
  /** Field of the secret, which is a JSON object, that has the key. Default: `apiKey`. */
  jsonKey?: string;
}

/** Field that has the key where none is named. */
export const defaultJsonKey = "apiKey";

/** Source: RFC 1123, section 2.1. */
const hostName = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/;

/** Longest permissions, in characters: of the 10,240 of a role's inline policies, 2,240 are reserved for reading the key. */
const mostPermissions = 8000;

/** Most bits of an address that a range leaves open: 65,536 addresses of a network or a platform. */
const mostOpenBits = 16;

/** The checks of a tool with a key that concern several arguments, for every declaration of it. */
type Checked = Pick<LegacyToolArgs, "host" | "key" | "rotation" | "egress" | "apiKeyProvider"> &
  Pick<WorkloadArgs, "subject" | "permissions">;

/** Refuses arguments that such a tool does not have, with the reason, and those of a wrong type. */
export function checkLegacyTypes(subject: string, args: LegacyToolArgs): void {
  refuseOthers(subject, args);
  checkTypes(subject, "LegacyTool", args);
}

function refuseOthers(subject: string, args: object = {}): void {
  if ("directCallers" in args) {
    throw argumentError(
      subject,
      "directCallers is set, but a tool with the key of a legacy platform is reached by grants only; leave it out",
    );
  }
  if ("oauth2Providers" in args) {
    throw argumentError(
      subject,
      "oauth2Providers is set, but a tool with the key of a legacy platform has only that key; leave it out, or give the services to a tool of their own",
    );
  }
}

/** Checks what a tool with a key has beside other tools, and answers its rotation. */
export function checkLegacy(subject: string, args: LegacyToolArgs): KnownRotation {
  for (const check of legacyChecks) check(subject, args);
  return readRotation(subject, args.rotation);
}

/** The checks, each of a part of its own; their messages start with the part's name. */
export const legacyChecks: readonly ((subject: string, args: Checked) => unknown)[] = [
  (subject, { host }) => {
    const wanted = "the name of the platform's host, such as `crm.example.com`";
    fitting(subject, "host", host, hostName, wanted);
  },
  (subject, { egress, subject: outside }) => {
    if (outside === undefined) checkEgress(subject, egress ?? []);
    else if (egress !== undefined) {
      throw argumentError(
        subject,
        "egress is set, but the tool runs outside Kubernetes, without NetworkPolicies; leave it out",
      );
    }
  },
  (subject, { key, subject: outside }) => {
    checkKey(subject, key);
    if (key.externalSecret === undefined || outside === undefined) return;
    throw argumentError(
      subject,
      "key.externalSecret is set, but the tool has no namespace to bring it into; give `secretsManager` or `existingSecret`",
    );
  },
  (subject, { key, apiKeyProvider }) => {
    if (apiKeyProvider !== undefined) checkProvider(subject, key, apiKeyProvider);
  },
  (subject, { permissions }) => {
    checkRoom(subject, permissions ?? []);
  },
  (subject, { rotation }) => readRotation(subject, rotation),
];

function checkProvider(
  subject: string,
  { externalSecret }: LegacyKey,
  { jsonKey = defaultJsonKey }: ApiKeyProvider,
): void {
  if (externalSecret !== undefined) {
    throw argumentError(
      subject,
      "apiKeyProvider is set, but AgentCore reads keys only from Secrets Manager; give `secretsManager` or `existingSecret`",
    );
  }
  const wanted = "the name of a field, 1 to 64 letters, digits, `_`, `.` or `-`";
  fitting(subject, "apiKeyProvider.jsonKey", jsonKey, /^[\w.-]{1,64}$/, wanted);
}

/** What reads the key is a policy of its own, and all inline policies of a role together have to fit. */
function checkRoom(subject: string, permissions: readonly Permission[]): void {
  if (!isPlain(permissions)) return;
  const { length } = permissionsDocument(subject, permissions as readonly KnownPermission[]);
  if (length <= mostPermissions) return;
  throw argumentError(
    subject,
    `permissions take \`${length}\` characters; at most ${mostPermissions} fit beside what reads the key; name fewer or shorter resources`,
  );
}

function checkEgress(subject: string, egress: readonly Egress[]): void {
  if (egress.length === 0) {
    throw argumentError(
      subject,
      "egress names no address; give those of the host, as a NetworkPolicy matches no names",
    );
  }
  ownEgressRules(subject, [], egress);
  egress.forEach(({ cidr }, index) => {
    if (cidr === undefined || (openBits(cidr) ?? 0) <= mostOpenBits) return;
    throw argumentError(
      subject,
      `egress[${index}].cidr \`${cidr}\` is wider than a host needs; give at most 65536 addresses, such as a \`/16\`, or the \`namespace\` of a proxy that resolves names`,
    );
  });
}
