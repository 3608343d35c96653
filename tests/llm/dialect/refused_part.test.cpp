// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/refused_part.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("a refused part is named with its provider, its form and its role", "[R-734]") {
    CHECK_THROWS_WITH(detail::throw_refused_part("They", audio_data("AAAA", "audio/ogg"), Role::tool),
                      "grit: They take no audio of the type audio/ogg in a message of the role tool");
    CHECK_THROWS_AS(detail::throw_refused_part("They", image_url("u"), Role::user), InvalidRequestError);
}
