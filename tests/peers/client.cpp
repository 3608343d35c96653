// SPDX-License-Identifier: BSL-1.0
// grit's client for compare.mjs and http2.mjs: one request a line on standard input, one result a line on standard
// output, in order. With --accept-any-certificate it trusts a server that nobody vouches for.

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <grit/llm.hpp>

namespace {

using namespace grit::llm;
using nlohmann::json;
using std::chrono::milliseconds;

/// Returns: the member as milliseconds, or `otherwise`.
milliseconds time_of(json const& order, char const* name, milliseconds otherwise) {
    return order.contains(name) ? milliseconds{order.at(name).get<int>()} : otherwise;
}

json described(std::exception const& error) {
    json result{{"ok", false}, {"error", error.what()}, {"category", std::string{to_string(categorize(error))}}};
    result["error_type"] = error_type(error);
    if (auto const* status = dynamic_cast<ApiStatusError const*>(&error)) {
        result["status"] = status->status();
        result["type"] = status->type();
        result["code"] = status->code();
        result["request_id"] = status->request_id();
    }
    if (auto const* broken = dynamic_cast<StreamError const*>(&error)) {
        result["cause_type"] = std::string{broken->cause_type()};
        result["partial"] = broken->partial().content;
    }
    return result;
}

json answer(CurlTransport const& transport, json const& order) {
    auto const provider = provider_named(order.at("provider").get<std::string>()).value();
    Endpoint endpoint{.base_url = order.at("base_url").get<std::string>(),
                      .key = ApiKey{order.at("key").get<std::string>()},
                      .timeouts = {.first_byte = time_of(order, "timeout", std::chrono::minutes{2}),
                                   .first_token = time_of(order, "timeout", std::chrono::seconds{60}),
                                   .idle = time_of(order, "timeout", std::chrono::seconds{60}),
                                   .attempt = time_of(order, "timeout", std::chrono::minutes{10})}};
    if (order.contains("deadline")) endpoint.deadline = time_of(order, "deadline", {});
    ChatRequest request{.model = order.value("model", "any"),
                        .messages = {{.role = Role::user, .content = order.value("prompt", "Hello")}},
                        .max_tokens = 64};
    auto const headers = order.value("headers", json::object());
    for (auto const& [name, value] : headers.items()) request.headers.set(name, value.get<std::string>());
    // The policy that a user gets by writing nothing.
    Client client{transport, endpoint, AnyDialect{provider}};
    try {
        std::string said;
        auto const response = order.value("stream", false)
                                  ? client.stream(request, [&](std::string_view piece) { said += piece; })
                                  : client.complete(request);
        return {{"ok", true}, {"content", response.content}, {"said", said}, {"tokens", response.usage.total_tokens}};
    } catch (std::exception const& error) {
        return described(error);
    }
}

} // namespace

int main(int count, char const* const* arguments) {
    bool const any_certificate = count > 1 && std::string_view{arguments[1]} == "--accept-any-certificate";
    CurlTransport const transport{{.proxy = "", .unsafe_accept_any_certificate = any_certificate}};
    for (std::string line; std::getline(std::cin, line);)
        std::cout << answer(transport, json::parse(line)).dump(-1, ' ', false, json::error_handler_t::replace)
                  << std::endl; // the one who waits reads line by line
}
