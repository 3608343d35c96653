// SPDX-License-Identifier: BSL-1.0
// Predicates: lists of errors, and callables that tell no error.
#include <grit/retry.hpp>

#include <stdexcept>

// expect-error: grit: 'RetryIf' names an error that is never reached, because it comes after its base; write the derived type before the base
namespace derived_error_after_base {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<std::runtime_error, std::range_error>> retrying;
}

// expect-error: grit: 'RetryUnless' names an error that is never reached, because
namespace derived_error_after_base_unless {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryUnless<std::runtime_error, std::range_error>> retrying;
}

// expect-error: grit: 'RetryIf' names an error twice, because
namespace duplicate_error {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<std::range_error, std::logic_error, std::range_error>>
    retrying;
}

// expect-error: grit: 'RetryUnless' names an error twice, because
namespace duplicate_error_unless {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryUnless<std::range_error, std::range_error>> retrying;
}

// expect-error: grit: 'RetryIfError' names nothing, because
namespace empty_code_list {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfError<>> retrying;
}

// expect-error: grit: 'RetryUnlessError' names nothing, because
namespace empty_code_list_unless {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryUnlessError<>> retrying;
}

// expect-error: grit: 'RetryIf' names nothing, because
namespace empty_error_list {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<>> retrying;
}

// expect-error: grit: 'RetryUnless' names nothing, because
namespace empty_error_list_unless {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryUnless<>> retrying;
}

// expect-error: grit: 'RetryIf' names a reference or const type, because
namespace error_by_reference {
struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<Busy const&>> retrying;
} // namespace error_by_reference

// expect-error: grit: 'RetryUnless' names a reference or const type, because
namespace error_by_reference_unless {
struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryUnless<Busy const&>> retrying;
} // namespace error_by_reference_unless

// expect-error: grit: 'RetryIfException' cannot tell which error to catch, because its callable does not take exactly one type through const; write
namespace predicate_over_generic_lambda {
grit::Retrying retrying{grit::StopAfterAttempt<3>{},
                        grit::RetryIfException{[](auto const& error) { return error.is_transient(); }}};
} // namespace predicate_over_generic_lambda

// expect-error: grit: 'RetryIfException' cannot tell which error to catch, because its callable does not take exactly one type through const; write
namespace predicate_over_mutable_lambda {
struct Busy {};

grit::Retrying retrying{grit::StopAfterAttempt<3>{},
                        grit::RetryIfException{[n = 0](Busy const&) mutable { return n++ < 3; }}};
} // namespace predicate_over_mutable_lambda

// expect-error: grit: 'RetryIfException' cannot tell which error to catch, because its callable does not take exactly one type through const; write
namespace predicate_over_an_error_to_change {
struct Busy {};

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::RetryIfException{[](Busy&) { return true; }}};
} // namespace predicate_over_an_error_to_change

// expect-error: grit: 'RetryIfException' cannot tell which error to catch, because its callable does not take exactly one type through const; write
namespace predicate_over_no_error {
bool is_transient();

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfException<is_transient>> retrying;
} // namespace predicate_over_no_error

// expect-error: grit: 'RetryIf' names too many errors, because each is a catch clause and 16 are the most
namespace too_many_errors {
template <int>
struct E {};

using Named = grit::RetryIf<E<0>, E<1>, E<2>, E<3>, E<4>, E<5>, E<6>, E<7>, E<8>, E<9>, E<10>, E<11>, E<12>, E<13>,
                            E<14>, E<15>, E<16>>;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, Named> retrying;
} // namespace too_many_errors

// expect-error: grit: 'RetryUnless' names too many errors, because
namespace too_many_errors_unless {
template <int>
struct E {};

using Named = grit::RetryUnless<E<0>, E<1>, E<2>, E<3>, E<4>, E<5>, E<6>, E<7>, E<8>, E<9>, E<10>, E<11>, E<12>, E<13>,
                                E<14>, E<15>>;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, Named> retrying;
} // namespace too_many_errors_unless
