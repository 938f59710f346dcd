#include "libs/base/utf8.h"

#include <algorithm>
#include <cstddef>

namespace safehaven {
namespace {

// Bytes from the front of `text` that are UTF-8.
size_t ValidBytes(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80                    ? 1
                          : lead >= 0xC2 && lead <= 0xDF ? 2
                          : lead >= 0xE0 && lead <= 0xEF ? 3
                          : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                         : 0;
    if (length == 0 || at + length > text.size()) return at;
    for (size_t i = 1; i < length; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      // The second byte bounds the code point from below and above.
      const unsigned char low = i == 1 && lead == 0xE0 ? 0xA0 : i == 1 && lead == 0xF0 ? 0x90 : 0x80;
      const unsigned char high = i == 1 && lead == 0xED ? 0x9F : i == 1 && lead == 0xF4 ? 0x8F : 0xBF;
      if (next < low || next > high) return at;
    }
    at += length;
  }
  return at;
}

}  // namespace

bool IsUtf8(absl::string_view text) { return ValidBytes(text) == text.size(); }

int64_t FirstLineNotUtf8(absl::string_view text) {
  const size_t valid = ValidBytes(text);
  if (valid == text.size()) return 0;
  return 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(valid), '\n');
}

}  // namespace safehaven
