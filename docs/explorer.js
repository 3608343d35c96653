// SPDX-License-Identifier: BSL-1.0
// The policy explorer: a schedule, its band and its spelling, from a few choices. tests/explorer/ compares all with the C++ ones.
"use strict";
const Explorer = (() => {
    const ms = 1e6; // durations are whole nanoseconds, as in the library
    const defaults = { attempts: 5, limit: 0, wait: "exponential", first: 1000, step: 1000, factor: 2, cap: 60000, jitter: "full" };
    const jitters = {
        none: ["none"],
        fixed: ["none", "full", "equal"],
        incrementing: ["none", "full", "equal"],
        exponential: ["none", "full", "equal", "added"],
        decorrelated: ["drawn"],
    };

    /** The choices of a text such as "attempts=5&wait=fixed"; times are in milliseconds. What makes no sense becomes the default. */
    function read(text) {
        const given = new URLSearchParams(text);
        const c = { ...defaults };
        const number = (name, least, most) => {
            const value = Number(given.get(name) ?? c[name]);
            if (Number.isInteger(value) && value >= least && value <= most) c[name] = value;
        };
        number("attempts", 1, 20);
        number("limit", 0, 86400000);
        number("first", 1, 3600000);
        number("step", 0, 3600000);
        number("factor", 1, 10);
        number("cap", 1, 3600000);
        if (given.get("wait") in jitters) c.wait = given.get("wait");
        const jitter = given.get("jitter") ?? c.jitter;
        c.jitter = jitters[c.wait].includes(jitter) ? jitter : jitters[c.wait][0];
        c.cap = Math.max(c.cap, c.first);
        return c;
    }

    /** The waits before the retries, in nanoseconds, if each is the shortest or, if high, the longest that may be drawn. */
    function schedule(c, high) {
        const first = c.first * ms, cap = c.cap * ms, step = c.step * ms;
        const waits = [];
        let state = first, slept = 0;
        for (let n = 1; n < c.attempts; ++n) {
            const plain = c.wait === "none" ? 0 : Math.min(state, c.wait === "fixed" ? first : cap);
            let wait = plain;
            if (c.wait === "decorrelated") wait = high ? Math.min(3 * state, cap) : first;
            else if (c.jitter === "full") wait = high ? plain : 0;
            else if (c.jitter === "equal") wait = high ? plain : plain - Math.floor(plain / 2);
            else if (c.jitter === "added") wait = high ? Math.min(plain + first, cap) : Math.max(0, Math.min(plain, cap - first));
            if (c.limit && slept + wait >= c.limit * ms) break;
            waits.push(wait);
            slept += wait;
            if (c.wait === "exponential") state = Math.min(state * c.factor, cap);
            if (c.wait === "incrementing") state += step;
            if (c.wait === "decorrelated") state = wait;
        }
        return waits;
    }

    /** The most that a call waits in all, in nanoseconds; a time limit is never reached by a sleep. */
    function worst(c) {
        const sum = schedule({ ...c, limit: 0 }, true).reduce((a, b) => a + b, 0);
        return c.limit ? Math.min(sum, c.limit * ms) : sum;
    }

    const literal = (t) => (t % 1000 === 0 ? `${t / 1000}s` : `${t}ms`);

    function waitType(c) {
        const first = literal(c.first), cap = literal(c.cap), factor = c.factor === 2 ? "" : `, ${c.factor}`;
        const plain = {
            none: "WaitNone",
            fixed: `WaitFixed<${first}>`,
            incrementing: `WaitIncrementing<${first}, ${literal(c.step)}, ${cap}>`,
            exponential: `WaitExponential<${first}, ${cap}${factor}>`,
            decorrelated: `WaitDecorrelatedJitter<${first}, ${cap}>`,
        }[c.wait];
        if (c.wait === "exponential" && c.jitter === "full") return `grit::WaitRandomExponential<${first}, ${cap}${factor}>`;
        if (c.jitter === "added") return `grit::WaitExponentialJitter<${first}, ${cap}, ${first}${factor}>`;
        if (c.jitter === "full") return `grit::WaitJitter<grit::${plain}>`;
        if (c.jitter === "equal") return `grit::WaitJitter<grit::${plain}, 50>`;
        return `grit::${plain}`;
    }

    function grit(c) {
        const limit = c.limit ? `grit::StopBeforeDelay<${literal(c.limit)}>, ` : "";
        return `using Robust = grit::Retrying<grit::StopAfterAttempt<${c.attempts}>, ${limit}${waitType(c)}>;`;
    }

    const seconds = (t) => String(t / 1000);

    function tenacity(c) {
        const first = seconds(c.first), cap = seconds(c.cap), half = (t) => seconds(t / 2);
        const base = c.factor === 2 ? "" : `, exp_base=${c.factor}`;
        const steps = `min(${first} + ${seconds(c.step)} * (state.attempt_number - 1), ${cap})`;
        const wait = {
            none: { none: "wait_none()" },
            fixed: { none: `wait_fixed(${first})`, full: `wait_random(0, ${first})`, equal: `wait_random(${half(c.first)}, ${first})` },
            incrementing: {
                none: `wait_incrementing(start=${first}, increment=${seconds(c.step)}, max=${cap})`,
                full: `lambda state: random.uniform(0, 1) * ${steps}`,
                equal: `lambda state: random.uniform(0.5, 1) * ${steps}`,
            },
            exponential: {
                none: `wait_exponential(multiplier=${first}, max=${cap}${base})`,
                full: `wait_random_exponential(multiplier=${first}, max=${cap}${base})`,
                equal: `wait_exponential(multiplier=${half(c.first)}, max=${half(c.cap)}${base})\n` +
                    `         + wait_random_exponential(multiplier=${half(c.first)}, max=${half(c.cap)}${base})`,
                added: `wait_exponential_jitter(initial=${first}, max=${cap}, jitter=${first}${base})`,
            },
            decorrelated: { drawn: "..." },
        }[c.wait][c.jitter];
        const note = { added: "  # no jitter at max", drawn: "  # not in tenacity: a callable that remembers its last wait" }[c.jitter] ?? "";
        const stop = `stop_after_attempt(${c.attempts})${c.limit ? ` | stop_before_delay(${seconds(c.limit)})` : ""}`;
        return `@retry(\n    stop=${stop},\n    wait=${wait},${note}\n    reraise=True,\n)`;
    }

    function polly(c) {
        if (c.attempts === 1) return "// one attempt: leave the strategy out";
        const span = (t) => (t % 1000 === 0 ? `TimeSpan.FromSeconds(${t / 1000})` : `TimeSpan.FromMilliseconds(${t})`);
        const lines = [`    MaxRetryAttempts = ${c.attempts - 1},`];
        const linear = c.wait === "incrementing" && c.step === c.first;
        const doubled = c.wait === "exponential" && c.factor === 2;
        if (c.wait === "none") lines.push("    Delay = TimeSpan.Zero,");
        else if (c.wait === "fixed" || linear || doubled || c.wait === "decorrelated") {
            const type = c.wait === "fixed" ? "Constant" : linear ? "Linear" : "Exponential";
            lines.push(`    BackoffType = DelayBackoffType.${type},`, `    Delay = ${span(c.first)},`);
            if (c.wait !== "fixed") lines.push(`    MaxDelay = ${span(c.cap)},`);
            if (c.jitter !== "none") lines.push(`    UseJitter = true, // ${type === "Exponential" ? "decorrelated" : "a quarter up or down"}, whatever you choose here`);
        } else lines.push("    DelayGenerator = args => ..., // Polly has neither another factor nor another step");
        const limit = c.limit ? `\n.AddTimeout(${span(c.limit)}) // before AddRetry; it cancels what runs` : "";
        return `.AddRetry(new RetryStrategyOptions\n{\n${lines.join("\n")}\n})${limit}`;
    }

    function resilience4j(c) {
        const time = (t) => (t % 1000 === 0 ? `Duration.ofSeconds(${t / 1000})` : `Duration.ofMillis(${t})`);
        const first = time(c.first), cap = time(c.cap), drawn = c.jitter !== "none";
        const interval = {
            none: "IntervalFunction.of(1)",
            fixed: drawn ? `IntervalFunction.ofRandomized(${first}, 0.5)` : `IntervalFunction.of(${first})`,
            incrementing: `IntervalFunction.of(${first}, last -> Math.min(last + ${c.step}, ${c.cap}))`,
            exponential: drawn
                ? `IntervalFunction.ofExponentialRandomBackoff(${first}, ${c.factor}.0, 0.5, ${cap})`
                : `IntervalFunction.ofExponentialBackoff(${first}, ${c.factor}.0, ${cap})`,
            decorrelated: "attempt -> ...",
        }[c.wait];
        const half = drawn && " // half of it up or down";
        const note = {
            none: " // a millisecond at least", fixed: half, incrementing: drawn && " // without jitter", exponential: half,
            decorrelated: " // not in resilience4j",
        }[c.wait] || "";
        const limit = c.limit ? `\n// and a TimeLimiter of ${time(c.limit)} around it` : "";
        return `RetryConfig.custom()\n    .maxAttempts(${c.attempts})\n    .intervalFunction(${interval})${note}\n    .build();${limit}`;
    }

    /** A duration for a reader, from nanoseconds. */
    function shown(t) {
        const text = (value) => String(Math.round(value * 1000) / 1000);
        if (t >= 60e9) return `${Math.floor(t / 60e9)} min${t % 60e9 ? ` ${text((t % 60e9) / 1e9)} s` : ""}`;
        return t >= 1e9 || t === 0 ? `${text(t / 1e9)} s` : `${text(t / 1e6)} ms`;
    }

    /** All that the page shows. */
    function explore(text) {
        const c = read(text);
        return {
            choices: c, low: schedule(c, false), high: schedule(c, true), worst: worst(c),
            grit: grit(c), tenacity: tenacity(c), polly: polly(c), resilience4j: resilience4j(c),
        };
    }

    function chart(low, high) {
        const width = 640, height = 200, left = 56, bottom = 24, top = 8;
        const count = Math.max(low.length, high.length), most = Math.max(...high, ...low, 1);
        const x = (n) => left + ((width - left - 8) * (n + 0.5)) / Math.max(count, 1);
        const y = (t) => height - bottom - ((height - bottom - top) * t) / most;
        const bar = Math.min(36, (width - left) / Math.max(count, 1) - 4);
        let marks = "";
        for (let n = 0; n < count; ++n) {
            const up = high[n], down = low[n];
            if (up !== undefined) {
                const from = down ?? up;
                marks += `<rect class="band" x="${x(n) - bar / 2}" y="${y(up)}" width="${bar}" height="${Math.max(2, y(from) - y(up))}"/>`;
            } else marks += `<rect class="late" x="${x(n) - bar / 2}" y="${y(down) - 1}" width="${bar}" height="2"/>`;
            marks += `<text x="${x(n)}" y="${height - 8}" text-anchor="middle">${n + 1}</text>`;
        }
        const axis = [0, most / 2, most]
            .map((t) => `<path d="M${left} ${y(t)}H${width}"/><text x="${left - 6}" y="${y(t) + 4}" text-anchor="end">${shown(t)}</text>`)
            .join("");
        return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="The shortest and the longest wait before each retry">${axis}${marks}</svg>`;
    }

    function row(n, low, high) {
        const cell = (t) => `<td>${t === undefined ? "no further attempt" : shown(t)}</td>`;
        return `<tr><td>${n + 1}</td>${cell(low)}${cell(high)}</tr>`;
    }

    /** Fills the page, and follows its form. */
    function start(root) {
        const field = (name) => root.querySelector(`[name="${name}"]`);
        const names = Object.keys(defaults);
        const show = (text) => {
            const all = explore(text), c = all.choices;
            field("jitter").innerHTML = jitters[c.wait].map((j) => `<option value="${j}">${field("jitter").dataset[j]}</option>`).join("");
            for (const name of names) field(name).value = c[name];
            const uses = { step: ["incrementing"], factor: ["exponential"], cap: ["incrementing", "exponential", "decorrelated"] };
            for (const name of names) field(name).disabled = name in uses && !uses[name].includes(c.wait);
            field("first").disabled = c.wait === "none";
            const put = (id, value) => (root.querySelector(`#explorer-${id}`).textContent = value);
            const limited = c.limit && all.worst === c.limit * ms;
            put("worst", `${limited ? "less than " : ""}${shown(all.worst)} of waiting in all, ${c.attempts} attempts at most`);
            for (const name of ["grit", "tenacity", "polly", "resilience4j"]) put(name, all[name]);
            root.querySelector("#explorer-chart").innerHTML = chart(all.low, all.high);
            const count = Math.max(all.low.length, all.high.length);
            root.querySelector("#explorer-rows").innerHTML = Array.from({ length: count }, (_, n) => row(n, all.low[n], all.high[n])).join("");
        };
        const choices = () => new URLSearchParams(names.map((name) => [name, field(name).value])).toString();
        root.addEventListener("input", () => {
            const text = choices();
            history.replaceState(null, "", `#${text}`);
            show(text);
        });
        window.addEventListener("hashchange", () => show(location.hash.slice(1)));
        show(location.hash.slice(1));
    }

    return { explore, start };
})();
if (typeof module !== "undefined") module.exports = Explorer;
