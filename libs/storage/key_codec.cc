#include "libs/storage/key_codec.h"

#include <utility>

#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr char kTextTag = 0x02;
constexpr char kNumberTag = 0x03;
// A zero byte is followed by what it means; the end sorts before a zero in the text.
constexpr char kZero = 0x00;
constexpr char kZeroEnds = 0x01;
constexpr char kZeroStays = static_cast<char>(0xFF);
constexpr size_t kNumberBytes = 8;

absl::Status Malformed() {
  return DataLoss("KEY_MALFORMED", "a stored key does not have the parts it should have");
}

}  // namespace

KeyWriter& KeyWriter::Text(absl::string_view text) {
  key_.push_back(kTextTag);
  for (const char c : text) {
    key_.push_back(c);
    if (c == kZero) key_.push_back(kZeroStays);
  }
  key_.push_back(kZero);
  key_.push_back(kZeroEnds);
  return *this;
}

KeyWriter& KeyWriter::Number(uint64_t number) {
  key_.push_back(kNumberTag);
  for (size_t i = 0; i < kNumberBytes; ++i) {
    key_.push_back(static_cast<char>((number >> (8 * (kNumberBytes - 1 - i))) & 0xFF));
  }
  return *this;
}

std::string KeyWriter::Take() { return std::exchange(key_, {}); }

absl::StatusOr<std::string> KeyReader::Text() {
  if (rest_.empty() || rest_[0] != kTextTag) return Malformed();
  std::string text;
  for (size_t i = 1; i < rest_.size(); ++i) {
    if (rest_[i] != kZero) {
      text.push_back(rest_[i]);
      continue;
    }
    ++i;
    if (i == rest_.size()) break;
    if (rest_[i] == kZeroEnds) {
      rest_.remove_prefix(i + 1);
      return text;
    }
    if (rest_[i] != kZeroStays) break;
    text.push_back(kZero);
  }
  return Malformed();
}

absl::StatusOr<uint64_t> KeyReader::Number() {
  if (rest_.size() < 1 + kNumberBytes || rest_[0] != kNumberTag) return Malformed();
  uint64_t number = 0;
  for (size_t i = 1; i <= kNumberBytes; ++i) number = (number << 8) | static_cast<uint8_t>(rest_[i]);
  rest_.remove_prefix(1 + kNumberBytes);
  return number;
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<uint8_t>(end.back()) == 0xFF) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<uint8_t>(end.back()) + 1);
  return end;
}

}  // namespace safehaven
