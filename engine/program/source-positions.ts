import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourcePosition as WirePosition, StackTrace } from "@pulumi/pulumi/proto/source_pb";
import type { Resource, SourcePosition } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";

/** Maximum frames that are stored of a call. */
const mostFrames = 8;

const MODULES = `${sep}node_modules${sep}`;

/** Finds where a resource is declared, in the program's own words: the nearest line of the user's code. */
export class SourcePositions {
  readonly #roots: readonly string[];
  readonly #paths = new Map<string, string | undefined>();

  /** @param root the program's folder */
  constructor(root: string) {
    this.#roots = [root, realpathSync(root)];
  }

  /**
   * The first frame in the program's folder, else the first outside installed packages; undefined when there is none.
   *
   * A component of an installed package thus points at the line that uses it.
   */
  find(
    position: WirePosition | undefined,
    trace: StackTrace | undefined,
  ): SourcePosition | undefined {
    return this.frames(position, trace)[0];
  }

  /** As {@link find}, with the frames in the program's folder that lead there, nearest first. */
  frames(
    position: WirePosition | undefined,
    trace: StackTrace | undefined,
  ): readonly SourcePosition[] {
    const places = (trace?.getFramesList() ?? []).flatMap((frame) => {
      const place = frame.getPc();
      return place === undefined || place.getUri() === "" ? [] : [place];
    });
    const all = position === undefined ? places : [position, ...places];
    const inside = all.filter((place) => this.#isInside(place)).slice(0, mostFrames);
    if (inside.length > 0) return distinct(inside.map((place) => this.#read(place)));
    const outside = [...places, ...all].find((place) => this.#path(place) !== undefined);
    return outside === undefined ? [] : [this.#read(outside)];
  }

  /** A path as it reads from the program's folder. */
  relative(path: string): string {
    for (const root of this.#roots) {
      const short = relative(root, path);
      if (short !== "" && !short.startsWith("..") && !isAbsolute(short)) return slashed(short);
    }
    return slashed(relative(this.#roots[0] ?? "", path));
  }

  #read(position: WirePosition): SourcePosition {
    const line = position.getLine();
    const column = position.getColumn();
    const file = this.relative(this.#path(position) ?? position.getUri());
    return column > 0 ? { file, line, column } : { file, line };
  }

  #isInside(position: WirePosition): boolean {
    const path = this.#path(position);
    return path !== undefined && this.#roots.some((root) => path.startsWith(root + sep));
  }

  /** The path of a frame in code of the user's; undefined in installed packages and in Node itself. */
  #path(position: WirePosition): string | undefined {
    const uri = position.getUri();
    if (this.#paths.has(uri)) return this.#paths.get(uri);
    let path: string | undefined;
    if (uri.startsWith("file:")) {
      const full = withoutOuterPath(fileURLToPath(uri));
      if (!full.includes(MODULES)) path = full;
    }
    this.#paths.set(uri, path);
    return path;
  }
}

/** The engine gives the nearest frame beside the trace, which begins with it. */
function distinct(frames: readonly SourcePosition[]): readonly SourcePosition[] {
  return frames.filter((frame, at) => at === 0 || placeOf(frame) !== placeOf(frames[at - 1]));
}

/**
 * For each resource the position of the call that is made only for it.
 *
 * Where a function of the program declares several resources of one type, the line in it identifies none of them: the nearest
 * call that the fewest others share does.
 *
 * @param framesOf the frames of a resource, nearest first
 */
export function asCalled(
  resources: readonly Resource[],
  framesOf: (urn: Urn) => readonly SourcePosition[],
): readonly Resource[] {
  const groups = new Map<string, Urn[]>();
  for (const { urn, type } of resources) {
    const [nearest] = framesOf(urn);
    if (nearest === undefined) continue;
    const key = `${type} ${placeOf(nearest)}`;
    groups.set(key, [...(groups.get(key) ?? []), urn]);
  }
  const called = new Map<Urn, SourcePosition>();
  for (const urns of groups.values()) {
    if (urns.length < 2) continue;
    for (const urn of urns) {
      const frames = framesOf(urn);
      const shares = frames.map(
        (frame) =>
          urns.filter((other) => framesOf(other).some((each) => placeOf(each) === placeOf(frame)))
            .length,
      );
      const at = shares.indexOf(Math.min(...shares));
      const chosen = frames[at];
      if (at > 0 && chosen) called.set(urn, { ...chosen, through: frames.slice(0, at).reverse() });
    }
  }
  return resources.map((resource) => {
    const source = called.get(resource.urn);
    return source === undefined ? resource : { ...resource, source };
  });
}

function placeOf(source: SourcePosition | undefined): string {
  return source === undefined ? "" : `${source.file}:${source.line}:${source.column ?? 0}`;
}

/** The SDK takes a frame of an ES module, which has an address, for a relative path: `/program/file:/program/index.ts`. */
function withoutOuterPath(path: string): string {
  const inner = path.lastIndexOf("/file:/");
  return inner < 0 ? path : path.slice(inner + "/file:".length);
}

function slashed(path: string): string {
  return sep === "/" ? path : path.split(sep).join("/");
}
