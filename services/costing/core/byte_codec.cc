#include "services/costing/core/byte_codec.h"

#include <algorithm>
#include <cstring>

#include "libs/base/status.h"
#include "libs/merkle/sha256.h"

namespace safehaven::costing {
namespace {

// The fewest of 0, 1, 2, 4, 8 bytes that hold `distance`.
uint8_t WidthOf(uint64_t distance) {
  if (distance == 0) return 0;
  if (distance <= 0xFF) return 1;
  if (distance <= 0xFFFF) return 2;
  return distance <= 0xFFFF'FFFF ? 4 : 8;
}

// Numbers are copied as the processor has them: the build requires little-endian.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "segments are little-endian");

}  // namespace

void ByteWriter::Number(uint64_t value) { Raw(&value, sizeof value); }

void ByteWriter::Text(absl::string_view text) {
  Number(text.size());
  bytes_.append(text.data(), text.size());
}

void ByteWriter::Raw(const void* bytes, size_t count) { bytes_.append(static_cast<const char*>(bytes), count); }

void ByteWriter::Integers(std::span<const int64_t> values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const int64_t base = values.empty() ? 0 : *least;
  const uint64_t spread = values.empty() ? 0 : static_cast<uint64_t>(*most) - static_cast<uint64_t>(base);
  const uint8_t width = WidthOf(spread);
  Number(static_cast<uint64_t>(base));
  Byte(width);
  for (const int64_t value : values) {
    const uint64_t distance = static_cast<uint64_t>(value) - static_cast<uint64_t>(base);
    Raw(&distance, width);
  }
}

void ByteWriter::Texts(const TextColumn& column) {
  Number(column.values.size());
  for (const std::string& value : column.values) Text(value);
  Column(column.codes);
}

std::string ByteWriter::Finish() {
  const Digest digest = Sha256(bytes_);
  Raw(digest.data(), digest.size());
  return std::move(bytes_);
}

ByteReader::ByteReader(absl::string_view bytes) : rest_(bytes) {
  if (bytes.size() < kDigestBytes) {
    failed_ = true;
    return;
  }
  rest_.remove_suffix(kDigestBytes);
  const Digest digest = Sha256(rest_);
  failed_ = AsBytes(digest) != bytes.substr(rest_.size());
}

absl::string_view ByteReader::Take(size_t count) {
  if (failed_ || rest_.size() < count) {
    failed_ = true;
    return {};
  }
  const absl::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

uint8_t ByteReader::Byte() {
  const absl::string_view taken = Take(1);
  return failed_ ? 0 : static_cast<uint8_t>(taken[0]);
}

uint64_t ByteReader::Number() {
  uint64_t value = 0;
  Raw(&value, sizeof value);
  return value;
}

size_t ByteReader::Count(size_t most) {
  const uint64_t count = Number();
  if (count > most) failed_ = true;
  return failed_ ? 0 : static_cast<size_t>(count);
}

std::string ByteReader::Text(size_t size_max) { return std::string(Take(Count(size_max))); }

void ByteReader::Raw(void* bytes, size_t count) {
  const absl::string_view taken = Take(count);
  if (!failed_ && count > 0) std::memcpy(bytes, taken.data(), count);
}

std::vector<int64_t> ByteReader::Integers(size_t count) {
  const uint64_t base = Number();
  const uint8_t width = Byte();
  if (width != 0 && width != 1 && width != 2 && width != 4 && width != 8) failed_ = true;
  const absl::string_view taken = failed_ ? absl::string_view() : Take(count * width);
  std::vector<int64_t> values(count);
  if (failed_) return values;
  for (size_t i = 0; i < count; ++i) {
    uint64_t distance = 0;
    if (width > 0) std::memcpy(&distance, taken.data() + i * width, width);
    values[i] = static_cast<int64_t>(base + distance);
  }
  return values;
}

TextColumn ByteReader::Texts(size_t count) {
  TextColumn column;
  // Each value occurs in a row, so there are no more of them than rows.
  const size_t value_count = Count(count);
  for (size_t i = 0; i < value_count; ++i) column.values.push_back(Text(kEventTextMax));
  column.codes = Column<uint16_t>(count, 0, static_cast<int64_t>(value_count) - 1);
  return column;
}

absl::Status ByteReader::Finish() const {
  if (!failed_ && rest_.empty()) return absl::OkStatus();
  return DataLoss("SEGMENT_DAMAGED", "a stored segment does not verify or does not parse");
}

}  // namespace safehaven::costing
