// Writing small JSON texts by hand, safely: quoting is all that can go wrong. Reading
// JSON is for protobuf or simdjson. Pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_HTTP_JSON_TEXT_H_
#define SAFEHAVEN_LIBS_HTTP_JSON_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace safehaven {

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD; '<',
// '>' and '&' are escaped too, so that the result does no harm inside a page.
std::string JsonQuote(absl::string_view text);

// `text` for the inside of an HTML element or a quoted attribute.
std::string HtmlEscape(absl::string_view text);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_HTTP_JSON_TEXT_H_
