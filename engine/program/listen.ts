import { Server, ServerCredentials } from "@grpc/grpc-js";

/** A server of any messages, however long. */
export function newServer(): Server {
  return new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
}

/** Has a server listen on the loopback interface, and answers where. */
export function listen(server: Server): Promise<string> {
  return new Promise((onAddress, onError) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) onAddress(`127.0.0.1:${port}`);
      else onError(error);
    });
  });
}
