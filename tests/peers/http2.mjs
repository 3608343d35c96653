// SPDX-License-Identifier: BSL-1.0
// HTTP/2 where a server offers it: grit's client against node's own server, which answers, streams, refuses a stream and
// goes away.
//
// usage: node http2.mjs PROGRAM
// PROGRAM is the one made of client.cpp.
import { strictEqual as equal } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { constants, createSecureServer } from "node:http2";
import { createInterface } from "node:readline";
import { answers, KEY } from "./cases.mjs";

const [program] = process.argv.slice(2);
const file = (name) => readFile(new URL(`node_modules/@mbtest/mountebank/src/models/https/cert/${name}.pem`, import.meta.url));
const server = createSecureServer({ key: await file("mb-key"), cert: await file("mb-cert"), allowHTTP1: true });
const sessions = new Set();
let reaction; // what the server does with a stream
let versions = [];
server.on("session", (session) => sessions.add(session));
server.on("stream", (stream) => {
  stream.on("error", () => {}); // the client may be gone
  stream.on("end", () => reaction(stream)); // once the request has arrived
  stream.resume();
});
server.on("request", (request) => versions.push(request.httpVersion));
server.listen(0, "127.0.0.1");
await once(server, "listening");

const child = spawn(program, ["--accept-any-certificate"], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const base_url = `https://127.0.0.1:${server.address().port}/v1`;

/** One call; the server reacts to its attempts one after the other, to the last ones alike. */
async function call(reactions, order = {}) {
  versions = [];
  reaction = (stream) => (reactions.length > 1 ? reactions.shift() : reactions[0])(stream);
  child.stdin.write(`${JSON.stringify({ provider: "openai", base_url, key: KEY, ...order })}\n`);
  return JSON.parse((await lines.next()).value);
}

const answer = (stream) => {
  stream.respond({ ":status": 200, "content-type": "application/json" });
  stream.end(JSON.stringify(answers.chat));
};
const events = (stream) => {
  stream.respond({ ":status": 200, "content-type": "text/event-stream" });
  for (const piece of answers.events) stream.write(piece);
  stream.end();
};
const busy = (stream) => {
  stream.respond({ ":status": 503, "retry-after-ms": "1" });
  stream.end();
};
const refuse = (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM);
const leave = (stream) => {
  stream.session.goaway(constants.NGHTTP2_NO_ERROR);
  answer(stream);
};
const cut = (stream) => {
  stream.respond({ ":status": 200, "content-type": "text/event-stream" });
  stream.write(answers.events[0]);
  stream.close(constants.NGHTTP2_INTERNAL_ERROR);
};

const tests = {
  "calls share one connection, and each speaks HTTP/2": async () => {
    for (let i = 0; i < 3; ++i) equal((await call([answer])).content, "Hello");
    equal(versions.join(), "2.0");
    equal(sessions.size, 1);
  },
  "a stream of events arrives": async () => equal((await call([events], { stream: true })).said, "Hello"),
  "a status is retried as over HTTP/1.1": async () => {
    equal((await call([busy, answer])).content, "Hello");
    equal(versions.join(), "2.0,2.0");
  },
  "a refused stream is retried": async () => {
    equal((await call([refuse, answer])).content, "Hello");
    equal(versions.join(), "2.0,2.0");
  },
  "a server that goes away after its answer is called on a new connection": async () => {
    equal((await call([leave])).content, "Hello");
    const before = sessions.size;
    equal((await call([answer])).content, "Hello");
    equal(sessions.size, before + 1);
  },
  "a stream that is reset in the middle is an error with what had arrived": async () => {
    const result = await call([cut], { stream: true });
    equal(result.ok, false);
    equal(result.partial, "Hel");
    equal(versions.length, 1);
  },
};

let failed = 0;
try {
  for (const [name, test] of Object.entries(tests))
    await test().then(
      () => console.log(`ok ${name}`),
      (error) => ++failed && console.log(`FAILED ${name}: ${error.message}`),
    );
} finally {
  child.stdin.end();
  await once(child, "close");
  for (const session of sessions) session.destroy();
  server.close();
}
console.log(`${Object.keys(tests).length} cases, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
