import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { startBroker, type Running } from "../broker/start";
import { deskConfiguration } from "../test/broker/support/desk";
import { makeAuthority } from "./support/certificates";
import { answering, send, type Answering } from "./support/proxied";
import { startEnvoy } from "./support/servers/envoy";
import type { Proxy } from "./support/servers/proxy";
import { temporaryFolder } from "./support/temporary";

describe("Envoy before a tool, as docs/broker/proxies.md configures it", () => {
  let running: Running;
  let relay: Server;
  let tool: Answering;
  let proxy: Proxy;
  /** Who ended each connection between Envoy and the broker. */
  const endedBy: string[] = [];

  before(async () => {
    const authority = makeAuthority();
    running = await startBroker(
      await deskConfiguration({
        state: { kind: "sqlite", file: join(temporaryFolder(), "broker.db") },
        tls: authority.certify("localhost", "server"),
      }),
      () => undefined,
    );
    relay = createServer((fromEnvoy) => {
      const toBroker = connect(running.port, "127.0.0.1");
      fromEnvoy.pipe(toBroker).pipe(fromEnvoy);
      let isEnded = false;
      const end = (by: string) => (): void => {
        if (!isEnded) endedBy.push(by);
        isEnded = true;
        relay.emit("ended");
      };
      fromEnvoy.on("end", end("Envoy")).on("error", end("Envoy"));
      toBroker.on("end", end("the broker")).on("error", end("the broker"));
    });
    await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
    const { port } = relay.address() as AddressInfo;
    tool = await answering(() => ({ status: 200 }));
    proxy = await startEnvoy({
      broker: `https://localhost:${port}`,
      authority: authority.certificate,
      tool: tool.url,
    });
  });

  after(async () => {
    await proxy.stop();
    await Promise.all([running.stop(), tool.stop()]);
    relay.close();
  });

  // A request that comes while the broker ends its connection is lost.
  it("ends a connection to the broker that is idle, before the broker does", async () => {
    const ended = once(relay, "ended");
    assert.equal((await send(proxy.url, {})).status, 401);
    await ended;
    assert.deepEqual(endedBy, ["Envoy"]);
  });
});
