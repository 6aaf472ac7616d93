import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { objectName } from "../../kubernetes/kinds";
import { changeAt, mapped } from "./field-path";
import type { FieldSpec, NameReference } from "./field-specs";
import { firstIdOf, gvkOf, idOf, isNoNamespace, isOfGvk, namespaceOf, type Gvk } from "./ids";
import type { Piece } from "./piece";

/**
 * Pieces that name each other as they are called now.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/filters/nameref/nameref.go and api/resmap/reswrangler.go.
 */
export function withReferences(
  pieces: readonly Piece[],
  references: readonly NameReference[],
): readonly Piece[] {
  const candidates = new Candidates(pieces);
  const byKind = new Map<string, [NameReference, FieldSpec][]>();
  for (const reference of references.toSorted(inOrder)) {
    for (const field of reference.fields) {
      const there = byKind.get(field.kind);
      if (there === undefined) byKind.set(field.kind, [[reference, field]]);
      else there.push([reference, field]);
    }
  }
  return pieces.map((piece) => {
    const first = firstIdOf(piece);
    const now = gvkOf(piece.object);
    let { object } = piece;
    for (const [reference, field] of [...(byKind.get(now.kind) ?? []), ...(byKind.get("") ?? [])]) {
      if (!isOfGvk(first, field) || !isOfGvk(now, field)) continue;
      const search = new Search(candidates, piece, reference, field);
      object = changeAt(object, field.parts, undefined, (found) =>
        search.renamed(found),
      ) as ValueRecord;
    }
    return object === piece.object ? piece : { ...piece, object };
  });
}

/** Those that have been called otherwise, by each name that they had. */
class Candidates {
  readonly #byName = new Map<string, Piece[]>();
  /** The namespaces where objects are that were first in a namespace, by that. */
  readonly #fromNamespace = new Map<string, Set<string>>();

  constructor(pieces: readonly Piece[]) {
    for (const piece of pieces) {
      for (const name of new Set(piece.earlier.map((earlier) => earlier.name))) {
        const there = this.#byName.get(name);
        if (there === undefined) this.#byName.set(name, [piece]);
        else there.push(piece);
      }
      const { namespace } = firstIdOf(piece);
      const now = this.#fromNamespace.get(namespace) ?? new Set();
      now.add(namespaceOf(piece.object));
      this.#fromNamespace.set(namespace, now);
    }
  }

  called(name: string): readonly Piece[] {
    return this.#byName.get(name) ?? [];
  }

  /** Whether something that was first in a namespace is now in one of some, or all, namespaces. */
  isFrom(namespace: string, isSeen: (now: string) => boolean): boolean {
    return [...(this.#fromNamespace.get(namespace) ?? [])].some(isSeen);
  }
}

/** What looks for the object that a field of a piece names. */
class Search {
  readonly #namespace: string;
  readonly #ofSubjects: ReadonlySet<string>;
  readonly #role: Gvk | undefined;

  constructor(
    private readonly candidates: Candidates,
    private readonly piece: Piece,
    private readonly target: Gvk,
    field: FieldSpec,
  ) {
    const { object } = piece;
    this.#namespace = namespaceOf(object);
    this.#ofSubjects = namespacesOfSubjects(object);
    this.#role = field.path.endsWith("roleRef/name") ? roleIn(object) : undefined;
  }

  /** A name, a map with one, or a list of either, as what it names is called now. */
  renamed(found: Value): Value {
    if (isList(found)) return mapped(found, (item) => (isList(item) ? item : this.renamed(item)));
    if (typeof found === "string") {
      const named = this.#named(this.candidates.called(found), (one) => [nameOf(one)]);
      return named === undefined ? found : nameOf(named);
    }
    if (!isRecord(found) || typeof found["name"] !== "string") return found;
    const { name, namespace } = found;
    let called = this.candidates.called(name);
    if (typeof namespace === "string") called = this.#inNamespace(called, namespace);
    const named = this.#named(called, (one) => [nameOf(one), ownNamespace(one)]);
    if (named === undefined) return found;
    const own = ownNamespace(named);
    return { ...found, name: nameOf(named), ...(own !== "" && { namespace: own }) };
  }

  #inNamespace(called: readonly Piece[], namespace: string): readonly Piece[] {
    const isFirst = this.candidates.isFrom(namespace, (now) => this.#isSeen(now));
    return called.filter((one) =>
      isFirst ? firstIdOf(one).namespace === namespace : namespaceOf(one.object) === namespace,
    );
  }

  /** The one that is meant; undefined where none is, or more than one that differ. */
  #named(
    called: readonly Piece[],
    whatIsTaken: (piece: Piece) => readonly string[],
  ): Piece | undefined {
    const wanted = [this.target, ...(this.#role === undefined ? [] : [this.#role])];
    let left = called.filter(
      (one) =>
        wanted.every((gvk) =>
          one.earlier.some(({ kind }) => isOfGvk({ ...idOf(one.object), kind }, gvk)),
        ) && this.#reaches(one),
    );
    if (left.length > 1) {
      left = left.filter((one) => isRenamedAlike(one, this.piece, true));
      if (left.length > 1) left = left.filter((one) => isRenamedAlike(one, this.piece, false));
    }
    const [first] = left;
    const taken = first === undefined ? "" : whatIsTaken(first).join("\n");
    return left.every((one) => whatIsTaken(one).join("\n") === taken) ? first : undefined;
  }

  #isSeen(namespace: string): boolean {
    return (
      isNoNamespace(this.#namespace) ||
      isNoNamespace(namespace) ||
      namespace === this.#namespace ||
      this.#ofSubjects.has(namespace)
    );
  }

  #reaches(one: Piece): boolean {
    const namespace = namespaceOf(one.object);
    if (!this.#isSeen(namespace)) return false;
    return (
      isNoNamespace(this.#namespace) ||
      isNoNamespace(namespace) ||
      namespace === this.#namespace ||
      one.object["kind"] === "ServiceAccount"
    );
  }
}

function nameOf({ object }: Piece): string {
  return objectName(object).name;
}

function ownNamespace({ object }: Piece): string {
  return objectName(object).namespace;
}

function namespacesOfSubjects(object: ValueRecord): ReadonlySet<string> {
  const { kind, subjects } = object;
  if (kind !== "RoleBinding" || !isList(subjects)) return new Set();
  return new Set(
    subjects.flatMap((subject) =>
      isRecord(subject) &&
      subject["kind"] === "ServiceAccount" &&
      typeof subject["namespace"] === "string"
        ? [subject["namespace"]]
        : [],
    ),
  );
}

function roleIn(object: ValueRecord): Gvk | undefined {
  const { roleRef } = object;
  if (!isRecord(roleRef)) return undefined;
  const { apiGroup, kind } = roleRef;
  if (typeof apiGroup !== "string" || typeof kind !== "string") return undefined;
  return { group: apiGroup, version: "", kind };
}

function isRenamedAlike(one: Piece, other: Piece, orNot: boolean): boolean {
  return (
    endsAlike(one.prefixes, other.prefixes, orNot) && endsAlike(one.suffixes, other.suffixes, orNot)
  );
}

function endsAlike(one: readonly string[], other: readonly string[], orNot: boolean): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short.length === 0) return orNot || long.length === 0;
  return short.every((text, index) => text === long[index + long.length - short.length]);
}

/** The order in which kustomize has the kinds, which matters where a field may name several. */
const FIRST = [
  "Namespace",
  "ResourceQuota",
  "StorageClass",
  "CustomResourceDefinition",
  "ServiceAccount",
  "PodSecurityPolicy",
  "Role",
  "ClusterRole",
  "RoleBinding",
  "ClusterRoleBinding",
  "ConfigMap",
  "Secret",
  "Endpoints",
  "Service",
  "LimitRange",
  "PriorityClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Deployment",
  "StatefulSet",
  "CronJob",
  "PodDisruptionBudget",
];

function inOrder(one: Gvk, other: Gvk): number {
  const rank = ({ kind }: Gvk): number =>
    FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length;
  return rank(one) - rank(other);
}
