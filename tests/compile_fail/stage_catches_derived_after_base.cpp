// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a call of a stage names an error after its base, because
#include <stdexcept>

#include <grit/core/within.hpp>

using namespace grit;

struct Notes : StageInterface<Notes> {
    struct Call {
        using Catches = Types<std::exception, std::runtime_error>;
        void start(Attempt const&) const {}
        void caught(Attempt const&, std::exception const&) const {}
    };
    Call call(Attempt const&) const { return {}; }
};
int result = Notes{}([] { return 1; });
