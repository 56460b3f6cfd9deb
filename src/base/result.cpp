// What happens when a failure is not looked at.
#include "respguard/base/result.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/throw_exception.hpp>

#include <stdexcept>

namespace respguard {

void throw_exception_from_error(problem const& why, boost::source_location const& where)
{
    boost::throw_with_location(std::logic_error("unchecked failure: " + why.text), where);
}

}  // namespace respguard
