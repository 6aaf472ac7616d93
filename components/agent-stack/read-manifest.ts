import { checkManifest } from "./check-manifest";
import { manifestShape, type Manifest } from "./manifest-shape";
import { openTexts, type GivenValues } from "./open-text";
import { Mistakes, type Problem } from "../../yaml/problems";
import { readShape } from "../../yaml/read-shape";
import { readYaml } from "../../yaml/written";

/** A manifest, or everything that is wrong with it. */
export type ReadManifest =
  | { readonly kind: "ok"; readonly manifest: Manifest }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/**
 * Reads a manifest.
 *
 * @param text The YAML text.
 * @param values What the program gives for `${name}` in it.
 */
export function readManifest(text: string, values: GivenValues): ReadManifest {
  const mistakes = new Mistakes({ repeats: true });
  const written = readYaml(text, mistakes, {
    ifEmpty: "declare `federations` and `tenants`",
    ifLong: "split it into several stacks",
  });
  const context = { mistakes, openTexts: openTexts(values) };
  const manifest =
    written === undefined
      ? undefined
      : (readShape(manifestShape, written, "", context) as Manifest | undefined);
  if (manifest !== undefined) checkManifest(manifest, mistakes);
  const { problems } = mistakes;
  if (manifest === undefined || problems.length > 0) return { kind: "problems", problems };
  return { kind: "ok", manifest };
}
