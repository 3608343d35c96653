// SPDX-License-Identifier: BSL-1.0
#include "support/fault.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "support/provider.hpp"

namespace fault {

namespace {

std::string chunk(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string size;
    for (auto rest = bytes.size(); rest != 0 || size.empty(); rest /= 16) size.insert(size.begin(), digits[rest % 16]);
    return size.append("\r\n").append(bytes).append("\r\n");
}

grit::llm::Headers with(grit::llm::Headers headers, std::string name, std::string value) {
    headers.set(std::move(name), std::move(value));
    return headers;
}

std::string head_of(Respond const& answer) {
    return head(answer.status, with(answer.headers, "Content-Length", std::to_string(answer.body.size())));
}

/// The parts in which a stream goes out.
std::vector<std::string> parts_of(Stream const& stream) {
    auto const count = std::min(stream.count, stream.events.size());
    std::vector<std::string> parts{stream.events.begin(), stream.events.begin() + static_cast<std::ptrdiff_t>(count)};
    if (stream.split == 0) return parts;
    std::string all;
    for (auto const& part : parts) all += part;
    parts.clear();
    for (std::size_t at = 0; at < all.size(); at += stream.split) parts.push_back(all.substr(at, stream.split));
    return parts;
}

struct ToWire {
    Request const& request;

    Wire operator()(Respond const& step) const { return {{{head_of(step) + step.body}}, End::keep}; }
    Wire operator()(Reset const&) const { return {{}, End::reset}; }
    Wire operator()(Close const&) const { return {{}, End::close}; }
    Wire operator()(Silence const&) const { return {{}, End::silence}; }
    Wire operator()(Raw const& step) const { return {{{step.bytes}}, End::close}; }
    Wire operator()(Wire const& step) const { return step; }
    Wire operator()(Reply const& step) const { return step.answer(request); }

    Wire operator()(Stall const& step) const {
        return {{{head(200, {{"Content-Length", std::to_string(step.content_length)}}) + step.sent}}, End::silence};
    }

    Wire operator()(Trickle const& step) const {
        Wire wire{{{head(200, {{"Content-Length", std::to_string(step.body.size())}})}}, End::keep};
        for (char const c : step.body) wire.pieces.push_back({std::string{c}, step.interval});
        return wire;
    }

    Wire operator()(Stream const& step) const {
        bool const chunked = step.framing == Framing::chunked;
        auto headers = step.headers;
        headers.set("Content-Type", "text/event-stream");
        headers.set(chunked ? "Transfer-Encoding" : "Connection", chunked ? "chunked" : "close");
        Wire wire{{{head(200, headers)}}, step.end};
        for (auto const& part : parts_of(step)) wire.pieces.push_back({chunked ? chunk(part) : part, step.interval});
        bool const whole = step.count >= step.events.size() && step.end == End::keep;
        if (chunked && whole) wire.pieces.push_back({chunk({})});
        if (!chunked && step.end == End::keep) wire.end = End::close;
        return wire;
    }
};

} // namespace

std::string head(int status, grit::llm::Headers const& headers) {
    auto text = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n";
    for (auto const& field : headers) text += field.name + ": " + field.value + "\r\n";
    return text + "\r\n";
}

Wire wire(Step const& step, Request const& request) { return std::visit(ToWire{request}, step); }

Wire slow_head(Respond const& answer, std::chrono::milliseconds pause) {
    auto const bytes = head_of(answer);
    auto const half = bytes.size() / 2;
    return {{{bytes.substr(0, half), pause}, {bytes.substr(half) + answer.body, pause}}, End::keep};
}

Wire cut_body(Respond const& answer, std::size_t sent, End end) {
    return {{{head_of(answer) + answer.body.substr(0, sent)}}, end};
}

Wire wrong_length(Respond const& answer, std::string_view length) {
    return {{{head(answer.status, with(answer.headers, "Content-Length", std::string{length})) + answer.body}},
            End::close};
}

Raw broken_chunk(std::string_view body) {
    return {head(200, {{"Content-Type", "application/json"}, {"Transfer-Encoding", "chunked"}}) +
            chunk(body.substr(0, body.size() / 2)) + "no size\r\n" + std::string{body.substr(body.size() / 2)}};
}

Raw garbage() { return {std::string{"\x16\x03\x01 this is no HTTP \0\xff\xfe\r\n\r\n", 26}}; }

Respond redirect(int status, std::string location) {
    return {.status = status, .headers = {{"Location", std::move(location)}}, .body = {}};
}

Reply echo_credentials(int status) {
    return {[status](Request const& request) {
        std::string said;
        for (auto const* name : {"authorization", "x-api-key"})
            if (auto const value = request.headers.find(name)) said.append(said.empty() ? "" : " ").append(*value);
        auto answer = error(status, "invalid_request_error", said, "no such key: " + said);
        answer.headers.set("X-Request-Id", said);
        return wire(answer);
    }};
}

} // namespace fault
