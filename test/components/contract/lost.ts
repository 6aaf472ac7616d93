import type { Contracted } from "./registrations";

/** A resource's old location in an alias, as the contract stores it: a whole URN, or the different part. */
interface AliasPlace {
  readonly name?: string;
  readonly type?: string;
  /** Types and name of its former parent. */
  readonly parent?: string;
  readonly noparent?: boolean;
}

/** What the next update of a stack would delete: what is gone and no alias finds, and what is called otherwise in AWS or Kubernetes. */
export function lost(was: readonly Contracted[], is: readonly Contracted[]): readonly Contracted[] {
  const found = new Map<string, Contracted>();
  for (const one of is) {
    for (const urn of [one.urn, ...formerly(one, is)]) found.set(urn, one);
  }
  return was.filter((one) => {
    const now = found.get(one.urn);
    return now === undefined || (one.called !== undefined && now.called !== one.called);
  });
}

/** Those that no line of the changelog announces: one that has the word `replaced` and the resource's type in backticks. */
export function untold(gone: readonly Contracted[], changelog: string): readonly Contracted[] {
  const lines = changelog.split("\n").filter((line) => /\breplaced\b/.test(line));
  return gone.filter(({ urn }) => !lines.some((line) => line.includes(`\`${typeOf(urn)}\``)));
}

/** Where a stack may have a resource so far: by its aliases, and under where its parent was. */
function formerly(one: Contracted, all: readonly Contracted[]): readonly string[] {
  const own = (one.aliases ?? []).map((alias) => placeOf(one, alias as string | AliasPlace));
  const parent = all.find(({ urn }) => urn === one.parent);
  if (parent === undefined) return own;
  return [
    ...own,
    ...formerly(parent, all).flatMap((former) =>
      [one.urn, ...own].map((urn) => under(urn, parent.urn, former)),
    ),
  ];
}

function placeOf({ urn, parent = "" }: Contracted, alias: string | AliasPlace): string {
  if (typeof alias === "string") return alias.split("::").slice(2).join("::");
  const above = alias.noparent === true ? "" : typesIn(alias.parent ?? parent);
  const type = alias.type ?? typeOf(urn);
  return `${above === "" ? "" : `${above}$`}${type}::${alias.name ?? nameIn(urn)}`;
}

/** The location of a child while its parent was in another one; a name that starts as its parent's did so there too. */
function under(urn: string, parent: string, former: string): string {
  const name = nameIn(urn);
  const own = nameIn(parent);
  const then = name.startsWith(own) ? nameIn(former) + name.slice(own.length) : name;
  return `${typesIn(former)}$${typeOf(urn)}::${then}`;
}

function typesIn(urn: string): string {
  return urn.split("::")[0] ?? "";
}

function typeOf(urn: string): string {
  return typesIn(urn).split("$").pop() ?? "";
}

function nameIn(urn: string): string {
  return urn.split("::").slice(1).join("::");
}
