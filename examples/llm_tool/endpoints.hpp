// SPDX-License-Identifier: BSL-1.0
#pragma once
// Whom the tools ask: the endpoints that the options name, each with a key of its own.

#include <cctype>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <deque>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <grit/circuit_breaker.hpp>
#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/client/client.hpp>
#include <grit/llm/client/policies.hpp>
#include <grit/llm/client/stream_error.hpp>
#include <grit/llm/dialect/any.hpp>
#include <grit/llm/dialect/environment.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/http/address.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/timeouts.hpp>
#include <grit/llm/transport/curl.hpp>

#include "options.hpp"
#include "request_line.hpp"
#include "usage.hpp"

namespace llm_tool {

/// Looks again every five seconds, with one request, where the endpoint's own breaker would let a batch wait for
/// thirty.
using Breaker = grit::CircuitBreaker<
    grit::OpenAfterFailures<5>, grit::OpenFor<std::chrono::seconds{5}>,
    grit::FailureIf<grit::llm::ApiConnectionError, grit::llm::InternalServerError, grit::llm::StreamError>,
    grit::Name<"endpoint">>;
using Client =
    grit::llm::Client<grit::llm::CurlTransport, grit::llm::AnyDialect, grit::llm::CompletionRetrying, Breaker>;

/// One endpoint as its user described it.
struct NamedEndpoint {
    std::string name = {};
    grit::llm::Provider provider = grit::llm::Provider::openai;
    grit::llm::Endpoint endpoint = {};
    std::optional<double> requests_per_minute = {};
    std::optional<double> tokens_per_minute = {};
};

/// What the options say of the endpoints.
struct EndpointOptions {
    std::vector<std::string> described = {}; // --endpoint
    std::string file = {};                   // --endpoints
    std::string provider = {};
    std::string base_url = {};
    std::string model = {};
    std::string fallback_base_url = {};
    std::string fallback_model = {};
    std::string fallback_key_variable = {};
    grit::llm::Timeouts timeouts = {};

    void add_to(CLI::App& app) {
        app.add_option(
               "--endpoint", described,
               "whom to ask, as NAME=provider,url,model,KEY_VARIABLE; repeat it for those to be asked after it. "
               "An empty url is the provider's own; the key stands in the environment, in KEY_VARIABLE")
            ->allow_extra_args(false);
        app.add_option("--endpoints", file,
                       "a JSON file with a list of them: name, provider, url, model, key_variable, "
                       "headers, rpm, tpm, timeouts");
        app.add_option(
            "--provider", provider,
            "for one endpoint without a name: openai (also compatible servers), openai-responses or anthropic");
        app.add_option("--base-url", base_url, "the API to ask, up to and with /v1");
        app.add_option("--model", model, "the model to ask");
        app.add_option("--fallback-base-url", fallback_base_url, "whom to ask where the first cannot help");
        app.add_option("--fallback-model", fallback_model, "the model to ask there");
        app.add_option("--fallback-key-variable", fallback_key_variable,
                       "the environment variable with the key for there");
        app.add_option_function("--connect-timeout", time_option([this](auto limit) { timeouts.connect = limit; }),
                                "until the connection is ready");
        app.add_option_function("--first-token-timeout",
                                time_option([this](auto limit) { limit_first_token(timeouts, limit); }),
                                "from there to the first piece of the answer");
        app.add_option_function("--idle-timeout", time_option([this](auto limit) { timeouts.idle = limit; }),
                                "between two pieces of the answer");
    }
};

namespace detail {

inline void check_url(std::string const& url) {
    if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://"))
        throw UsageError{"the address of an endpoint must begin with http:// or https://"};
}

inline grit::llm::Provider checked_provider(std::string const& name) {
    auto const provider = grit::llm::provider_named(name);
    if (!provider) throw UsageError{"there is no provider '" + name + "'; write openai, openai-responses or anthropic"};
    return *provider;
}

inline std::string default_model(grit::llm::Provider provider) {
    return provider == grit::llm::Provider::anthropic ? "claude-3-5-haiku-latest" : "gpt-4o-mini";
}

/// Returns: the scheme and the host that get the key, in small letters.
inline std::pair<std::string, std::string> host_of(std::string_view url) {
    auto const small = [](std::string_view text) {
        std::string lower{text};
        for (auto& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return lower;
    };
    auto const address = grit::llm::parse_address(url);
    return {small(address.scheme.substr(0, address.scheme.find(':'))), small(address.host())};
}

/// Throws: UsageError if the variable holds the key of another vendor than whose host it would be sent to.
inline void check_vendor(std::string const& variable, std::string const& url) {
    auto const host = url.empty() ? std::string{} : host_of(url).second;
    auto const within = [&](std::string const& domain) { return host == domain || host.ends_with("." + domain); };
    if ((variable == "OPENAI_API_KEY" && within("anthropic.com")) ||
        (variable == "ANTHROPIC_API_KEY" && within("openai.com")))
        throw UsageError{"the key in " + variable + " is not sent to " + host +
                         ", because it is another vendor's; name the variable with the key for there"};
}

/// Returns: the key in an environment variable; none if the variable has no name, or is not set and none is needed.
inline grit::llm::ApiKey key_in(std::string const& variable, bool needed) {
    char const* const text = variable.empty() ? nullptr : std::getenv(variable.c_str());
    if (text == nullptr || *text == '\0') {
        if (!needed) return {};
        throw KeyError{variable.empty()
                           ? std::string{"no environment variable is named that holds the key"}
                           : "the environment variable " + variable + ", which must hold the key, is not set"};
    }
    try {
        return grit::llm::ApiKey{text};
    } catch (std::exception const&) {
        throw KeyError{"the key in " + variable + " has a character that no key has; is there a line end in it?"};
    }
}

/// Reads NAME=provider,url,model,KEY_VARIABLE. A comma may stand in the url.
inline NamedEndpoint read_described(std::string const& text, grit::llm::Timeouts const& timeouts) {
    auto const equals = text.find('=');
    auto const provider_end = text.find(',', equals == text.npos ? 0 : equals);
    auto const key = text.rfind(',');
    auto const model = key == text.npos || key == 0 ? text.npos : text.rfind(',', key - 1);
    if (equals == text.npos || equals == 0 || provider_end == text.npos || model == text.npos || model <= provider_end)
        throw UsageError{"--endpoint is written NAME=provider,url,model,KEY_VARIABLE"};
    NamedEndpoint read{.name = text.substr(0, equals),
                       .provider = checked_provider(text.substr(equals + 1, provider_end - equals - 1))};
    auto& endpoint = read.endpoint;
    endpoint.base_url = text.substr(provider_end + 1, model - provider_end - 1);
    endpoint.model = text.substr(model + 1, key - model - 1);
    endpoint.timeouts = timeouts;
    check_url(endpoint.base_url);
    auto const variable = text.substr(key + 1);
    check_vendor(variable, endpoint.base_url);
    endpoint.key = key_in(variable, !variable.empty() || endpoint.base_url.empty());
    return read;
}

inline NamedEndpoint read_listed(nlohmann::json const& given, grit::llm::Timeouts const& timeouts) {
    if (!given.is_object()) throw UsageError{"an endpoint must be a JSON object"};
    NamedEndpoint read{.name = given.at("name").get<std::string>(),
                       .provider = checked_provider(given.at("provider").get<std::string>())};
    auto& endpoint = read.endpoint;
    endpoint.timeouts = timeouts;
    std::string variable;
    for (auto const& [name, value] : given.items()) {
        if (name == "name" || name == "provider") continue;
        if (name == "url") endpoint.base_url = value.get<std::string>();
        else if (name == "model") endpoint.model = value.get<std::string>();
        else if (name == "key_variable") variable = value.get<std::string>();
        else if (name == "rpm") read.requests_per_minute = positive_number(value);
        else if (name == "tpm") read.tokens_per_minute = positive_number(value);
        else if (name == "headers") {
            for (auto const& [field, content] : value.items()) endpoint.headers.set(field, content.get<std::string>());
        } else if (name == "timeouts") {
            for (auto const& [limit, content] : value.items()) {
                if (limit == "connect") endpoint.timeouts.connect = parse_duration(content);
                else if (limit == "first_token") limit_first_token(endpoint.timeouts, parse_duration(content));
                else if (limit == "idle") endpoint.timeouts.idle = parse_duration(content);
                else if (limit == "attempt") endpoint.timeouts.attempt = parse_duration(content);
                else
                    throw UsageError{"there is no timeout '" + limit +
                                     "'; there are connect, first_token, idle and attempt"};
            }
        } else if (name == "key") {
            throw UsageError{"a key does not belong into a file; write its environment variable as key_variable"};
        } else {
            throw UsageError{"an endpoint has no member '" + name + "'"};
        }
    }
    check_url(endpoint.base_url);
    check_vendor(variable, endpoint.base_url);
    endpoint.key = key_in(variable, !variable.empty() || endpoint.base_url.empty());
    return read;
}

inline std::vector<NamedEndpoint> read_file(std::string const& path, grit::llm::Timeouts const& timeouts) {
    std::ifstream file{path};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    if (!file) throw UsageError{"the file of endpoints '" + path + "' cannot be read"};
    std::vector<NamedEndpoint> read;
    try {
        auto const parsed = parse_line(text);
        if (!parsed.problem.empty()) throw UsageError{parsed.problem};
        if (!parsed.value.is_array() || parsed.value.empty())
            throw UsageError{"it must be a JSON array of at least one endpoint"};
        for (auto const& one : parsed.value) read.push_back(read_listed(one, timeouts));
    } catch (KeyError const& error) {
        throw KeyError{"'" + path + "': " + error.what()};
    } catch (std::exception const& error) {
        throw UsageError{"'" + path + "': " + error.what()};
    }
    return read;
}

/// Returns: the one endpoint that the options without names describe, or else the environment.
inline NamedEndpoint read_one(EndpointOptions const& options, grit::llm::Provider provider,
                              std::string const& variable) {
    check_url(options.base_url);
    check_vendor(variable, options.base_url);
    NamedEndpoint read{.name = "first", .provider = provider};
    read.endpoint.base_url = options.base_url;
    // A name and a password in the address go where a key would.
    if (grit::llm::parse_address(options.base_url).user_info.empty()) read.endpoint.key = key_in(variable, false);
    if (options.base_url.empty()) {
        try {
            read.endpoint = grit::llm::endpoint_from_environment(provider);
        } catch (std::exception const& error) {
            throw KeyError{error.what()};
        }
        check_url(read.endpoint.base_url);
        if (read.endpoint.base_url.empty() && read.endpoint.key.empty()) static_cast<void>(key_in(variable, true));
    }
    read.endpoint.timeouts = options.timeouts;
    if (!options.model.empty()) read.endpoint.model = options.model;
    return read;
}

/// The endpoints that the options without names describe: one, or two.
inline std::vector<NamedEndpoint> read_simple(EndpointOptions const& options) {
    using grit::llm::Provider;
    auto const provider = checked_provider(options.provider.empty() ? "openai" : options.provider);
    std::string const variable = provider == Provider::anthropic ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY";
    auto const first = read_one(options, provider, variable);
    if (options.fallback_base_url.empty() && !options.fallback_key_variable.empty())
        throw UsageError{"--fallback-key-variable needs --fallback-base-url"};
    if (options.fallback_base_url.empty() && options.fallback_model.empty()) return {first};
    auto second = first;
    second.name = "fallback";
    if (!options.fallback_base_url.empty()) {
        check_url(options.fallback_base_url);
        check_vendor(options.fallback_key_variable, options.fallback_base_url);
        auto const& base_url = first.endpoint.base_url;
        auto const of_first = host_of(base_url.empty() ? grit::llm::default_base_url(provider) : base_url);
        auto const of_second = host_of(options.fallback_base_url);
        bool const same =
            of_first.second == of_second.second && (of_first.first != "https" || of_second.first == "https");
        if (!same && options.fallback_key_variable.empty() && !first.endpoint.key.empty())
            throw UsageError{
                "--fallback-base-url is another host than --base-url, which the key in " + variable +
                " is for; name the variable with its own key with --fallback-key-variable, or describe both "
                "with --endpoint"};
        if (!options.fallback_key_variable.empty())
            second.endpoint = {.key = key_in(options.fallback_key_variable, true),
                               .timeouts = options.timeouts,
                               .model = options.model};
        second.endpoint.base_url = options.fallback_base_url;
    }
    if (!options.fallback_model.empty()) second.endpoint.model = options.fallback_model;
    return {first, second};
}

} // namespace detail

/// Returns: the endpoints in the order in which they are asked. Throws: UsageError; KeyError if a key is missing or
/// none.
inline std::vector<NamedEndpoint> endpoints_of(EndpointOptions const& options) {
    bool const simple = !options.provider.empty() || !options.base_url.empty() || !options.model.empty() ||
                        !options.fallback_base_url.empty() || !options.fallback_model.empty() ||
                        !options.fallback_key_variable.empty();
    if (int{simple} + int{!options.described.empty()} + int{!options.file.empty()} > 1)
        throw UsageError{"--endpoint, --endpoints and the options for one endpoint (--provider, --base-url, --model, "
                         "--fallback-…) exclude each other"};
    std::vector<NamedEndpoint> endpoints;
    endpoints.reserve(options.described.size());
    for (auto const& text : options.described) endpoints.push_back(detail::read_described(text, options.timeouts));
    if (!options.file.empty()) endpoints = detail::read_file(options.file, options.timeouts);
    if (endpoints.empty()) endpoints = detail::read_simple(options);
    for (auto& each : endpoints)
        if (each.endpoint.model.empty()) each.endpoint.model = detail::default_model(each.provider);
    for (auto one = endpoints.begin(); one != endpoints.end(); ++one)
        for (auto other = endpoints.begin(); other != one; ++other)
            if (one->name == other->name) throw UsageError{"two endpoints are called '" + one->name + "'"};
    return endpoints;
}

/// The clients of endpoints, over one transport. What they keep (connections, breakers) lives as long as this.
class Clients {
public:
    explicit Clients(std::vector<NamedEndpoint> const& endpoints) {
        for (auto const& each : endpoints) clients_.emplace_back(transport_, each.endpoint, each.provider);
    }

    auto begin() { return clients_.begin(); }
    auto end() { return clients_.end(); }
    std::size_t size() const { return clients_.size(); }
    Client& operator[](std::size_t i) { return clients_[i]; }

private:
    grit::llm::CurlTransport transport_{};
    std::deque<Client> clients_ = {};
};

} // namespace llm_tool
