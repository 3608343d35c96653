// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OnGiveUp' returns a value that is no result of this operation
// A reference to a temporary would dangle.
#include <string>

#include <grit/retry.hpp>

std::string const& name();
std::string const& call() {
    grit::Retrying const retrying{grit::StopAfterAttempt<2>{}, grit::OnGiveUp{[] { return std::string("none"); }}};
    return retrying(name);
}
