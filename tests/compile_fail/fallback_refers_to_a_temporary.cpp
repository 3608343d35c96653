// SPDX-License-Identifier: BSL-1.0
// A fallback for an operation that returns a reference, with a value that would be converted to a temporary.
// expect-error: grit: a 'Fallback' cannot answer for an operation, because it holds neither a value that converts to the operation's result
#include <string>

#include <grit/fallback.hpp>

std::string const& page();

int main() { return grit::Fallback{"none"}(page).empty(); }
