// SPDX-License-Identifier: BSL-1.0
// Clients that cannot say whose words they speak.
#include <grit/llm/service/service_client.hpp>

using namespace grit::llm;

// expect-error: grit: a client cannot be asked for embeddings, models, counts or batches, because its dialect does not say whose words it speaks; derive
namespace no_provider {
struct Dialect {};
struct Client {
    Dialect dialect() const;
};
void call(Client const& client) { static_cast<void>(detail::provider_of(client)); }
} // namespace no_provider

// expect-error: grit: a client cannot be asked for embeddings, models, counts or batches, because its dialect does not say whose words it speaks; derive
namespace another_type {
struct Dialect {
    int provider() const;
};
struct Client {
    Dialect dialect() const;
};
void call(Client const& client) { static_cast<void>(detail::provider_of(client)); }
} // namespace another_type
