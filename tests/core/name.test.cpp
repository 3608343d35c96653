// SPDX-License-Identifier: BSL-1.0
#include <grit/core/name.hpp>

#include <string>

#include <grit/retry.hpp>

#include "support/catch.hpp"

using grit::Name;

TEST_CASE("Name is a policy without state") {
    STATIC_REQUIRE(Name<"chat">{}.get() == "chat");
    STATIC_REQUIRE(grit::Policy<Name<"chat">>);
    STATIC_REQUIRE(Name<"chat">::family == grit::Family::name);
    STATIC_REQUIRE(std::is_empty_v<Name<"chat">>);
    STATIC_REQUIRE(std::is_same_v<Name<"chat">::Kind, Name<"search">::Kind>);
    STATIC_REQUIRE(std::is_same_v<Name<"chat">, Name<"chat">>);
}

TEST_CASE("A name may come at run time, and is held", "[core]") {
    std::string host = "db.example.org";
    grit::Name const name{host};
    host.clear();
    REQUIRE(name.get() == "db.example.org");
    grit::Name const copy = name;
    REQUIRE(copy.get() == name.get());
    STATIC_REQUIRE(std::is_empty_v<Name<"chat">>);
    std::string line;
    using namespace grit;
    Retrying const retrying{StopAfterAttempt<1>{}, BeforeLog{[&](LogLevel, std::string_view text) { line = text; }},
                            grit::Name{std::string{"db.example.org"}}};
    retrying([] {});
    REQUIRE(line.starts_with("db.example.org: attempt 1 starts"));
}

TEST_CASE("A name that comes at run time is one line", "[core]") {
    Name const name{"host\r\n[error] forged\x7f\t\x1f."};
    REQUIRE(name.get() == "host  [error] forged   .");
    REQUIRE(Name{"größer \x80\xff"}.get() == "größer \x80\xff");
    std::string line;
    using namespace grit;
    Retrying const retrying{StopAfterAttempt<1>{}, BeforeLog{[&](LogLevel, std::string_view text) { line = text; }},
                            Name{std::string{"host\n[error] forged"}}};
    retrying([] {});
    REQUIRE(line.starts_with("host [error] forged: attempt 1 starts"));
}

TEST_CASE("A name that is empty is refused where it is given", "[core]") {
    REQUIRE_THROWS_AS(Name{""}, std::invalid_argument);
    REQUIRE_THROWS_AS(Name{std::string{}}, std::invalid_argument);
    REQUIRE(Name{" "}.get() == " ");
}
