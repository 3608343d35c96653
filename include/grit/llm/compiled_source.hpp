// SPDX-License-Identifier: BSL-1.0
#pragma once
// The code of grit/llm/compiled.hpp: include it in one source file of a program.

#include <chrono>
#include <memory>

#include <grit/llm/compiled.hpp>
#include <grit/llm/dialect/any.hpp>

namespace grit::inline GRIT_ABI::llm {

struct CompiledDialect::Stream::Inside {
    AnyDialect::Stream stream;
};

HttpRequest CompiledDialect::encode(ChatRequest const& request, Endpoint const& endpoint, bool stream) const {
    return AnyDialect{provider_}.encode(request, endpoint, stream);
}
ChatResponse CompiledDialect::decode(HttpResponse const& response, ApiKey const& key,
                                     std::chrono::system_clock::time_point now) const {
    return AnyDialect{provider_}.decode(response, key, now);
}

CompiledDialect::Stream::Stream(CompiledDialect dialect)
    : inside_(std::make_unique<Inside>(AnyDialect::Stream{AnyDialect{dialect.provider()}})) {}
CompiledDialect::Stream::Stream(Stream&&) noexcept = default;
CompiledDialect::Stream::~Stream() = default;

void CompiledDialect::Stream::take_event(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
                                         std::chrono::system_clock::time_point now, Deliver deliver) {
    inside_->stream.take(event, head, key, now, deliver);
}
void CompiledDialect::Stream::end_with(Deliver deliver) { inside_->stream.end(deliver); }
bool CompiledDialect::Stream::finished() const noexcept { return inside_->stream.finished(); }
bool CompiledDialect::Stream::told() const noexcept { return inside_->stream.told(); }
ChatResponse& CompiledDialect::Stream::answer() noexcept { return inside_->stream.answer(); }

template class Client<CurlTransport, CompiledDialect>;

} // namespace grit::inline GRIT_ABI::llm
