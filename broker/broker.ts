import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { decodeJwt } from "jose";
import { cedarDecider } from "./policy/decider";
import { byCall } from "../core/grants/named-grants";
import type { Configuration } from "./configuration/configuration";
import { AwsSessions } from "./credentials/aws";
import { TaskAccounts } from "./credentials/kubernetes";
import type { ExchangeContext, Noted } from "./exchange/context";
import { exchange, exchangeGrant } from "./exchange/exchange";
import { readForm, required, type Form } from "./request/form";
import { hashOf } from "./hash";
import { json, type Answer } from "./http/answer";
import { authenticate, clientMethods, clientParameters } from "./http/client";
import { PerMinute } from "./http/limits";
import { Identities, type Caller } from "./identity/workloads";
import { Refused } from "./refused";
import { endOfPods, reap, type Reaped } from "./reaper";
import { Accounts } from "./store/accounts";
import { Approvals } from "./store/approvals";
import { Store, type Driver } from "./store/store";
import { longestChain, Tasks } from "./store/tasks";
import type { Telemetry } from "./telemetry";
import { proofAlgorithms } from "./tokens/dpop";
import { SigningKeys } from "./tokens/signing-keys";
import { within } from "./within";

/** What a broker is started with, beside its configuration. */
export interface Surroundings {
  readonly driver: Driver;
  /** Milliseconds since 1970. Default: the clock of the machine. */
  readonly clock?: () => number;
  /** Measures requests. Default: no measurement. */
  readonly telemetry?: Telemetry;
  /** Takes one record of what went wrong inside. Default: none. */
  readonly log?: (record: Readonly<Record<string, unknown>>) => void;
}

/** Most lines a minute that refusals of strangers have in the trail. */
const anonymousLines = 60;

/** Milliseconds for which a check of the store counts. */
const checkInterval = 1_000;

/** The task broker of a tenant: answers requests, whatever carries them. */
export class Broker {
  readonly configuration: Configuration;
  readonly store: Store;
  readonly tasks: Tasks;
  readonly approvals: Approvals;
  readonly identities: Identities;
  readonly keys: SigningKeys;
  readonly #context: ExchangeContext;
  readonly #reaped: Reaped | undefined;
  readonly #clock: () => number;
  readonly #log: NonNullable<Surroundings["log"]>;
  readonly #requests: PerMinute;
  readonly #telemetry: Telemetry | undefined;
  #checked: { readonly at: number; readonly outcome: Promise<void> } | undefined;
  readonly #strangers = new PerMinute(anonymousLines);

  constructor(configuration: Configuration, { driver, clock, log, telemetry }: Surroundings) {
    if (configuration.depth > longestChain) throw new RangeError(`depth ${configuration.depth}`);
    this.configuration = configuration;
    this.store = new Store(driver, randomUUID());
    this.tasks = new Tasks(this.store);
    this.approvals = new Approvals(this.store);
    this.identities = new Identities(configuration);
    this.keys = new SigningKeys(this.store, configuration.taskSeconds);
    this.#clock = clock ?? Date.now;
    this.#log = log ?? (() => undefined);
    this.#telemetry = telemetry;
    this.#requests = new PerMinute(configuration.perMinute);
    const { decide, version } = cedarDecider(configuration.grants);
    const { identities, keys, tasks, approvals } = this;
    const accounts = new Accounts(this.store);
    const { kubernetes: cluster } = configuration;
    const kubernetes = cluster && new TaskAccounts(cluster.api, cluster.tasksNamespace);
    this.#context = {
      ...{ configuration, identities, keys, tasks, approvals, accounts, decide, policy: version },
      grantsOf: byCall(configuration.grants, (grant) => grant),
      ...{ sessions: new AwsSessions(), ...(kubernetes !== undefined && { kubernetes }) },
    };
    this.#reaped = kubernetes && { tasks, accounts, kubernetes };
  }

  /** Version of the compiled grants. */
  get policy(): string {
    return this.#context.policy;
  }

  /** Whole seconds since 1970. */
  now(): number {
    return Math.floor(this.#clock() / 1000);
  }

  /** Begins to work; throws where store or keys do not answer. */
  async begin(): Promise<void> {
    const { tenant, grants } = this.configuration;
    await this.ready();
    await this.store.begin(this.now(), { tenant, policy: this.policy, grants: grants.length });
  }

  /** Whether the store writes and keys can be read; throws where they do not. Of several calls in a second one alone writes. */
  ready(): Promise<void> {
    const at = performance.now();
    if (this.#checked === undefined || at - this.#checked.at >= checkInterval) {
      const keys = this.keys.publicKeys(this.now(), true);
      const outcome = Promise.all([this.store.check(), keys]).then(() => undefined);
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

  /** Ends the authority of pods that are gone. */
  async endOfPods(): Promise<void> {
    if (this.#reaped !== undefined) await endOfPods(this.#reaped, this.now());
  }

  /** Metadata of the server (RFC 8414). */
  metadata(): Answer {
    const { issuer } = this.configuration;
    return json({
      issuer,
      // Clients of MCP require one; it refuses every caller.
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      introspection_endpoint: `${issuer}/introspect`,
      revocation_endpoint: `${issuer}/revoke`,
      jwks_uri: `${issuer}/jwks`,
      grant_types_supported: [exchangeGrant],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: clientMethods,
      introspection_endpoint_auth_methods_supported: clientMethods,
      revocation_endpoint_auth_methods_supported: clientMethods,
      dpop_signing_alg_values_supported: proofAlgorithms,
      authorization_details_types_supported: ["agentid_call", "agentid_task"],
    });
  }

  /** The public keys of all replicas (RFC 7517). */
  async jwks(): Promise<Answer> {
    return json({ keys: await this.keys.publicKeys(this.now(), true) });
  }

  /** The token endpoint (RFC 8693). */
  token(request: IncomingMessage): Promise<Answer> {
    const noted: Noted = {};
    const known = [
      ...["grant_type", "subject_token", "subject_token_type", "requested_token_type", "resource"],
      ...["audience", "scope", "authorization_details"],
    ];
    return this.#forWorkload(request, known, noted, async (form, caller, now) => {
      const type = required(form, "grant_type");
      if (type !== exchangeGrant) {
        throw new Refused("unsupported_grant_type", `\`grant_type\` is \`${exchangeGrant}\``);
      }
      const proof = proofOf(request);
      return json(await exchange({ form, caller, proof, now }, this.#context, noted));
    });
  }

  /** Introspection (RFC 7662): a tool introspects a token for it, and other tokens are only not active. */
  introspect(request: IncomingMessage): Promise<Answer> {
    const known = ["token", "token_type_hint"];
    return this.#forWorkload(request, known, {}, async (form, { workload }, now) => {
      const token = required(form, "token");
      const found = await this.tasks.standing(hashOf(token), now);
      if (found === undefined || found.kind !== "call" || found.tool !== workload.name) {
        return json({ active: false });
      }
      const claims = decodeJwt(token);
      const type = claims["cnf"] === undefined ? "Bearer" : "DPoP";
      return json({ active: true, ...claims, token_type: type });
    });
  }

  /** Revocation of one token by the workload that has it (RFC 7009): always 200. */
  revoke(request: IncomingMessage): Promise<Answer> {
    const known = ["token", "token_type_hint"];
    return this.#forWorkload(request, known, {}, async (form, { workload }, now) => {
      const hash = hashOf(required(form, "token"));
      const record = { event: "returned", by: workload.name, credential: { hash } };
      const { txn = "", user = "", tool = "" } = (await this.tasks.standing(hash, now)) ?? {};
      const of = { at: now, txn, chain: [workload.name], user, tool };
      await this.tasks.revokeOne(hash, workload.name, now, { ...of, record });
      return { status: 200 };
    });
  }

  /** The answer to whatever was thrown, and its line of the trail. */
  async refusal(
    thrown: unknown,
    of: { readonly caller?: Caller; readonly from?: string; readonly noted?: Noted },
  ): Promise<Answer> {
    const refused = thrown instanceof Refused ? thrown : undefined;
    if (refused === undefined) {
      const { message, code } = thrown as { message?: string; code?: string };
      this.#log({ level: "error", message: "a request failed", reason: message, code });
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
    const metrics = await this.#telemetry?.metrics();
    return metrics === undefined ? { status: 404 } : { status: 200, body: metrics };
  }

  #forWorkload(
    request: IncomingMessage,
    parameters: readonly string[],
    noted: Noted,
    work: (form: Form, caller: Caller, now: number) => Promise<Answer>,
  ): Promise<Answer> {
    const answering = (): Promise<Answer> => this.#answered(request, parameters, noted, work);
    const endpoint = (request.url ?? "").split("?")[0] ?? "";
    return this.#telemetry?.measured(endpoint, noted, answering) ?? answering();
  }

  async #answered(
    request: IncomingMessage,
    parameters: readonly string[],
    noted: Noted,
    work: (form: Form, caller: Caller, now: number) => Promise<Answer>,
  ): Promise<Answer> {
    let caller: Caller | undefined;
    try {
      const form = await readForm(request, [...parameters, ...clientParameters]);
      const now = this.now();
      const { identities, configuration } = this;
      caller = await authenticate(form, configuration, identities, configuration.tenant, now);
      // Each call of a tool may be introspected: what limits calls limits that as well.
      const isLimited = request.url !== "/introspect";
      const wait = isLimited ? this.#requests.take(caller.workload.name, now) : 0;
      if (wait > 0) {
        throw new Refused(
          "slow_down",
          `more than ${configuration.perMinute} requests in a minute`,
          {
            retry_after: wait,
          },
        );
      }
      return await work(form, caller, now);
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
    if (caller === undefined && this.#strangers.take("", now) > 0) return;
    const { txn = "", user = "", chain = [], tool = "", call } = noted;
    const name = caller?.workload.name ?? "";
    const proof = caller && { issuer: caller.proof.issuer, subject: caller.proof.subject };
    const names = chain.length > 0 || name === "" ? chain : [name];
    const record = {
      ...{ user, chain: names, tool, event: "refused" },
      ...{ error, reason: message, ...call, ...(proof === undefined ? { from } : { proof }) },
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
