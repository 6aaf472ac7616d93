// An agent that calls a tool by HTTP once a line comes, and stays: `caller.mjs URL TOKEN`.
import { createInterface } from "node:readline";

const [, , url, token] = process.argv;
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  console.log(line, answer.status, JSON.stringify([...answer.headers]), await answer.text());
}
