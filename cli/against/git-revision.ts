import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { visible } from "../../core/visible";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { CouldNotRun } from "../failure";

/** A path as it was at a revision. */
export interface PathAtRevision {
  /** Where a copy of it is; undefined where it was not there. */
  readonly path: string | undefined;
  /** Where the copy of a file is; the file itself where it is outside of the repository. */
  readonly copyOf: (file: string) => string;
  /** A lock file that was another, so that the packages of now may not be those of then. */
  readonly otherLock?: string;
  /** A text that names files of the copy, by where they are for the user. */
  readonly named: (text: string) => string;
  /** Removes the copy. */
  readonly remove: () => void;
}

/** How what follows `git:` is called in messages. */
const shown = (revision: string): string => `\`${visible(revision)}\``;

/**
 * A path as it was at a revision of its repository, in a work tree of its own in a temporary folder.
 *
 * The user's files, index and branches stay as they are. Packages are those that are installed now. The copy goes away when the
 * process ends, however it does.
 */
export function pathAtRevision(path: string, revision: string): PathAtRevision {
  const place = realPath(path);
  const folder = statSync(place).isDirectory() ? place : dirname(place);
  const commit = commitOf(folder, revision);
  const root = realpathSync(git(folder, ["rev-parse", "--show-toplevel"]).out);
  const inside = relative(root, place);
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "agentid-revision-")));
  // What is named after its folder is called the same.
  const tree = join(temporary, basename(root) === "" ? "tree" : basename(root));
  const links: string[] = [];
  let isThere = true;
  const remove = (): void => {
    if (!isThere) return;
    isThere = false;
    process.off("exit", remove);
    for (const link of links) unlink(link);
    git(root, ["worktree", "remove", "--force", tree]);
    rmSync(temporary, { recursive: true, force: true });
  };
  process.on("exit", remove);
  try {
    const added = git(root, ["worktree", "add", "--quiet", "--detach", tree, commit]);
    if (!added.ok)
      throw new CouldNotRun(`git cannot check out ${shown(revision)}: ${added.problem}`);
    const copy = join(tree, inside);
    const here = process.cwd();
    const named = (text: string): string =>
      text.replaceAll(tree, root).replaceAll(relative(here, tree), relative(here, root) || ".");
    const copyOf = (file: string): string => {
      const place = relative(root, existsSync(file) ? realpathSync(file) : resolve(file));
      return place.startsWith("..") || isAbsolute(place) ? file : join(tree, place);
    };
    if (!existsSync(copy)) return { path: undefined, copyOf, named, remove };
    links.push(...linkPackages(root, tree, folder));
    const otherLock = otherLockOf(root, tree, folder);
    return { path: copy, copyOf, ...(otherLock !== undefined && { otherLock }), named, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(resolve(path));
  } catch (error) {
    throw new CouldNotRun(`cannot read \`${path}\`: ${reasonOf(error)}`);
  }
}

/** The commit that a revision names: no option of git, whatever it looks like. */
function commitOf(folder: string, revision: string): string {
  const isName = revision !== "" && !revision.startsWith("-") && !/[\p{Cc}\s]/u.test(revision);
  if (!isName) {
    throw new CouldNotRun(
      `${shown(revision)} is no revision; write a branch, a tag or a commit, such as \`git:main\``,
    );
  }
  const repository = git(folder, ["rev-parse", "--git-dir"]);
  if (!repository.ok) {
    throw new CouldNotRun(
      /not a git repository/i.test(repository.problem)
        ? `\`${folder}\` is in no Git repository, so there is no ${shown(`git:${revision}`)}`
        : `git cannot read the repository of \`${folder}\`: ${repository.problem}`,
    );
  }
  const found = git(folder, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`,
  ]);
  if (found.ok && /^[0-9a-f]{40,64}$/.test(found.out)) return found.out;
  throw new CouldNotRun(
    `the repository has no revision ${shown(revision)}; fetch it first, in CI with the whole history`,
  );
}

type Answer =
  | { readonly ok: true; readonly out: string; readonly problem: "" }
  | { readonly ok: false; readonly out: string; readonly problem: string };

/** Runs git without hooks, and without environment variables of another repository. */
function git(cwd: string, args: readonly string[]): Answer {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")),
  );
  const { status, stdout, stderr, error } = spawnSync(
    "git",
    ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", ...args],
    {
      cwd,
      encoding: "utf8",
      env: { ...env, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
    },
  );
  if (error !== undefined) {
    throw new CouldNotRun(`git cannot be run: ${reasonOf(error)}; \`git:\` needs it on the PATH`);
  }
  if (status === 0) return { ok: true, out: stdout.trim(), problem: "" };
  const [problem = ""] = stderr.trim().split("\n").slice(-1);
  return { ok: false, out: stdout.trim(), problem: visible(problem) };
}

const lockFiles = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"];

/** The nearest lock file that differs between the repository and its copy, from a folder up to the repository. */
function otherLockOf(root: string, tree: string, folder: string): string | undefined {
  for (let each = folder; ; each = dirname(each)) {
    const differs = lockFiles.find((name) => {
      const [now, before] = [each, join(tree, relative(root, each))].map((at) =>
        textIn(join(at, name)),
      );
      return now !== before;
    });
    if (differs !== undefined || each === root) return differs;
  }
}

function textIn(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Links the packages that are installed now, from the program's folder up to the repository and above, into the copy. */
function linkPackages(root: string, tree: string, folder: string): readonly string[] {
  const links: string[] = [];
  for (let each = folder; ; each = dirname(each)) {
    const isAbove = each !== root && !each.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
    const packages = join(each, "node_modules");
    const link = join(tree, isAbove ? "" : relative(root, each), "node_modules");
    if (existsSync(packages) && existsSync(dirname(link)) && !existsSync(link)) {
      symlinkSync(packages, link, "junction");
      links.push(link);
    }
    if ((isAbove && existsSync(packages)) || dirname(each) === each) return links;
  }
}

function unlink(link: string): void {
  try {
    unlinkSync(link);
  } catch {
    // What is not there need not be removed.
  }
}
