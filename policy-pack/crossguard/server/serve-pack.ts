import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { refuseDebugger } from "../../refuse-debugger";
import type { PackParts } from "../pack-parts";
import type { PackIdentity } from "./messages";
import { PackServer } from "./pack-server";

/**
 * Serves a pack to the engine, by the protocol by which `@pulumi/policy` serves one too, and prints its port as the engine
 * expects.
 *
 * The process ends with an error where it may not listen.
 *
 * @param atEnd is called before all there is is judged
 */
export function servePack(
  pack: PackIdentity,
  parts: PackParts,
  atEnd: () => void = () => undefined,
): void {
  refuseDebugger();
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  const own = new PackServer(pack, parts);
  // What is missing here the server says it does not do, as the SDK's: `Handshake` and `Cancel`.
  server.addService(definition, {
    getAnalyzerInfo: unary(() => own.info()),
    getPluginInfo: unary(() => own.plugin()),
    configure: unary((request: Parameters<PackServer["configure"]>[0]) => own.configure(request)),
    configureStack: unary(() => own.configureStack()),
    analyze: unary((bytes: Buffer) => own.analyze(bytes)),
    analyzeStack: unary((bytes: Buffer) => {
      atEnd();
      return own.analyzeStack(bytes);
    }),
    remediate: unary(() => own.remediate()),
  });
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}

const asItIs = (bytes: Buffer): Buffer => bytes;

/** The protocol's service, with what is to be judged left as bytes. */
const definition = {
  ...AnalyzerService,
  analyze: { ...AnalyzerService.analyze, requestDeserialize: asItIs },
  analyzeStack: { ...AnalyzerService.analyzeStack, requestDeserialize: asItIs },
  remediate: { ...AnalyzerService.remediate, requestDeserialize: asItIs },
};

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return ({ request }, done) => {
    Promise.resolve(request)
      .then(answer)
      .then((response) => done(null, response), done);
  };
}
