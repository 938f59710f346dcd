// Bytes of segments: fixed little-endian numbers, counted texts and packed columns of
// integers, closed by a SHA-256 so that a flipped bit is found. Single-threaded.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_BYTE_CODEC_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_BYTE_CODEC_H_

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/costing/core/events.h"

namespace safehaven::costing {

class ByteWriter {
 public:
  void Byte(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void Number(uint64_t value);  // 8 bytes
  void Text(absl::string_view text);
  void Raw(const void* bytes, size_t count);

  // A column: its least value, the bytes that the distance from it takes (0, 1, 2, 4
  // or 8), and each distance in so many bytes. The count is not written.
  void Integers(std::span<const int64_t> values);
  template <typename Integer>
  void Column(const std::vector<Integer>& values) {
    Integers(std::vector<int64_t>(values.begin(), values.end()));
  }
  void Texts(const TextColumn& column);

  // The bytes with the digest of all of them behind.
  std::string Finish();

 private:
  std::string bytes_;
};

// Reads what a writer wrote. The first thing that does not fit makes every later
// read give empty values, so a parser checks once, at the end.
class ByteReader {
 public:
  // Checks and takes off the digest first.
  explicit ByteReader(absl::string_view bytes);

  uint8_t Byte();
  uint64_t Number();
  // A number that must not be above `most`.
  size_t Count(size_t most);
  std::string Text(size_t size_max);
  void Raw(void* bytes, size_t count);
  std::vector<int64_t> Integers(size_t count);

  // A column whose values must lie in [least, most].
  template <typename Integer>
  std::vector<Integer> Column(size_t count, int64_t least, int64_t most) {
    const std::vector<int64_t> values = Integers(count);
    std::vector<Integer> column;
    column.reserve(values.size());
    for (const int64_t value : values) {
      if (value < least || value > most) failed_ = true;
      column.push_back(static_cast<Integer>(value));
    }
    return failed_ ? std::vector<Integer>(count) : column;
  }
  template <typename Integer>
  std::vector<Integer> Column(size_t count) {
    return Column<Integer>(count, std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max());
  }
  TextColumn Texts(size_t count);

  // DATA_LOSS with reason SEGMENT_DAMAGED if anything did not fit or bytes are left.
  absl::Status Finish() const;

 private:
  absl::string_view Take(size_t count);

  absl::string_view rest_;
  bool failed_ = false;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_BYTE_CODEC_H_
