import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import { Folder } from "./folder";
import { commandLine, type Run } from "./run-cli";

const example = "examples/pull-request";

/** A user's Git repository with the example of a pull request in `infra`, and packages as npm installs them. */
export class UserRepository extends Folder {
  /** The environment of what runs in it: without a run of CI that the test is part of, and without traces. */
  readonly environment: NodeJS.ProcessEnv;

  constructor() {
    super();
    renameSync(this.example(example), join(this.path, "infra"));
    const words = [process.execPath, ...commandLine].map((word) => `'${word}'`).join(" ");
    this.write({
      ".gitignore": "node_modules\n",
      "node_modules/.bin/agentid": `#!/bin/sh\nexec ${words} "$@"\n`,
    });
    chmodSync(join(this.path, "node_modules/.bin/agentid"), 0o755);
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(?:GIT(?:HUB)?_|npm_)/.test(name),
    );
    this.environment = {
      ...Object.fromEntries(inherited),
      // Node hands it on where a child's environment has no such name.
      NODE_V8_COVERAGE: undefined,
      ...{ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      ...{ GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.com" },
      ...{ GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.com" },
    };
    this.git("init", "--quiet", "--initial-branch", "main");
    this.commit("before");
  }

  /** Runs Git to success; answers its output without the last line break. */
  git(...args: readonly string[]): string {
    const options = { cwd: this.path, env: this.environment, encoding: "utf8" } as const;
    return execFileSync("git", args, options).trimEnd();
  }

  /** Changes the program as one of the example's files of changes says. */
  change(name: "shared-key" | "key-per-customer"): void {
    const file = resolve(example, `${name}.diff`);
    this.git("apply", "-p3", "--directory=infra", file);
  }

  /** Commits all changes; its hooks decide how that ends. */
  commit(message: string, ...options: readonly string[]): Run {
    this.git("add", "--all");
    return this.run("git", "commit", "--quiet", "--message", message, ...options);
  }

  /** Runs a command to its end. */
  run(command: string, ...args: readonly string[]): Run {
    const { status, stdout, stderr } = spawnSync(command, args, {
      ...{ cwd: this.path, env: this.environment, encoding: "utf8" },
    });
    return { code: status, out: stdout, err: stderr };
  }
}
