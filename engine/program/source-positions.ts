import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourcePosition as WirePosition, StackTrace } from "@pulumi/pulumi/proto/source_pb";
import type { SourcePosition } from "../../core/snapshot/resource";

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
    if (position !== undefined && this.#isInside(position)) return this.#read(position);
    let outside: WirePosition | undefined;
    for (const frame of trace?.getFramesList() ?? []) {
      const place = frame.getPc();
      if (place === undefined || place.getUri() === "") continue;
      if (this.#isInside(place)) return this.#read(place);
      if (outside === undefined && this.#path(place) !== undefined) outside = place;
    }
    if (outside === undefined && position !== undefined && this.#path(position) !== undefined) {
      outside = position;
    }
    return outside === undefined ? undefined : this.#read(outside);
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

/** The SDK takes a frame of an ES module, which has an address, for a relative path: `/program/file:/program/index.ts`. */
function withoutOuterPath(path: string): string {
  const inner = path.lastIndexOf("/file:/");
  return inner < 0 ? path : path.slice(inner + "/file:".length);
}

function slashed(path: string): string {
  return sep === "/" ? path : path.split(sep).join("/");
}
