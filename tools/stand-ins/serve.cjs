// Serves a gRPC service from plain functions. What has no function is answered with "unimplemented", as real plugins do.
const grpc = require("@grpc/grpc-js");

const NO_LIMIT = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * Starts a server on a free port of this machine and resolves with the port.
 *
 * @param answers functions from a call to its response, or to a promise of it
 * @param streams functions that take a streaming call
 */
async function listen(service, answers, streams = {}) {
  const server = new grpc.Server(NO_LIMIT);
  const handlers = {};
  for (const [name, method] of Object.entries(service)) {
    if (method.responseStream) {
      handlers[name] = streams[name] ?? ((call) => call.emit("error", unimplemented(name)));
    } else {
      handlers[name] = (call, callback) => {
        const answer = answers[name];
        if (answer === undefined) return callback(unimplemented(name));
        Promise.resolve()
          .then(() => answer(call))
          .then(
            (response) => callback(null, response),
            (error) =>
              callback(
                error.code === undefined
                  ? { code: grpc.status.UNKNOWN, details: String(error.message ?? error) }
                  : error,
              ),
          );
      };
    }
  }
  server.addService(service, handlers);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

function unimplemented(name) {
  return { code: grpc.status.UNIMPLEMENTED, details: `${name} is not implemented` };
}

module.exports = { listen, NO_LIMIT };
