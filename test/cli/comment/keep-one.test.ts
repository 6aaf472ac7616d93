import assert from "node:assert/strict";
import { keepOne, type CommentResult, type Wanted } from "../../../cli/comment/keep-one";
import { marked, markOf } from "../../../cli/comment/marker";
import { threadOn } from "../../../cli/comment/octokit";
import { bot, GitHubServer, takingAtMost, type Fault } from "./github-server";

const [older, newer] = ["b".repeat(40), "a".repeat(40)];

interface Run {
  readonly sha?: string;
  readonly run?: number;
  readonly text?: string;
  readonly begins?: boolean;
}

function wanted({ sha = newer, run = 1, text = "BLOCKED", begins = true }: Run = {}): Wanted {
  return {
    mark: { key: "k", sha, run: [run, 1] },
    textOf: (room) => text.slice(0, room),
    begins,
  };
}

function body({ sha = newer, run = 1, text = "BLOCKED" }: Run = {}): string {
  return marked({ key: "k", sha, run: [run, 1] }, text);
}

/** A fault for the first requests that match. */
function once(pattern: RegExp, answer: Exclude<ReturnType<Fault>, undefined>, times = 1): Fault {
  let left = times;
  return (request) => (pattern.test(request) && left-- > 0 ? answer : undefined);
}

describe("the one comment on a pull request", () => {
  let server: GitHubServer;
  let slept: number[];
  beforeEach(async () => {
    server = new GitHubServer();
    await server.start();
    slept = [];
  });
  afterEach(() => server.stop());

  const now = 1_000_000_000_000;

  function keep(run: Run = {}): Promise<CommentResult> {
    const pull = { api: server.address, owner: "acme", repo: "desk", number: 7 };
    const thread = threadOn(pull, { token: "s3cret-token", agent: "agentid/test", now: () => now });
    return keepOne(thread, wanted(run), async (time) => {
      slept.push(time);
      await Promise.resolve();
    });
  }

  const bodies = (): readonly string[] => server.comments.map((comment) => comment.body);

  it("creates a comment, and finds it there by a second look", async () => {
    assert.equal(await keep(), "written");
    assert.deepEqual(bodies(), [body()]);
    assert.deepEqual(server.changes, ["POST /repos/acme/desk/issues/7/comments"]);
    assert.deepEqual([...server.tokens], ["token s3cret-token"]);
    assert.deepEqual(slept, [1000]);
  });

  it("changes the comment of an earlier run, on whichever page it is", async () => {
    server.pageSize = 2;
    for (const text of ["first", "second", "third"]) server.add("ann", text);
    server.add(bot, body({ sha: older, run: 9 }));
    server.add(null, "of a user who is gone");
    assert.equal(await keep({ text: "passed", run: 10 }), "written");
    assert.equal(bodies()[3], body({ text: "passed", run: 10 }));
    assert.deepEqual(server.changes, ["PATCH /repos/acme/desk/issues/comments/104"]);
  });

  it("changes nothing where the comment is already equal", async () => {
    server.add(bot, body());
    assert.equal(await keep(), "unchanged");
    assert.deepEqual(server.changes, []);
  });

  it("leaves a comment alone that another person began with our first line", async () => {
    server.add("mallory", body({ run: 99, text: "passed" }));
    server.add("github-actions", body({ run: 99, text: "passed" }));
    assert.equal(await keep(), "written");
    assert.deepEqual(bodies(), [
      body({ run: 99, text: "passed" }),
      body({ run: 99, text: "passed" }),
      body(),
    ]);
  });

  it("leaves our comments of another key, and ours that only quote the first line", async () => {
    const other = marked({ key: "k2", sha: newer, run: [1, 1] }, "other");
    server.add(bot, other);
    server.add(bot, `> ${body()}`);
    assert.equal(await keep(), "written");
    assert.deepEqual(bodies(), [other, `> ${body()}`, body()]);
  });

  it("does not begin where it passed, and changes a comment that is there", async () => {
    assert.equal(await keep({ begins: false }), "not needed");
    assert.deepEqual(server.changes, []);
    server.add(bot, body({ sha: older }));
    assert.equal(await keep({ begins: false, text: "passed" }), "written");
    assert.deepEqual(bodies(), [body({ text: "passed" })]);
  });

  it("writes nothing for a commit that is no longer the head", async () => {
    assert.equal(await keep({ sha: older, run: 50 }), "superseded");
    assert.deepEqual(server.changes, []);
  });

  it("writes nothing over a later run of the same commit, nor over a later attempt", async () => {
    server.add(bot, body({ run: 5, text: "later" }));
    assert.equal(await keep({ run: 4 }), "superseded");
    assert.deepEqual(bodies(), [body({ run: 5, text: "later" })]);
  });

  it("prefers a push back to an older commit, whatever its run", async () => {
    server.add(bot, body({ sha: older, run: 90 }));
    assert.equal(await keep({ run: 3 }), "written");
    assert.deepEqual(bodies(), [body({ run: 3 })]);
  });

  it("keeps one of two runs at once that both created theirs: the later one's", async () => {
    for (const run of [1, 3]) {
      server.comments = [];
      let isFirst = true;
      server.faults.push((request, { comments }) => {
        if (!request.startsWith("POST /repos") || !isFirst || comments.length > 0) return undefined;
        isFirst = false;
        server.add(bot, body({ run: 2, text: "the other run" }));
        return undefined;
      });
      assert.equal(await keep({ run }), run === 3 ? "written" : "superseded");
      assert.deepEqual(bodies(), [
        run === 3 ? body({ run: 3 }) : body({ run: 2, text: "the other run" }),
      ]);
    }
  });

  it("keeps one comment, of the last run, of five that run at once", async () => {
    const kept = await Promise.all([1, 2, 3, 4, 5].map((run) => keep({ run, text: `run ${run}` })));
    assert.deepEqual(bodies(), [body({ run: 5, text: "run 5" })]);
    assert.equal(kept[4], "written");
  });

  it("writes again what an older run overwrote right after", async () => {
    server.add(bot, body({ sha: older }));
    let written = 0;
    server.faults.push((request) => {
      // The older run read before this one wrote, and writes after it.
      if (request.startsWith("GET /repos/acme/desk/pulls") && ++written === 2)
        server.comments[0]!.body = body({ run: 1, text: "late" });
      return undefined;
    });
    assert.equal(await keep({ run: 2, text: "newest" }), "written");
    assert.deepEqual(bodies(), [body({ run: 2, text: "newest" })]);
  });

  it("creates the comment anew that was deleted in between", async () => {
    server.add(bot, body({ sha: older }));
    server.faults.push((request) => {
      if (request.startsWith("PATCH") && server.comments.length > 0) server.comments = [];
      return undefined;
    });
    assert.equal(await keep(), "written");
    assert.deepEqual(bodies(), [body()]);
  });

  it("tries again after faults of the server, and waits longer each time", async () => {
    server.faults.push(once(/^GET .*comments/, { status: 502, message: "Bad Gateway" }));
    server.faults.push(once(/^GET .*pulls/, { status: 500, message: "oops" }));
    server.faults.push(once(/graphql/, "hang up"));
    assert.equal(await keep(), "written");
    assert.deepEqual(bodies(), [body()]);
    assert.deepEqual(slept, [1000, 4000, 9000, 1000]);
  });

  it("creates no second comment where the answer to the first was lost", async () => {
    server.faults.push(once(/^POST \/repos/, "lost"));
    assert.equal(await keep(), "unchanged");
    assert.deepEqual(bodies(), [body()]);
    assert.equal(server.changes.length, 1);
  });

  it("waits as the server's rate limit requires", async () => {
    const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes";
    server.faults.push(
      once(/^POST \/repos/, { status: 403, headers: { "retry-after": "7" }, message: secondary }),
      once(/^GET .*pulls/, { status: 429, headers: { "retry-after": "0" }, message: "slow down" }),
    );
    assert.equal(await keep(), "written");
    assert.deepEqual(slept, [0, 7000, 1000]);
  });

  it("waits until the primary limit ends, or a minute without a stated time", async () => {
    const reset = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 30) };
    server.faults.push(
      once(/graphql/, { status: 403, headers: reset, message: "API rate limit exceeded" }),
      once(/^POST \/repos/, { status: 403, message: "You have exceeded a secondary rate limit" }),
    );
    assert.equal(await keep(), "written");
    assert.deepEqual(slept, [30_000, 60_000, 1000]);
  });

  it("shortens the text where GitHub counts it as too long", () =>
    takingAtMost(40_000, async () => {
      assert.equal(await keep({ text: "x".repeat(100_000) }), "written");
      assert.deepEqual(bodies(), [body({ text: "x".repeat(30_000) })]);
    }));

  const gaveUp: readonly [string, Exclude<ReturnType<Fault>, undefined>, RegExp][] = [
    [
      "a fork's token",
      { status: 403, message: "Resource not accessible by integration" },
      /^the token may not write to the pull request; grant `pull-requests: write`, /,
    ],
    [
      "a token that is not accepted",
      { status: 401, message: "Bad credentials" },
      /^GitHub does not accept the token of `GITHUB_TOKEN`$/,
    ],
    [
      "a pull request that is not there",
      { status: 404, message: "Not Found" },
      /^the token sees no such pull request; /,
    ],
    [
      "a refusal of another kind",
      { status: 422, message: "Validation Failed" },
      /^GitHub refused: 422 Validation Failed/,
    ],
    [
      "a server that is down",
      { status: 503, message: "No server is available" },
      /^GitHub did not answer: 503 No server is available/,
    ],
    ["a network that is down", "hang up", /^GitHub did not answer: /],
    [
      "a limit that ends in an hour",
      { status: 403, headers: { "retry-after": "3600" }, message: "secondary rate limit" },
      /^GitHub limits requests: 403 secondary rate limit/,
    ],
  ];
  for (const [what, answer, sentence] of gaveUp) {
    it(`gives up at ${what}, without the token in its sentence`, async () => {
      const isRead = typeof answer === "object" && answer.status === 404;
      server.faults.push(once(isRead ? /pulls/ : /^POST \/repos/, answer, 100));
      await assert.rejects(keep(), (error: Error) => {
        assert.equal(error.name, "ApiProblem");
        assert.match(error.message, sentence);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
      assert.deepEqual(bodies(), []);
      assert.ok(slept.reduce((sum, time) => sum + time, 0) <= 180_000);
    });
  }

  it("takes the token out of what a server sends back", async () => {
    server.faults.push(once(/pulls/, { status: 400, message: "bad header: token s3cret-token" }));
    await assert.rejects(keep(), /^ApiProblem: GitHub refused: 400 bad header: token \*\*\*/);
  });

  it("reads its own first line back, and nothing else", () => {
    const { line, ...mark } = markOf(body({ run: 12 }))!;
    assert.deepEqual(mark, { key: "k", sha: newer, run: [12, 1] });
    assert.ok(body({ run: 12 }).startsWith(`${line}\n`));
    for (const other of [
      "",
      "x",
      ` ${body()}`,
      body().replace("run=1.1", "run=x"),
      body().slice(0, 40),
    ])
      assert.equal(markOf(other), undefined);
  });
});
