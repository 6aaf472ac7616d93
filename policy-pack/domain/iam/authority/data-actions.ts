import { authorizedType, type AccessLevel } from "../../../../core/aws/authorization-reference";
import { parseArn } from "../../../../core/arn";
import { covers } from "../../../../core/pattern";
import table from "./data-actions.json";

/** A row of `data-actions.json`: a kind of resource that stores data. */
interface Row {
  readonly what: string;
  readonly types: readonly string[];
  readonly secret?: boolean;
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly also?: readonly string[];
}

/** A kind of resource that stores data, and what reaches them. */
export interface DataKind {
  /** The readable kind, such as `table`. */
  readonly what: string;
  /** Whether access to one opens further access, as with secrets and keys. */
  readonly isSecret: boolean;
  /** The forms of its ARN, in their parts. */
  readonly arns: readonly { readonly service: string; readonly resource: string }[];
  /** With their services, as AWS writes them. */
  readonly actions: readonly string[];
}

/** The names of a grade that are about the resource itself, whatever it stores. */
const settings: Readonly<Partial<Record<AccessLevel, RegExp>>> = {
  Read: /^(?:Describe|List)|^Get\w*(?:Policy|PolicyStatus)$/,
  Write: /^(?:Put|Delete)\w+(?:Configuration|Policy)$|^DeleteResourcePolicy$/,
  "Permissions management": /^(?:Delete|Remove|Revoke|Retire|Validate)/,
};

let kinds: readonly DataKind[] | undefined;

/** All kinds of resources that store data, each with the actions that read, write, delete or open them. */
export function dataKinds(): readonly DataKind[] {
  return (kinds ??= table.rows.map(kindOf));
}

function kindOf(row: Row): DataKind {
  const types = row.types.map((name) => ({ name, ...authorizedType(name) }));
  return {
    what: row.what,
    isSecret: row.secret === true,
    arns: types.flatMap(({ arns }) => arns.map(partsOf)),
    actions: [
      ...new Set(
        types.flatMap(({ name, actions }) => {
          const [service = ""] = name.split(":");
          return Object.entries(actions).flatMap(([level, names]) =>
            names
              .filter((each) => isData(row, level as AccessLevel, each))
              .map((each) => `${service}:${each}`),
          );
        }),
      ),
    ],
  };
}

function isData({ only, except = [], also = [] }: Row, level: AccessLevel, name: string): boolean {
  if (also.includes(name)) return true;
  if (only !== undefined) return level !== "Tagging" && only.some((each) => covers(each, name));
  const ofSettings = settings[level];
  return (
    ofSettings !== undefined && !ofSettings.test(name) && !except.some((each) => covers(each, name))
  );
}

function partsOf(text: string): DataKind["arns"][number] {
  const parsed = parseArn(text);
  if (!parsed.ok) throw new Error(`\`${text}\` is no ARN`);
  return parsed.arn;
}
