// SPDX-License-Identifier: BSL-1.0
// The peers: servers that answer as a case says, and the clients that are asked to call them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createTlsServer } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { LLMock } from "@copilotkit/aimock";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { KEY } from "./cases.mjs";

const LOOPBACK = "127.0.0.1";

async function freePort() {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Mountebank, as a process of its own that ends with this one. */
export class Mountebank {
  static async start() {
    const port = await freePort();
    const program = fileURLToPath(new URL("node_modules/@mbtest/mountebank/bin/mb", import.meta.url));
    // Mountebank deletes this file when it ends, whatever it is: it must be one of our own.
    const folder = await mkdtemp(join(tmpdir(), "grit-peers-"));
    const options = ["start", "--port", port, "--host", LOOPBACK, "--localOnly", "--nologfile", "--pidfile", join(folder, "mb.pid")];
    const process_ = spawn(process.execPath, [program, ...options.map(String)], { stdio: "ignore" });
    const mountebank = new Mountebank(process_, `http://${LOOPBACK}:${port}`, folder);
    for (let attempt = 0; attempt < 300; ++attempt) {
      if (await fetch(mountebank.url).catch(() => null)) return mountebank;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await mountebank.stop();
    throw new Error("mountebank does not start");
  }

  constructor(process_, url, folder) {
    this.process = process_;
    this.url = url;
    this.folder = folder;
  }

  async stop() {
    if (this.process.exitCode === null) {
      this.process.kill();
      await once(this.process, "exit");
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Serves `responses`, in a circle; `tcp` sends bare bytes. */
  async serve({ responses, tcp = false }) {
    const stubs = [{ responses }];
    const imposter = tcp
      ? { protocol: "tcp", mode: "text", stubs }
      : { protocol: "http", stubs };
    const created = await fetch(`${this.url}/imposters`, {
      method: "POST",
      body: JSON.stringify({ ...imposter, host: LOOPBACK, recordRequests: true }),
    });
    if (created.status !== 201) throw new Error(await created.text());
    const { port } = await created.json();
    return {
      url: `http://${LOOPBACK}:${port}`,
      // Each request over TCP is a connection here, whose bytes may come in several packets.
      requests: async () => {
        const { requests } = await (await fetch(`${this.url}/imposters/${port}`)).json();
        const seen = new Set();
        return requests
          .filter(({ requestFrom }) => !tcp || (!seen.has(requestFrom) && seen.add(requestFrom)))
          .map(({ timestamp, headers }) => ({ at: Date.parse(timestamp), headers: headers ?? {} }));
      },
      stop: () => fetch(`${this.url}/imposters/${port}`, { method: "DELETE" }),
    };
  }
}

/** aimock with the fixtures of a case. */
export async function aimock({ fixtures }) {
  const mock = new LLMock({ port: 0, host: LOOPBACK, logLevel: "silent" });
  for (const { match, response, ...options } of fixtures) mock.on(match, response, options);
  await mock.start();
  return {
    url: mock.url,
    requests: async () => mock.getRequests().map(({ timestamp, headers }) => ({ at: timestamp, headers })),
    stop: () => mock.stop(),
  };
}

/** A server with the certificate that Mountebank brings, which is its own authority; each connection is an attempt. */
export async function untrusted() {
  const file = (name) => readFile(new URL(`node_modules/@mbtest/mountebank/src/models/https/cert/${name}.pem`, import.meta.url));
  const connections = [];
  const server = createTlsServer({ key: await file("mb-key"), cert: await file("mb-cert") });
  server.on("connection", () => connections.push({ at: Date.now(), headers: {} }));
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  return {
    url: `https://${LOOPBACK}:${server.address().port}`,
    requests: async () => connections,
    stop: async () => void server.close(),
  };
}

const text = (error) => `${error.message} ${JSON.stringify(error)} ${error.stack}`;

/** Calls `url` by the official SDK of the provider; what has not ended after `patience` hangs. */
export async function callSdk({ patience = 60000, ...order }) {
  const impatience = new AbortController();
  // Not every wait of theirs ends with the signal.
  let timer;
  const hangs = new Promise((resolve) => (timer = setTimeout(resolve, patience, { hangs: true })));
  const result = await Promise.race([hangs, ask(order, impatience.signal)]);
  clearTimeout(timer);
  impatience.abort();
  return result;
}

async function ask({ provider, url, stream, timeout, headers }, signal) {
  const options = {
    apiKey: KEY,
    ...(timeout === undefined ? {} : { timeout }),
    defaultHeaders: headers,
    logLevel: "off",
  };
  const messages = [{ role: "user", content: "Hello" }];
  let content = "";
  try {
    if (provider === "openai") {
      const client = new OpenAI({ ...options, baseURL: `${url}/v1` });
      const answer = await client.chat.completions.create({ model: "any", messages, stream }, { signal });
      if (stream) for await (const chunk of answer) content += chunk.choices?.[0]?.delta?.content ?? "";
      else content = answer.choices?.[0]?.message?.content;
    } else {
      const client = new Anthropic({ ...options, baseURL: url });
      const body = { model: "any", max_tokens: 64, messages, stream };
      const answer = await client.messages.create(body, { signal });
      if (stream) for await (const event of answer) content += event.delta?.text ?? "";
      else content = answer.content?.map((block) => block.text).join("");
    }
    return { ok: true, content };
  } catch (error) {
    return {
      ok: false,
      error: error.constructor.name,
      status: error.status,
      said: error.message,
      shows_key: text(error).includes(KEY),
    };
  }
}

/** Calls `url` by grit's client, in a process of its own. */
export async function callGrit(program, { provider, url, stream, timeout, headers, deadline }) {
  const child = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
  const order = { provider, base_url: `${url}/v1`, key: KEY, stream: stream ?? false, headers, timeout, deadline };
  child.stdin.end(`${JSON.stringify(order)}\n`);
  const ended = once(child, "close").then(([status]) => Promise.reject(new Error(`grit's client ended with ${status}`)));
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended]);
  ended.catch(() => {}); // it may end now
  const result = JSON.parse(line);
  if (result.ok) return { ok: true, content: result.content };
  return {
    ok: false,
    error: result.cause_type ?? result.error_type,
    status: result.status,
    said: result.error,
    category: result.category,
    shows_key: line.includes(KEY),
  };
}
