// SPDX-License-Identifier: BSL-1.0
// Puts grit's client and the official SDKs through the same cases, against servers of neither, and compares: attempts,
// gaps, outcome, class of the error. Every difference must be known, with its reason; every reason must be a difference.
//
// usage: node compare.mjs PROGRAM PAGE [--write] [--only TEXT]
// PROGRAM is the one made of client.cpp. PAGE is the documentation's table; it must say what was measured (--write makes
// it so).
import { readFile, writeFile } from "node:fs/promises";
import { cases, KEY } from "./cases.mjs";
import { aimock, callGrit, callSdk, Mountebank, untrusted } from "./peers.mjs";

const AT_ONCE = 4;
const SLACK_BELOW = 30; // ms: timers of a millisecond and stamps of one, at both ends
const SLACK_ABOVE = 6000; // ms: a loaded machine is late

const [program, page, ...options] = process.argv.slice(2);
const only = options.includes("--only") ? options[options.indexOf("--only") + 1] : "";

function servers(mountebank) {
  const serve = (aCase, responses) =>
    aCase.fixtures ? aimock(aCase) : aCase.tls ? untrusted() : mountebank.serve({ ...aCase, responses });
  return async (aCase, call) => {
    const elsewhere = aCase.redirect ? await mountebank.serve({ responses: aCase.elsewhere }) : null;
    const responses = aCase.redirect
      ? [{ is: { statusCode: aCase.redirect, headers: { Location: `${elsewhere.url}/v1/taken` } } }]
      : (aCase.responses ?? aCase.make?.(KEY));
    const server = await serve(aCase, responses);
    try {
      const start = Date.now();
      const result = await call({ ...aCase, url: server.url });
      const took = Date.now() - start;
      const requests = await server.requests();
      const gaps = requests.slice(1).map(({ at }, i) => at - requests[i].at);
      const taken = elsewhere ? await elsewhere.requests() : [];
      const key_elsewhere = taken.some(({ headers }) => JSON.stringify(headers).includes(KEY));
      return { ...result, attempts: requests.length, gaps, took, elsewhere: taken.length, key_elsewhere };
    } finally {
      await server.stop();
      await elsewhere?.stop();
    }
  };
}

const outcome = (r) => (r.hangs ? "hangs" : r.ok ? (r.content === undefined ? "success without content" : `answer`) : r.error);

/** Everything that `expected` says and `measured` does not keep. */
function broken(expected, measured) {
  const wrong = [];
  const want = (good, what) => good || wrong.push(what);
  want(measured.attempts === expected.attempts, `${measured.attempts} attempts instead of ${expected.attempts}`);
  if (expected.hangs) want(measured.hangs, `ended: ${outcome(measured)}`);
  else if (expected.error) want(!measured.ok && measured.error === expected.error, `${outcome(measured)} instead of ${expected.error} (${measured.said})`);
  else if ("content" in expected && !expected.any) want(measured.ok && measured.content === expected.content, `${outcome(measured)} (${measured.content ?? measured.said}) instead of ${expected.content}`);
  for (const what of ["category", "shows_key", "elsewhere", "key_elsewhere"])
    if (what in expected) want(measured[what] === expected[what], `${what} is ${measured[what]}`);
  for (const [i, least] of (expected.gaps ?? []).entries()) {
    const gap = measured.gaps[i];
    want(gap >= least - SLACK_BELOW && gap <= least + SLACK_ABOVE, `gap ${i + 1} is ${gap} ms instead of about ${least}`);
  }
  if (expected.within) want(measured.took <= expected.within + SLACK_ABOVE, `took ${measured.took} ms`);
  return wrong;
}

/** The waits that each side's own policy draws, where the server asked for none. */
function drawnWaits(aCase) {
  const asked = aCase.sdk.gaps || aCase.grit.gaps || aCase.timeout;
  if (asked) return { sdk: [], grit: [] };
  return { sdk: [375, 750], grit: [0, 0] };
}

function differs(sdk, grit) {
  if (sdk.attempts !== grit.attempts || Boolean(sdk.hangs) !== Boolean(grit.hangs)) return true;
  return outcome(sdk) !== outcome(grit) || sdk.shows_key !== grit.shows_key || sdk.elsewhere !== grit.elsewhere;
}

function shown(result) {
  const extra = [];
  if (result.shows_key) extra.push("shows the key");
  if (result.elsewhere) extra.push(`sent on ${result.key_elsewhere ? "with" : "without"} the key`);
  const name = result.ok || result.hangs ? outcome(result) : `\`${outcome(result)}\``;
  return `${result.attempts} | ${[name, ...extra].join(", ")}`;
}

async function all(items, run) {
  const left = [...items.entries()];
  const results = [];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await run(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

const mountebank = await Mountebank.start();
const problems = [];
let results;
try {
  const run = servers(mountebank);
  const chosen = cases.filter(({ name, provider }) => `${name} (${provider})`.includes(only));
  results = await all(chosen, async (aCase) => {
    const [sdk, grit] = [await run(aCase, callSdk), await run(aCase, (order) => callGrit(program, order))];
    const label = `${aCase.name} (${aCase.provider})`;
    const drawn = drawnWaits(aCase);
    const limits = (side) => ({ gaps: drawn[side].slice(0, Math.max(aCase[side].attempts - 1, 0)), ...aCase[side] });
    for (const wrong of broken(limits("sdk"), sdk)) problems.push(`${label}, SDK: ${wrong}`);
    for (const wrong of broken(limits("grit"), grit)) problems.push(`${label}, grit: ${wrong}`);
    if (differs(sdk, grit) && !aCase.why) problems.push(`${label}: a difference without a reason: ${shown(sdk)} / ${shown(grit)}`);
    if (!differs(sdk, grit) && aCase.why) problems.push(`${label}: a reason without a difference`);
    console.log(`${label}: SDK ${shown(sdk)} [${sdk.gaps}], grit ${shown(grit)} [${grit.gaps}]`);
    return { aCase, sdk, grit };
  });
} finally {
  await mountebank.stop();
}

const head = "| the server | provider | SDK: attempts | SDK: outcome | grit: attempts | grit: outcome | category | why they differ |\n|---|---|---|---|---|---|---|---|\n";
const rows = results.map(({ aCase, sdk, grit }) =>
  `| ${aCase.name} | ${aCase.provider} | ${shown(sdk)} | ${shown(grit)} | ${grit.category ?? ""} | ${aCase.why ?? ""} |\n`);
const table = head + rows.join("");
if (!only) {
  const text = await readFile(page, "utf8");
  const changed = text.replace(/\| the server \|[^]*?\n(?!\|)|\| the server \|[^]*$/, () => table);
  if (options.includes("--write")) await writeFile(page, changed);
  else if (changed !== text) problems.push(`${page} does not say what was measured; compare.mjs --write makes it so`);
}
for (const problem of problems) console.error(`WRONG ${problem}`);
console.log(`${results.length} cases, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
