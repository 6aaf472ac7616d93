import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { decodeJwt } from "jose";
import { cedarDecider } from "./policy/decider";
import { isCounted, type CallRequest } from "../core/grants/grant";
import { grantId } from "../core/grants/grant-id";
import { byCall, type Answer as PolicyAnswer } from "../core/grants/named-grants";
import type { Configuration } from "./configuration/configuration";
import { AwsSessions } from "./credentials/aws";
import { TaskAccounts } from "./credentials/kubernetes";
import type { ExchangeContext, Noted } from "./exchange/context";
import { exchange } from "./exchange/exchange";
import { grantTypes, tokenParameters } from "./request/grant-types";
import { provenBy } from "./exchange/record";
import { taskOf } from "./exchange/subject";
import { readForm, required, type Form } from "./request/form";
import { hashOf } from "./hash";
import { json, type Answer } from "./http/answer";
import { authenticate, clientMethods, clientParameters } from "./http/client";
import { presentedOn } from "./http/certificate";
import { PerMinute } from "./http/limits";
import { pathOf } from "./http/path";
import { Identities, type Caller } from "./identity/workloads";
import { Refused } from "./refused";
import { endOfPods, reap, removeForgotten, type Reaped } from "./reaper";
import { Accounts } from "./store/accounts";
import { Approvals } from "./store/approvals";
import { spaceOf } from "./store/space";
import { waitingAt } from "./store/waiting";
import { Store, type Driver, type ThreadedDriver } from "./store/store";
import { Clock, mostSecondsOff } from "./store/clock";
import { endedOf } from "./ended";
import { longestChain, Tasks, type Credential } from "./store/tasks";
import type { Telemetry } from "./telemetry";
import { proofAlgorithms, provenKey } from "./tokens/dpop";
import { headsType } from "./tokens/heads-type";
import { SigningKeys } from "./tokens/signing-keys";
import { within } from "./within";

/** What a broker is started with, beside its configuration. */
export interface Surroundings {
  readonly driver: Driver | ThreadedDriver;
  /** Milliseconds since 1970. Default: the clock of the machine. */
  readonly clock?: () => number;
  /** Measures requests. Default: no measurement. */
  readonly telemetry?: Telemetry;
  /** Takes one record of what went wrong inside. Default: none. */
  readonly log?: (record: Readonly<Record<string, unknown>>) => void;
}

/** Answers a request of a workload. @param key thumbprint of the key of its DPoP proof */
type Work = (form: Form, caller: Caller, now: number, key: string | undefined) => Promise<Answer>;

/** How many times the requests of a workload a tool may introspect. */
const introspections = 10;

/** Most lines a minute that strangers have in the trail for one reason to refuse them, and a caller beyond its limit. */
const refusedLines = 20;

/** Milliseconds for which the answer to a revocation waits for accounts to be removed. */
const reapTime = 2_000;

/** Milliseconds for which a check of the store counts. */
const checkInterval = 1_000;

/** Why a broker whose store answers is not ready, for operators. */
export class NotReady extends Error {}

/** The task broker of a tenant: answers requests, whatever carries them. */
export class Broker {
  readonly configuration: Configuration;
  readonly store: Store;
  readonly tasks: Tasks;
  readonly approvals: Approvals;
  readonly identities: Identities;
  readonly keys: SigningKeys;
  /** Whether it is about to stop: it answers, and is not ready. */
  isStopping = false;
  readonly #context: ExchangeContext;
  readonly #reaped: Reaped | undefined;
  readonly #clock: Clock;
  readonly #clockLogged = new PerMinute(1);
  readonly #log: NonNullable<Surroundings["log"]>;
  readonly #requests: PerMinute;
  readonly #telemetry: Telemetry | undefined;
  readonly #refusals = new PerMinute(refusedLines);
  readonly #podsLogged = new PerMinute(1);
  readonly #keysLogged = new PerMinute(1);
  #podsUnknown = 0;
  #checked: { readonly at: number; readonly outcome: Promise<void> } | undefined;

  constructor(configuration: Configuration, { driver, clock, log, telemetry }: Surroundings) {
    if (configuration.depth > longestChain) throw new RangeError(`depth ${configuration.depth}`);
    this.configuration = configuration;
    this.store = new Store(driver, randomUUID());
    this.tasks = new Tasks(this.store);
    this.approvals = new Approvals(this.store);
    this.identities = new Identities(configuration);
    this.keys = new SigningKeys(this.store, configuration.taskSeconds);
    this.#clock = new Clock(clock ?? Date.now, "now" in driver ? driver.now : undefined);
    this.#log = log ?? (() => undefined);
    this.#telemetry = telemetry;
    this.#requests = new PerMinute(configuration.perMinute);
    const { decide, version } = cedarDecider(configuration.grants);
    const { identities, keys, tasks, approvals } = this;
    const accounts = new Accounts(this.store);
    const { kubernetes: cluster } = configuration;
    const kubernetes =
      cluster && new TaskAccounts(cluster.api, cluster.tasksNamespace, configuration.issuer);
    this.#context = {
      ...{ configuration, identities, keys, tasks, approvals, accounts, decide, policy: version },
      grantsOf: byCall(configuration.grants, (grant) => grant),
      counted: new Map(
        configuration.grants.filter(isCounted).map((grant) => [grantId(grant), grant]),
      ),
      ...{ sessions: new AwsSessions(), ...(kubernetes !== undefined && { kubernetes }) },
    };
    this.#reaped = kubernetes && { tasks, accounts, kubernetes };
  }

  /** Version of the compiled grants. */
  get policy(): string {
    return this.#context.policy;
  }

  /** Whole seconds since 1970, by the clock of the store. */
  now(): number {
    return this.#clock.now();
  }

  /** Reads the time that decides; throws where the store does not answer. */
  readClock(): Promise<void> {
    return this.#clock.read();
  }

  /** Begins to work; throws where store or keys do not answer. */
  async begin(): Promise<void> {
    const { tenant, grants } = this.configuration;
    await Promise.all([this.readClock(), this.keys.publicKeys(this.now(), true)]);
    await this.store.begin(this.now(), { tenant, policy: this.policy, grants: grants.length });
    await this.readKeys();
  }

  /** Reads the keys of issuers by URL again; what cannot be read is in the log once a minute. */
  readKeys(): Promise<void> {
    return this.identities.readKeys((issuer, reason) => {
      if (this.#keysLogged.take(issuer, this.now()) > 0) return;
      this.#log({ level: "warn", message: "keys of an issuer cannot be read", issuer, reason });
    });
  }

  /**
   * Throws where the store does not write, or keys cannot be read; and {@link NotReady} where the clock of this machine is wrong.
   *
   * Of several calls in a second one alone writes.
   */
  async ready(): Promise<void> {
    await this.#checkStore();
    const ahead = this.#clock.secondsAhead();
    if (Math.abs(ahead) <= mostSecondsOff) return;
    const message = `the clock of this machine is ${Math.abs(ahead)} s ${ahead > 0 ? "ahead of" : "behind"} the database's`;
    if (this.#clockLogged.take("", this.now()) === 0) this.#log({ level: "error", message });
    throw new NotReady(message);
  }

  #checkStore(): Promise<void> {
    const at = performance.now();
    if (this.#checked === undefined || at - this.#checked.at >= checkInterval) {
      const keys = this.keys.publicKeys(this.now(), true);
      const all = [this.store.check(), keys, this.#clock.read()];
      const outcome = Promise.all(all).then(() => undefined);
      this.#checked = { at, outcome: within("the store", outcome) };
    }
    return this.#checked.outcome;
  }

  /** Removes credentials of ended calls that exist outside of the broker. */
  async reap(): Promise<void> {
    if (this.#reaped === undefined) return;
    const { left } = await reap(this.#reaped, this.now());
    if (left > 0) this.#log({ level: "warn", message: "accounts are not removed yet", left });
  }

  /**
   * Removes accounts of calls that a revocation has just ended, for a while.
   *
   * @returns how many are not removed yet, and until when their tokens may work; undefined where the broker makes none
   */
  async reapEnded(): Promise<{ readonly left: number; readonly until: number } | undefined> {
    if (this.#reaped === undefined) return undefined;
    const reaped = this.#reaped;
    const end = performance.now() + reapTime;
    // What was revoked is so, whatever the API server does.
    const removed = (): Promise<number> =>
      reap(reaped, this.now()).then(
        (outcome) => outcome.removed,
        () => 0,
      );
    while ((await removed()) > 0 && performance.now() < end);
    const { count, until } = await reaped.accounts.left(this.now());
    return { left: count, until };
  }

  /** Removes accounts that the store does not know. */
  async reapForgotten(): Promise<void> {
    if (this.#reaped === undefined) return;
    const removed = await removeForgotten(this.#reaped, this.now());
    if (removed === 0) return;
    this.#log({
      level: "warn",
      message: "accounts that the store does not know are removed",
      removed,
    });
  }

  /** Ends the authority of pods that are gone. That it is not known of a pod whether it exists is in the log once a minute. */
  async endOfPods(): Promise<void> {
    if (this.#reaped === undefined) return;
    const now = this.now();
    const statuses = await endOfPods(this.#reaped, now);
    this.#podsUnknown = statuses.length;
    if (statuses.length === 0 || this.#podsLogged.take("", now) > 0) return;
    const of = { pods: statuses.length, statuses: [...new Set(statuses)] };
    this.#log({ level: "warn", message: "whether pods exist is not known", ...of });
  }

  /** Metadata of the server (RFC 8414). */
  metadata(): Answer {
    const { issuer, mtls } = this.configuration;
    const methods = clientMethods(this.configuration);
    return json({
      issuer,
      // Both SDKs of MCP read no metadata without one. It refuses every caller, which RFC 8414 lets a server leave out.
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      introspection_endpoint: `${issuer}/introspect`,
      revocation_endpoint: `${issuer}/revoke`,
      jwks_uri: `${issuer}/jwks`,
      grant_types_supported: Object.values(grantTypes),
      authorization_grant_profiles_supported: ["urn:ietf:params:oauth:grant-profile:id-jag"],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: methods,
      token_endpoint_auth_signing_alg_values_supported: this.identities.algorithms(),
      introspection_endpoint_auth_methods_supported: methods,
      revocation_endpoint_auth_methods_supported: methods,
      dpop_signing_alg_values_supported: proofAlgorithms,
      authorization_details_types_supported: ["agentid_call", "agentid_task"],
      // RFC 8705, 3.3 and 5.
      ...(mtls !== undefined && {
        tls_client_certificate_bound_access_tokens: true,
        mtls_endpoint_aliases: {
          token_endpoint: `${mtls.url}/token`,
          introspection_endpoint: `${mtls.url}/introspect`,
          revocation_endpoint: `${mtls.url}/revoke`,
        },
      }),
    });
  }

  /** The public keys of all replicas (RFC 7517). */
  async jwks(): Promise<Answer> {
    return json({ keys: await this.keys.publicKeys(this.now(), true) });
  }

  /** The token endpoint (RFC 6749, 3.2), for each type of grant. */
  token(request: IncomingMessage): Promise<Answer> {
    const noted: Noted = {};
    return this.#forWorkload(request, tokenParameters, noted, async (form, caller, now, key) =>
      json(await exchange({ form, caller, key, now }, this.#context, noted)),
    );
  }

  /** What stands of a token. Where revocations cannot be read, nothing is known to stand. */
  standing(token: string, now: number): Promise<Credential | undefined> {
    return this.tasks.standing(hashOf(token), now).catch((error: unknown) => {
      this.#logFailure(error);
      return undefined;
    });
  }

  /**
   * Introspection (RFC 7662): a tool introspects a token for it, and other tokens are only not active.
   *
   * With `use`, a text of the tool's, the token is active to the first request with this text alone, at all replicas.
   */
  introspect(request: IncomingMessage): Promise<Answer> {
    const known = ["token", "token_type_hint", "use"];
    return this.#forWorkload(request, known, {}, async (form, { workload }, now) => {
      const token = required(form, "token");
      const found = await this.standing(token, now);
      if (found === undefined || found.kind !== "call" || found.tool !== workload.name) {
        return json({ active: false });
      }
      const { use } = form;
      const used = hashOf(JSON.stringify(["use", found.hash, use]));
      if (use !== undefined && !(await this.tasks.isFirst(used, found.until))) {
        return json({ active: false });
      }
      const claims = decodeJwt(token);
      const { jkt } = (claims["cnf"] ?? {}) as { readonly jkt?: string };
      const type = jkt === undefined ? "Bearer" : "DPoP";
      const intents = this.grantedIntents(String(claims["client_id"]), workload.name);
      return json({ active: true, ...claims, token_type: type, intents });
    });
  }

  /** Decides a call without a task, so that no grant with a budget counts. */
  decides(request: CallRequest): PolicyAnswer {
    const { counted, decide } = this.#context;
    return decide(request, new Set(counted.keys()));
  }

  /** Intents that grants of a workload have on a tool. @param client the workload, as tokens name it */
  grantedIntents(client: string, tool: string): readonly string[] {
    const { tenant } = this.configuration;
    const name = client.startsWith(`${tenant}.`) ? client.slice(tenant.length + 1) : "";
    const of = { caller: { tenant, name }, tool: { tenant, name: tool } };
    return [...new Set(this.#context.grantsOf(of).flatMap(({ intents }) => intents))];
  }

  /**
   * Revocation (RFC 7009) of a token by a workload in its chain, with all that was made from it; or of the token of a user or
   * workload that began a task, which ends the task. Always 200: the answer states what has ended.
   */
  revoke(request: IncomingMessage): Promise<Answer> {
    const known = ["token", "token_type_hint"];
    return this.#forWorkload(request, known, {}, async (form, { workload }, now) => {
      const { name } = workload;
      const token = required(form, "token");
      const [hash, begun] = [hashOf(token), taskOf(token)];
      const credential = await this.tasks.standing(hash, now);
      const { txn = begun, user = "", tool = "" } = credential ?? {};
      const record = { event: "returned", by: name, credential: { hash } };
      const line = { at: now, txn, chain: [name], user, tool, record };
      const [live, isEnded] =
        credential === undefined
          ? [await this.tasks.liveOf("task", begun, now), this.tasks.end(begun, name, now, line)]
          : [
              await this.tasks.liveMadeOf(hash, name, now),
              this.tasks.revokeOne(hash, name, now, line),
            ];
      return json({ ended: (await isEnded) ? endedOf(live) : {} });
    });
  }

  /** The last line of chains of the trail as a JWS, and the keys that verify it. @param after gives the next chains by their names */
  async signedHeads(
    after?: string,
  ): Promise<{ readonly heads: string; readonly keys: readonly object[] }> {
    const now = this.now();
    const { issuer, tenant } = this.configuration;
    const found = after === undefined ? this.store.heads() : this.store.headsAfter(after);
    const claims = { iss: issuer, tenant, iat: now, heads: await found };
    const heads = await this.keys.sign(claims, headsType, now);
    return { heads, keys: await this.keys.publicKeys(now, true) };
  }

  /** Counts a request of a workload or a person; throws {@link Refused} beyond the limit of each path. */
  limit(request: IncomingMessage, name: string, now: number): void {
    const path = pathOf(request);
    // A tool introspects the calls of all its callers.
    const most =
      this.configuration.perMinute *
      (/^\/(?:introspect$|access\/)/.test(path) ? introspections : 1);
    const wait = this.#requests.take(`${path} ${name}`, now, most);
    if (wait === 0) return;
    throw new Refused("slow_down", `more than ${most} requests in a minute`, { retry_after: wait });
  }

  /** The answer to whatever was thrown, and its line of the trail. */
  async refusal(
    thrown: unknown,
    of: { readonly caller?: Caller; readonly from?: string; readonly noted?: Noted },
  ): Promise<Answer> {
    const refused = thrown instanceof Refused ? thrown : undefined;
    if (refused === undefined) {
      this.#logFailure(thrown);
      return json({ error: "temporarily_unavailable" }, 503);
    }
    const { error, message, status, details } = refused;
    // The request for an approval is a line of its own, once.
    if (error !== "authorization_pending") await this.#noteRefusal(refused, of);
    const more = Object.entries(details).filter(([name]) => name !== "status");
    const described = { error, error_description: message, ...Object.fromEntries(more) };
    const answer = json(described, status);
    if (status !== 401) return answer;
    return { ...answer, headers: { "www-authenticate": `Bearer error="${error}"` } };
  }

  /** The metrics in Prometheus' text format; 404 where nothing measures. */
  async metrics(): Promise<Answer> {
    // The metrics of a broker without its store state the fault.
    const answered = <T>(measured: Promise<T>): Promise<T | undefined> =>
      within("the store", measured).catch(() => undefined);
    const [waiting, space] = await Promise.all([
      answered(waitingAt(this.store, this.now())),
      answered(spaceOf(this.store, this.configuration)),
    ]);
    const metrics = await this.#telemetry?.metrics({
      ...waiting,
      ...space,
      podsUnknown: this.#podsUnknown,
    });
    return metrics === undefined ? { status: 404 } : { status: 200, body: metrics };
  }

  #logFailure(thrown: unknown): void {
    const { message, code } = thrown as { message?: string; code?: string };
    this.#log({ level: "error", message: "a request failed", reason: message, code });
  }

  #forWorkload(
    request: IncomingMessage,
    parameters: readonly string[],
    noted: Noted,
    work: Work,
  ): Promise<Answer> {
    const answering = (): Promise<Answer> => this.#answered(request, parameters, noted, work);
    return this.#telemetry?.measured(pathOf(request), noted, answering) ?? answering();
  }

  async #answered(
    request: IncomingMessage,
    parameters: readonly string[],
    noted: Noted,
    work: Work,
  ): Promise<Answer> {
    let caller: Caller | undefined;
    try {
      // RFC 6749, 3.1 and 3.2: a server ignores what it does not know.
      const form = await readForm(request, [...parameters, ...clientParameters], (count) =>
        this.#telemetry?.ignored(pathOf(request), count),
      );
      const now = this.now();
      const { identities, configuration } = this;
      caller = await authenticate(form, configuration, identities, now, presentedOn(request));
      this.limit(request, caller.workload.name, now);
      const proof = proofOf(request);
      const { issuer, mtls } = configuration;
      const origins = [issuer, ...(mtls === undefined ? [] : [mtls.url])];
      const urls = origins.map((origin) => origin + pathOf(request));
      const of = { method: "POST", urls, now };
      const key = proof === undefined ? undefined : await provenKey(proof, of, this.tasks);
      return await work(form, caller, now, key);
    } catch (thrown) {
      const from = request.socket.remoteAddress ?? "";
      return this.refusal(thrown, { ...(caller !== undefined && { caller }), from, noted });
    }
  }

  async #noteRefusal(
    { error, message }: Refused,
    {
      caller,
      from = "",
      noted = {},
    }: { readonly caller?: Caller; readonly from?: string; readonly noted?: Noted },
  ): Promise<void> {
    const now = this.now();
    const isSampled = caller === undefined || error === "slow_down";
    // By reason: a forged token is in the trail, however much junk comes before it.
    const of = JSON.stringify([caller?.workload.name, error, message]);
    if (isSampled && this.#refusals.take(of, now) > 0) return;
    const leftOut = this.#refusals.leftOut(of);
    const { txn = "", user = "", chain = [], tool = "", call } = noted;
    const name = caller?.workload.name ?? "";
    const proof = caller && provenBy(caller);
    const names = chain.length > 0 || name === "" ? chain : [name];
    const record = {
      ...{ user, chain: names, tool, event: "refused" },
      ...{ error, reason: message, ...call, ...(proof === undefined ? { from } : { proof }) },
      ...(leftOut > 0 && { leftOut }),
      policy: this.policy,
    };
    try {
      await this.store.write({ lines: [{ at: now, txn, chain: names, user, tool, record }] });
    } catch (problem) {
      const reason = (problem as Error).message;
      this.#log({ level: "error", message: "a refusal is not in the trail", reason, record });
    }
  }
}

function proofOf(request: IncomingMessage): string | undefined {
  const given = request.headers["dpop"];
  if (given === undefined) return undefined;
  if (typeof given !== "string" || given.includes(",")) {
    throw new Refused("invalid_dpop_proof", "DPoP: send one proof");
  }
  return given;
}
