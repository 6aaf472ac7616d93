import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import type { Comment, Thread } from "./keep-one";
import { problemOf, type ApiProblem } from "./problem";

/** A pull request, and how to reach it. */
export interface PullRequest {
  /** The root of the REST API, such as `https://api.github.com`. */
  readonly api: string;
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

/** How to speak to the API. */
export interface Client {
  readonly token: string;
  /** How this tool names itself. */
  readonly agent: string;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Longest time for one request, in milliseconds. */
const longestRequest = 30_000;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The comments on a pull request by GitHub's REST API. Nothing is tried again here: see `keepOne`. */
export function threadOn(pull: PullRequest, { token, agent, now }: Client): Thread {
  const octokit = new (Octokit.plugin(paginateRest))({
    auth: token,
    baseUrl: pull.api,
    userAgent: agent,
    log: silent,
  });
  octokit.hook.wrap("request", (request, options) =>
    request({
      ...options,
      request: { ...options.request, signal: AbortSignal.timeout(longestRequest) },
    }),
  );
  const { owner, repo, number } = pull;
  const issue = { owner, repo, issue_number: number };
  const requested = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw problemIn(error, token, now());
    }
  };
  return {
    async viewer() {
      // REST has no such question for the token of a workflow: `GET /user` is refused to it.
      const { viewer } = await requested(
        octokit.graphql<{ readonly viewer: { readonly login: string } }>("{ viewer { login } }"),
      );
      return viewer.login;
    },
    async head() {
      const { data } = await requested(
        octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
          owner,
          repo,
          pull_number: number,
        }),
      );
      return data.head.sha;
    },
    async list() {
      const all = await requested(
        octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          ...issue,
          per_page: 100,
        }),
      );
      return all.map(({ id, body, user }): Comment => ({
        id: Number(id),
        body: body ?? "",
        author: user?.login ?? "",
      }));
    },
    async create(body) {
      await requested(
        octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          ...issue,
          body,
        }),
      );
    },
    async update(id, body) {
      await requested(
        octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
          ...{ owner, repo, comment_id: id, body },
        }),
      );
    },
    async remove(id) {
      await requested(
        octokit.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
          ...{ owner, repo, comment_id: id },
        }),
      );
    },
  };
}

function problemIn(error: unknown, token: string, now: number): ApiProblem {
  const thrown = error as {
    readonly name?: string;
    readonly status?: number;
    readonly message?: string;
    readonly response?: { readonly headers?: Readonly<Record<string, string | number>> };
  };
  const { response, status, message = "no reason" } = thrown;
  return problemOf({
    // Octokit gives a status of its own where there was no answer.
    status: response === undefined ? undefined : status,
    headers: response?.headers ?? {},
    message: (message.split("\n")[0] ?? "").replaceAll(token, "***"),
    now,
  });
}
