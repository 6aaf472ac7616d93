/** A test's data on an update. */
interface UpdateGiven {
  /** Seconds since 1970. */
  readonly at: number;
  readonly version?: number;
  readonly message?: string;
  readonly result?: string;
  readonly kind?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What Pulumi 3.274 notes of an update that a person ran in a clone of a repository. */
const environment = {
  "exec.kind": "cli",
  "git.author": "Platform team",
  "git.author.email": "platform@acme.example",
  "git.committer": "Platform team",
  "git.committer.email": "platform@acme.example",
  "git.dirty": "false",
  "git.head": "65ed42c13a62f436e722adf19e0cd9f572b42c20",
  "git.headName": "refs/heads/main",
  "pulumi.arch": "amd64",
  "pulumi.env.PULUMI_CONFIG_PASSPHRASE": "set",
  "pulumi.flag.yes": "true",
  "pulumi.os": "linux",
  "pulumi.version": "v3.274.1",
  "runtime.name": "yaml",
  "stack.environments": "[]",
  updatePlan: "false",
  "vcs.kind": "github.com",
  "vcs.owner": "acme",
  "vcs.repo": "refunds",
  "vcs.root": ".",
};

function updateOf(given: UpdateGiven, timeOf: (seconds: number) => unknown): object {
  const { at, version = 0, message = "use own key", result = "succeeded", kind = "update" } = given;
  return {
    ...{ kind, startTime: timeOf(at), message },
    environment: { ...environment, ...given.environment },
    config: { "refunds:apiKey": { value: "Cn7plain4config5value6Qz", secret: false } },
    ...{ version, result, endTime: timeOf(at + 1), resourceChanges: { create: 1 } },
  };
}

/** The file of an update in a self-managed backend: times in seconds, and no number. */
export function backendUpdate(given: UpdateGiven): string {
  return JSON.stringify(updateOf(given, (seconds) => seconds));
}

/** What `pulumi stack history --json` prints, the newest first. */
export function printedHistory(updates: readonly UpdateGiven[]): string {
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
  return JSON.stringify(
    updates.map((each) => updateOf(each, iso)),
    null,
    2,
  );
}

/** Seconds since 1970 of a minute of 29 November 2026, UTC. */
export function minuteOf(time: string): number {
  return Date.parse(`2026-11-29T${time}:00Z`) / 1000;
}
