// Fills a page with values: the small part of Mustache that one page needs.
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace respguard::admin {

/// `text` with every tag replaced:
/// - `{{name}}`: the string, with & < > " ' escaped. There is no unescaped form on purpose.
/// - `{{#name}}...{{/name}}`: once for each object of an array; once if a bool is true or a string
///   is not empty; never otherwise. Inside, names of the object come before those around it.
/// - `{{^name}}...{{/name}}`: when `{{#name}}` would give nothing.
/// Unknown names are empty; the page's own test finds them. Values are strings, bools, arrays of
/// objects.
[[nodiscard]] std::string fill_template(std::string_view text, boost::json::object const& values);

}  // namespace respguard::admin
