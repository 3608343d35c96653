// SPDX-License-Identifier: BSL-1.0
// The official Node SDK, asked what client.cpp asks, by a client with its defaults: one completion after the other, or so
// many at a time.
//
// usage: node sdk.mjs FOLDER_OF_NODE_MODULES URL REQUESTS [IN_FLIGHT]
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, baseURL, count, inFlight = 1] = process.argv.slice(2);
const OpenAI = createRequire(join(folder, "package.json"))("openai").OpenAI;
const client = new OpenAI({ apiKey: "sk-0123456789", baseURL });
const messages = [{ role: "user", content: "Explain in two sentences why retries need jitter." }];
const warmUp = Number(inFlight) === 1 ? 2000 : 0; // the compiler of Node needs more than a connection does

async function times(requests) {
  let left = requests;
  const one = async () => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: Number(inFlight) }, one));
}

async function ask() {
  const answer = await client.chat.completions.create({ model: "gpt-4o-mini", messages });
  if (answer.usage.total_tokens !== 83 || !answer.choices[0].message.content) throw new Error("not what was sent");
}

await times(warmUp);
const cpu = process.cpuUsage();
const start = process.hrtime.bigint();
await times(Number(count));
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const { user, system } = process.cpuUsage(cpu);
const measured = Number(count);
console.log(JSON.stringify({ sent: measured + warmUp, measured, seconds, cpu: (user + system) / 1e6 }));
