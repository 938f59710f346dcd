#include "services/linkage/core/standardise/fold.h"

#include <array>
#include <cstdint>

namespace safehaven::linkage {
namespace {

constexpr uint32_t kFirstMapped = 0xC0;
constexpr uint32_t kLastMapped = 0x17F;

// Plain letters for U+00C0 to U+017F, in order; "" is a break.
constexpr std::array<const char*, kLastMapped - kFirstMapped + 1> kPlain = {
    "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I", "I",  // C0
    "D", "N", "O", "O", "O", "O", "O", "", "O", "U", "U", "U", "U", "Y", "TH", "SS",  // D0
    "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I", "I",  // E0
    "D", "N", "O", "O", "O", "O", "O", "", "O", "U", "U", "U", "U", "Y", "TH", "Y",   // F0
    "A", "A", "A", "A", "A", "A", "C", "C", "C", "C", "C", "C", "C", "C", "D", "D",   // 100
    "D", "D", "E", "E", "E", "E", "E", "E", "E", "E", "E", "E", "G", "G", "G", "G",   // 110
    "G", "G", "G", "G", "H", "H", "H", "H", "I", "I", "I", "I", "I", "I", "I", "I",   // 120
    "I", "I", "IJ", "IJ", "J", "J", "K", "K", "K", "L", "L", "L", "L", "L", "L", "L", // 130
    "L", "L", "L", "N", "N", "N", "N", "N", "N", "N", "N", "N", "O", "O", "O", "O",   // 140
    "O", "O", "OE", "OE", "R", "R", "R", "R", "R", "R", "S", "S", "S", "S", "S", "S", // 150
    "S", "S", "T", "T", "T", "T", "T", "T", "U", "U", "U", "U", "U", "U", "U", "U",   // 160
    "U", "U", "U", "U", "W", "W", "Y", "Y", "Y", "Z", "Z", "Z", "Z", "Z", "Z", "S"};  // 170

// Reads the code point at `at` and moves past it. Malformed bytes give 0.
uint32_t NextCodePoint(absl::string_view text, size_t& at) {
  const auto byte = [&text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(at++);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  if (more == 0 || at + static_cast<size_t>(more) > text.size()) return 0;
  uint32_t code = lead & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    if ((byte(at) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(at++) & 0x3Fu);
  }
  return code;
}

bool IsApostrophe(uint32_t code) {
  return code == '\'' || code == '`' || code == 0xB4 || code == 0x2018 || code == 0x2019 ||
         code == 0x2BC;
}

// A combining accent stays part of the letter before it.
bool IsCombining(uint32_t code) { return code >= 0x300 && code <= 0x36F; }

}  // namespace

std::string FoldText(absl::string_view text, FoldDigits digits) {
  std::string folded;
  folded.reserve(text.size());
  bool break_pending = false;
  const auto append = [&](const char* letters) {
    if (break_pending && !folded.empty()) folded.push_back(' ');
    break_pending = false;
    folded.append(letters);
  };
  for (size_t at = 0; at < text.size();) {
    const uint32_t code = NextCodePoint(text, at);
    if ((code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9' && digits == FoldDigits::kKeep)) {
      const char letter[2] = {static_cast<char>(code), 0};
      append(letter);
    } else if (code >= 'a' && code <= 'z') {
      const char letter[2] = {static_cast<char>(code - 'a' + 'A'), 0};
      append(letter);
    } else if (code >= kFirstMapped && code <= kLastMapped && kPlain[code - kFirstMapped][0] != 0) {
      append(kPlain[code - kFirstMapped]);
    } else if (!IsApostrophe(code) && !IsCombining(code)) {
      break_pending = true;
    }
  }
  return folded;
}

}  // namespace safehaven::linkage
