// SPDX-License-Identifier: BSL-1.0
// What peers.py measures of Node: loops by hand, and what npm has. Every call is awaited, as its users do.
import { readFileSync } from 'node:fs';
import { circuitBreaker, ConsecutiveBreaker, handleAll, retry, wrap } from 'cockatiel';
import CircuitBreaker from 'opossum';
import pRetry from 'p-retry';
import { backOff } from 'exponential-backoff';
import { RateLimiterMemory } from 'rate-limiter-flexible';

let calls = 0;
let left = 0;
async function ask() {
  ++calls;
  if (left > 0) {
    --left;
    throw new Error('no answer');
  }
  return 1;
}

const version = (name) =>
  `${name} ${JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version}`;

// The best of several rounds, which alternate.
async function row(name, failing, contenders) {
  const run = async (call, n) => {
    calls = 0;
    const begin = process.hrtime.bigint();
    for (let i = 0; i !== n; ++i) {
      left = failing;
      await call();
    }
    const took = Number(process.hrtime.bigint() - begin);
    if (calls !== n * (failing + 1)) throw new Error(`${name}: the operation was called ${calls} times`);
    return took;
  };
  let n = 64;
  while ((await run(Object.values(contenders)[0], n)) < 1e7) n *= 4;
  const best = {};
  for (let round = 0; round !== 15; ++round)
    for (const [who, call] of Object.entries(contenders))
      best[who] = Math.min(best[who] ?? Infinity, (await run(call, n)) / n);
  for (const [who, ns] of Object.entries(best)) console.log(JSON.stringify({ row: name, who, ns }));
}

async function byHand() {
  for (let attempt = 1; ; ++attempt) {
    try {
      return await ask();
    } catch (error) {
      if (attempt >= 5) throw error;
    }
  }
}

const hand = 'loop by hand';
const policy = retry(handleAll, { maxAttempts: 4 });
await row('success', 0, {
  [hand]: byHand,
  [version('cockatiel')]: () => policy.execute(ask),
  [version('p-retry')]: () => pRetry(ask, { retries: 4, minTimeout: 0 }),
  [version('exponential-backoff')]: () => backOff(ask, { numOfAttempts: 5, startingDelay: 0 }),
});

class BreakerByHand {
  failures = 0;
  until = 0;
  async run(f) {
    if (this.until !== 0 && Date.now() < this.until) throw new Error('open');
    try {
      const result = await f();
      this.failures = 0;
      this.until = 0;
      return result;
    } catch (error) {
      if (++this.failures >= 5) this.until = Date.now() + 60_000;
      throw error;
    }
  }
}
const breakerByHand = new BreakerByHand();
const breaker = circuitBreaker(handleAll, { halfOpenAfter: 60_000, breaker: new ConsecutiveBreaker(5) });
const opossum = new CircuitBreaker(ask, { timeout: false, volumeThreshold: 5, resetTimeout: 60_000 });
await row('closed breaker', 0, {
  [hand]: () => breakerByHand.run(ask),
  [version('cockatiel')]: () => breaker.execute(ask),
  [version('opossum')]: () => opossum.fire(),
});
opossum.shutdown();

const limiter = new RateLimiterMemory({ points: 1e12, duration: 3600 });
let tokens = 1e12;
await row('limiter', 0, {
  [hand]: async () => {
    if (--tokens < 0) throw new Error('limited');
    return await ask();
  },
  [version('rate-limiter-flexible')]: async () => {
    await limiter.consume('key', 1);
    return await ask();
  },
});

const both = wrap(policy, breaker);
await row('pipeline', 0, {
  [hand]: async () => {
    for (let attempt = 1; ; ++attempt) {
      try {
        return await breakerByHand.run(ask);
      } catch (error) {
        if (attempt >= 5) throw error;
      }
    }
  },
  [version('cockatiel')]: () => both.execute(ask),
});
