import { createServer } from "node:https";
import type { Certificate } from "../certificate";

/** A web site with one page. */
export interface Site {
  readonly port: number;
  /** The page. */
  html: string;
  readonly stop: () => void;
}

/** Starts a site, which is known as `localhost` and as `127.0.0.1`. */
export async function startSite(port: number, { cert, key }: Certificate): Promise<Site> {
  const site: Site = { port, html: "", stop: () => server.close() };
  const server = createServer({ cert, key }, (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(site.html);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return site;
}
