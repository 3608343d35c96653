// SPDX-License-Identifier: BSL-1.0
// What both clients are put through. A case says what the server does and what each client is known to do; where they
// differ it must say why, and where they do not it must not.

/** What both clients are given for a key. */
export const KEY = "sk-peer-0123456789abcdef";

const json = { "Content-Type": "application/json" };
const answer = (statusCode, body, headers = {}) => ({ is: { statusCode, headers: { ...json, ...headers }, body } });
const page = (statusCode, body) => ({ is: { statusCode, headers: { "Content-Type": "text/html" }, body } });
const events = (body) => ({ is: { statusCode: 200, headers: { "Content-Type": "text/event-stream" }, body } });
const fault = (name) => ({ fault: name });
const later = (response, ms) => ({ ...response, behaviors: [{ wait: ms }] });

const chat = {
  id: "chatcmpl-1", object: "chat.completion", model: "any",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 },
};
const message = {
  id: "msg_1", type: "message", role: "assistant", model: "any", content: [{ type: "text", text: "Hello" }],
  stop_reason: "end_turn", stop_sequence: null, usage: { input_tokens: 9, output_tokens: 12 },
};
const openaiError = (type, code = null, text = "no") => ({ error: { message: text, type, param: null, code } });
const anthropicError = (type, text = "no", details = null) => ({
  type: "error", error: { type, message: text, details }, request_id: "req_1",
});
const ok = { openai: answer(200, chat), anthropic: answer(200, message) };
const error = {
  openai: (status, headers) => answer(status, openaiError("server_error"), headers),
  anthropic: (status, headers) => answer(status, anthropicError("api_error"), headers),
};

const chunk = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ id: "c", model: "any", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const event = (type, rest = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
const begin = {
  openai: chunk({ role: "assistant", content: "" }) + chunk({ content: "Hel" }),
  anthropic:
    event("message_start", { message: { ...message, content: [], stop_reason: null } }) +
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
    event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Hel" } }),
};
const rest = {
  openai: chunk({ content: "lo" }) + chunk({}, "stop"),
  anthropic:
    event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "lo" } }) +
    event("content_block_stop", { index: 0 }) +
    event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 12 } }),
};
const end = { openai: "data: [DONE]\n\n", anthropic: event("message_stop") };
const broken = {
  openai: `data: ${JSON.stringify(openaiError("server_error", null, "the server had an error"))}\n\n`,
  anthropic: event("error", { error: { type: "overloaded_error", message: "Overloaded", details: null } }),
};

/** The answer of OpenAI whole, and as events. */
export const answers = { chat, events: [begin.openai, rest.openai, end.openai] };

const finer = "the class is finer, and derived from the SDK's where that has one";
const money = "no wait brings money back";
const both = ["openai", "anthropic"];

/** The same case for both providers; `make` gives its own part for each. */
const each = (name, make) => both.map((provider) => ({ name, provider, ...make(provider) }));

const status = (code, sdk, grit, why = {}) =>
  each(`status ${code}`, (p) => ({
    responses: [error[p](code)],
    sdk: { attempts: sdk.attempts, error: sdk[p] },
    grit,
    why: why[p],
  }));
const once = (errors) => ({ attempts: 1, ...errors });
const thrice = (errors) => ({ attempts: 3, ...errors });
const same = (name) => ({ openai: name, anthropic: name });

export const cases = [
  ...each("answer", (p) => ({ responses: [ok[p]], sdk: { attempts: 1, content: "Hello" }, grit: { attempts: 1, content: "Hello" } })),

  // Statuses.
  ...status(400, once(same("BadRequestError")), { attempts: 1, error: "BadRequestError", category: "user_error" }),
  ...status(401, once(same("AuthenticationError")), { attempts: 1, error: "AuthenticationError", category: "fatal" }),
  ...status(402, once({ openai: "APIError", anthropic: "PaymentRequiredError" }),
    { attempts: 1, error: "PaymentRequiredError", category: "billing" }, { openai: finer }),
  ...status(403, once(same("PermissionDeniedError")), { attempts: 1, error: "PermissionDeniedError", category: "fatal" }),
  ...status(404, once(same("NotFoundError")), { attempts: 1, error: "NotFoundError", category: "user_error" }),
  ...status(408, thrice({ openai: "APIError", anthropic: "RequestTimeoutError" }),
    { attempts: 3, error: "RequestTimeoutError", category: "retryable" }, { openai: finer }),
  ...status(409, thrice(same("ConflictError")), { attempts: 3, error: "ConflictError", category: "retryable" }),
  ...status(413, once({ openai: "APIError", anthropic: "ContentTooLargeError" }),
    { attempts: 1, error: "RequestTooLargeError", category: "user_error" },
    { openai: finer, anthropic: "the class has the name of the provider's error type, as in the Python SDK" }),
  ...status(422, once(same("UnprocessableEntityError")), { attempts: 1, error: "UnprocessableEntityError", category: "user_error" }),
  ...status(429, thrice(same("RateLimitError")), { attempts: 3, error: "RateLimitError", category: "retryable" }),
  ...status(500, thrice(same("InternalServerError")), { attempts: 3, error: "InternalServerError", category: "retryable" }),
  ...status(503, thrice({ openai: "InternalServerError", anthropic: "ServiceUnavailableError" }),
    { attempts: 3, error: "ServiceUnavailableError", category: "retryable" }, { openai: finer }),
  ...status(504, thrice({ openai: "InternalServerError", anthropic: "GatewayTimeoutError" }),
    { attempts: 3, error: "GatewayTimeoutError", category: "retryable" }, { openai: finer }),
  ...status(529, thrice({ openai: "InternalServerError", anthropic: "OverloadedError" }),
    { attempts: 3, error: "OverloadedError", category: "retryable" }, { openai: finer }),
  ...each("status 502 with a page of HTML", () => ({
    responses: [page(502, "<html>Bad Gateway</html>")],
    sdk: { attempts: 3, error: "InternalServerError" },
    grit: { attempts: 3, error: "InternalServerError", category: "retryable" },
  })),
  ...each("status 500, then an answer", (p) => ({
    responses: [error[p](500), ok[p]],
    sdk: { attempts: 2, content: "Hello" }, grit: { attempts: 2, content: "Hello" },
  })),

  // Money.
  { name: "429 insufficient_quota", provider: "openai",
    responses: [answer(429, openaiError("insufficient_quota", "insufficient_quota"))],
    sdk: { attempts: 3, error: "RateLimitError" },
    grit: { attempts: 1, error: "InsufficientQuotaError", category: "billing" }, why: money },
  { name: "429 project_spend_limit_exceeded", provider: "openai",
    responses: [answer(429, openaiError("insufficient_quota", "project_spend_limit_exceeded"))],
    sdk: { attempts: 3, error: "RateLimitError" },
    grit: { attempts: 1, error: "InsufficientQuotaError", category: "billing" }, why: money },
  { name: "429 enforced_spend_limit_reached", provider: "anthropic",
    responses: [answer(429, anthropicError("rate_limit_error", "no", { error_code: "enforced_spend_limit_reached" }))],
    sdk: { attempts: 3, error: "EnforcedSpendLimitReachedError" },
    grit: { attempts: 1, error: "InsufficientQuotaError", category: "billing" }, why: money },
  { name: "400, the credit balance is too low", provider: "anthropic",
    responses: [answer(400, anthropicError("invalid_request_error", "Your credit balance is too low to access the Anthropic API."))],
    sdk: { attempts: 1, error: "BadRequestError" },
    grit: { attempts: 1, error: "InsufficientQuotaError", category: "billing" },
    why: "the request is not what is wrong" },
  { name: "429 ramp_limit_exceeded with retry-after: 1", provider: "anthropic",
    responses: [answer(429, anthropicError("rate_limit_error", "no", { error_code: "ramp_limit_exceeded" }), { "Retry-After": "1" }), ok.anthropic],
    sdk: { attempts: 2, content: "Hello", gaps: [1000] },
    grit: { attempts: 2, content: "Hello", gaps: [1000] } },

  // What the server asks for.
  ...each("429 with retry-after: 1", (p) => ({
    responses: [error[p](429, { "Retry-After": "1" }), ok[p]],
    sdk: { attempts: 2, content: "Hello", gaps: [1000] }, grit: { attempts: 2, content: "Hello", gaps: [1000] },
  })),
  ...each("503 with retry-after-ms: 150 and retry-after: 7", (p) => ({
    responses: [error[p](503, { "Retry-After-Ms": "150", "Retry-After": "7" }), ok[p]],
    sdk: { attempts: 2, content: "Hello", gaps: [150] }, grit: { attempts: 2, content: "Hello", gaps: [150] },
  })),
  ...each("429 with a date in retry-after", (p) => ({
    // Whole seconds, and a loaded machine may be late to send it.
    make: () => [error[p](429, { "Retry-After": new Date(Date.now() + 5000).toUTCString() }), ok[p]],
    sdk: { attempts: 2, content: "Hello", gaps: [500] }, grit: { attempts: 2, content: "Hello", gaps: [500] },
  })),
  ...each("503 with retry-after: -3", (p) => ({
    responses: [error[p](503, { "Retry-After": "-3" }), ok[p]],
    sdk: { attempts: 2, content: "Hello", gaps: [p === "openai" ? 0 : 375] }, grit: { attempts: 2, content: "Hello" },
  })),
  ...each("429 with retry-after: 3600, within 20 s", (p) => ({
    responses: [error[p](429, { "Retry-After": "3600" })], deadline: 20000, patience: 8000,
    sdk: { attempts: 1, hangs: true },
    grit: { attempts: 1, error: "RateLimitError", category: "retryable", within: 1500 },
    why: "the SDKs know no deadline over all attempts; a wait that does not fit it is not begun",
  })),
  ...each("500 with x-should-retry: false", (p) => ({
    responses: [error[p](500, { "x-should-retry": "false" })],
    sdk: { attempts: 1, error: "InternalServerError" },
    grit: { attempts: 1, error: "InternalServerError", category: "fatal" },
  })),
  ...each("400 with x-should-retry: true, then an answer", (p) => ({
    responses: [error[p](400, { "x-should-retry": "true" }), ok[p]],
    sdk: { attempts: 2, content: "Hello" }, grit: { attempts: 2, content: "Hello" },
  })),

  // The way there.
  ...each("connection reset", () => ({
    responses: [fault("CONNECTION_RESET_BY_PEER")],
    sdk: { attempts: 3, error: "APIConnectionError" },
    grit: { attempts: 3, error: "APIConnectionError", category: "retryable" },
  })),
  ...each("bytes that are no HTTP", () => ({
    responses: [fault("RANDOM_DATA_THEN_CLOSE")],
    sdk: { attempts: 3, error: "APIConnectionError" },
    grit: { attempts: 3, error: "APIConnectionError", category: "retryable" },
  })),
  ...each("no head within 400 ms", (p) => ({
    responses: [later(ok[p], 2500)], timeout: 400,
    sdk: { attempts: 3, error: "APIConnectionTimeoutError", gaps: [400, 400] },
    grit: { attempts: 3, error: "APITimeoutError", category: "retryable", gaps: [400, 400] },
    why: "the name is the Python SDK's",
  })),
  ...each("body stalls, timeout of 400 ms", () => ({
    tcp: true, timeout: 400, patience: 8000,
    responses: [{ is: { data: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{" } }],
    sdk: { attempts: 1, hangs: true },
    grit: { attempts: 3, error: "APITimeoutError", category: "retryable", gaps: [400, 400] },
    why: "the SDKs' timeout ends with the head; ours counts to the last byte",
  })),
  ...each("a certificate that nobody vouches for", () => ({
    tls: true,
    sdk: { attempts: 3, error: "APIConnectionError" },
    grit: { attempts: 1, error: "APIConnectionError", category: "fatal" },
    why: "the next handshake has the same certificate",
  })),
  ...each("status 307 to another server", (p) => ({
    redirect: 307, elsewhere: [ok[p]],
    sdk: { attempts: 1, content: "Hello", elsewhere: 1, key_elsewhere: false },
    grit: { attempts: 1, error: "APIStatusError", category: "fatal", elsewhere: 0 },
    why: "no redirect is followed, so that none can carry the key or the conversation",
  })),
  ...each("the same, and the key set by hand as x-api-key", (p) => ({
    redirect: 307, elsewhere: [ok[p]], headers: { "x-api-key": KEY },
    sdk: { attempts: 1, content: "Hello", elsewhere: 1, key_elsewhere: true },
    grit: { attempts: 1, error: "APIStatusError", category: "fatal", elsewhere: 0 },
    why: "Node takes only Authorization out of a redirected request",
  })),
  ...each("401 that quotes the key", (p) => ({
    make: (key) => [p === "openai" ? answer(401, openaiError("invalid_request_error", "invalid_api_key", `Incorrect API key provided: ${key}`))
      : answer(401, anthropicError("authentication_error", `invalid x-api-key ${key}`))],
    sdk: { attempts: 1, error: "AuthenticationError", shows_key: true },
    grit: { attempts: 1, error: "AuthenticationError", category: "fatal", shows_key: false },
    why: "no text of an error shows the key",
  })),

  // Answers that are none.
  ...each("status 200 with cut JSON", () => ({
    responses: [{ is: { statusCode: 200, headers: json, body: '{"id":"x","choi' } }],
    sdk: { attempts: 1, error: "SyntaxError" },
    grit: { attempts: 1, error: "APIResponseValidationError", category: "fatal" },
    why: "every error of the layer has one base; the class is the Python SDK's",
  })),
  ...each("status 200 with a page of HTML", () => ({
    responses: [page(200, "<html>welcome</html>")],
    sdk: { attempts: 1, content: undefined, any: true },
    grit: { attempts: 1, error: "APIResponseValidationError", category: "fatal" },
    why: "what is no completion is no success",
  })),

  // Streams.
  ...each("stream", (p) => ({
    stream: true, responses: [events(begin[p] + rest[p] + end[p])],
    sdk: { attempts: 1, content: "Hello" }, grit: { attempts: 1, content: "Hello" },
  })),
  ...each("status 503 before a stream", (p) => ({
    stream: true, responses: [error[p](503), events(begin[p] + rest[p] + end[p])],
    sdk: { attempts: 2, content: "Hello" }, grit: { attempts: 2, content: "Hello" },
  })),
  ...each("stream whose first event is an error", (p) => ({
    stream: true, responses: [events(broken[p]), events(begin[p] + rest[p] + end[p])],
    sdk: { attempts: 1, error: "APIError" }, grit: { attempts: 2, content: "Hello" },
    why: "nothing was delivered yet, so a retry is safe",
  })),
  ...each("stream with an error after a delta", (p) => ({
    stream: true, responses: [events(begin[p] + broken[p])],
    sdk: { attempts: 1, error: "APIError" },
    grit: { attempts: 1, error: p === "openai" ? "InternalServerError" : "OverloadedError", category: "retryable" },
    why: "the error has the class that its name stands for, in a StreamError with what had arrived",
  })),
  ...each("stream without its terminator", (p) => ({
    stream: true, responses: [events(begin[p] + rest[p])],
    sdk: { attempts: 1, content: "Hello" }, grit: { attempts: 1, content: "Hello" },
  })),
  ...each("stream without its end", (p) => ({
    stream: true, responses: [events(begin[p])],
    sdk: { attempts: 1, content: "Hel" },
    grit: { attempts: 1, error: "APIConnectionError", category: "retryable" },
    why: "an answer that may be half is not a success",
  })),

  // The same by aimock, which knows both formats in full.
  ...each("aimock: answer", () => ({
    fixtures: [{ match: { userMessage: "Hello" }, response: { content: "Hi there" } }],
    sdk: { attempts: 1, content: "Hi there" }, grit: { attempts: 1, content: "Hi there" },
  })),
  ...each("aimock: stream", () => ({
    stream: true, fixtures: [{ match: { userMessage: "Hello" }, response: { content: "Hi there, how are you?" }, chunkSize: 3 }],
    sdk: { attempts: 1, content: "Hi there, how are you?" }, grit: { attempts: 1, content: "Hi there, how are you?" },
  })),
  ...each("aimock: 429, 500, answer", () => ({
    fixtures: [
      { match: { userMessage: "Hello", sequenceIndex: 0 }, response: { error: { message: "slow down", type: "rate_limit_error" }, status: 429, retryAfter: 1 } },
      { match: { userMessage: "Hello", sequenceIndex: 1 }, response: { error: { message: "no", type: "server_error" }, status: 500 } },
      { match: { userMessage: "Hello", sequenceIndex: 2 }, response: { content: "Hi" } },
    ],
    sdk: { attempts: 3, content: "Hi", gaps: [1000, 0] }, grit: { attempts: 3, content: "Hi", gaps: [1000, 0] },
  })),
  ...each("aimock: server error by chaos", () => ({
    fixtures: [{ match: { userMessage: "Hello" }, response: { content: "Hi" } }], headers: { "x-aimock-chaos-drop": "1" },
    sdk: { attempts: 3, error: "InternalServerError" },
    grit: { attempts: 3, error: "InternalServerError", category: "retryable" },
  })),
  ...each("aimock: disconnect by chaos", () => ({
    fixtures: [{ match: { userMessage: "Hello" }, response: { content: "Hi" } }], headers: { "x-aimock-chaos-disconnect": "1" },
    sdk: { attempts: 3, error: "APIConnectionError" },
    grit: { attempts: 3, error: "APIConnectionError", category: "retryable" },
  })),
  ...each("aimock: malformed JSON by chaos", () => ({
    fixtures: [{ match: { userMessage: "Hello" }, response: { content: "Hi" } }], headers: { "x-aimock-chaos-malformed": "1" },
    sdk: { attempts: 1, error: "SyntaxError" },
    grit: { attempts: 1, error: "APIResponseValidationError", category: "fatal" },
    why: "every error of the layer has one base; the class is the Python SDK's",
  })),
  ...each("aimock: stream that breaks off after four chunks", () => ({
    stream: true,
    fixtures: [{ match: { userMessage: "Hello" }, response: { content: "Hi there, how are you?" }, chunkSize: 3, latency: 30, truncateAfterChunks: 4 }],
    sdk: { attempts: 1, error: "TypeError" },
    grit: { attempts: 1, error: "APIConnectionError", category: "retryable" },
    why: "a broken stream is an error of its own class, a StreamError with what had arrived",
  })),
];
