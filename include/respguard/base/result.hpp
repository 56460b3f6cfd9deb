// A value, or the reason why there is none.
#pragma once

#include <boost/system/result.hpp>

#include <string>

namespace respguard {

/// Why something could not be understood, in words for a person. No bytes of a peer in it.
struct problem {
    std::string text;
};

/// For text that a person wrote (addresses, sizes, configuration). Never throws on failure: ask
/// has_value() first.
template <typename T>
using parsed = boost::system::result<T, problem>;

/// Asked by boost::system::result::value() on a failure nobody checked: a bug of the caller.
[[noreturn]] void throw_exception_from_error(problem const& why,
                                             boost::source_location const& where);

}  // namespace respguard
