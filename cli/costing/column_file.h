// Numbers, texts and whole columns in a file, as they lie in memory (little-endian, each
// padded to eight bytes), and back again. A reader takes nothing on trust: the first thing
// that does not fit makes every later read give nothing, so a parser checks once, at the
// end. Single-threaded.
#ifndef SAFEHAVEN_CLI_COSTING_COLUMN_FILE_H_
#define SAFEHAVEN_CLI_COSTING_COLUMN_FILE_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/costing/output_folder.h"

namespace safehaven::cli {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "columns are written as the processor has them");

class ColumnWriter {
 public:
  explicit ColumnWriter(OutputFile& file) : file_(file) {}

  void Number(uint64_t value) { file_.WriteColumn(&value, 1); }
  void Signed(int64_t value) { file_.WriteColumn(&value, 1); }
  void Text(absl::string_view text) {
    Number(text.size());
    file_.Write(text);
    Pad(text.size());
  }
  void Texts(const std::vector<std::string>& texts) {
    Number(texts.size());
    for (const std::string& text : texts) Text(text);
  }
  // The count first.
  template <typename Item>
  void Column(const std::vector<Item>& values) {
    static_assert(std::is_trivially_copyable_v<Item>);
    Number(values.size());
    file_.WriteColumn(values.data(), values.size());
    Pad(values.size() * sizeof(Item));
  }

 private:
  void Pad(size_t byte_count) {
    static constexpr char kZeros[8] = {};
    file_.Write({kZeros, (8 - byte_count % 8) % 8});
  }
  OutputFile& file_;
};

class ColumnReader {
 public:
  explicit ColumnReader(absl::string_view bytes) : rest_(bytes) {}

  uint64_t Number() { return Fixed<uint64_t>(); }
  int64_t Signed() { return Fixed<int64_t>(); }
  // A number that must not be above `most`.
  size_t Count(size_t most) {
    const uint64_t count = Number();
    if (count > most) failed_ = true;
    return failed_ ? 0 : static_cast<size_t>(count);
  }
  std::string Text() {
    const uint64_t size = Number();
    return std::string(Take(size, 1));
  }
  std::vector<std::string> Texts() {
    std::vector<std::string> texts;
    // Each takes eight bytes at least, so no count makes room for more than there is.
    const size_t count = Count(rest_.size() / 8);
    for (size_t i = 0; i < count && !failed_; ++i) texts.push_back(Text());
    return texts;
  }
  template <typename Item>
  std::vector<Item> Column() {
    static_assert(std::is_trivially_copyable_v<Item>);
    const uint64_t count = Number();
    const absl::string_view bytes = Take(count, sizeof(Item));
    std::vector<Item> values(bytes.size() / sizeof(Item));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  // A column of codes, each below `limit`, `count` of them.
  template <typename Code>
  std::vector<Code> Codes(size_t count, size_t limit) {
    std::vector<Code> codes = Column<Code>();
    Code largest = 0;
    for (const Code code : codes) largest = code > largest ? code : largest;
    Check(codes.size() == count && (codes.empty() || largest < limit));
    return codes;
  }

  void Check(bool holds) { failed_ = failed_ || !holds; }
  bool failed() const { return failed_; }
  // Was everything there, and nothing more?
  bool IsAtEnd() const { return !failed_ && rest_.empty(); }

 private:
  template <typename Value>
  Value Fixed() {
    Value value = 0;
    const absl::string_view bytes = Take(1, sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  absl::string_view Take(uint64_t count, size_t width) {
    if (failed_ || count > rest_.size() / width) {
      failed_ = true;
      return {};
    }
    const size_t size = static_cast<size_t>(count) * width;
    const size_t padded = size + (8 - size % 8) % 8;
    if (padded > rest_.size()) {
      failed_ = true;
      return {};
    }
    const absl::string_view part = rest_.substr(0, size);
    rest_.remove_prefix(padded);
    return part;
  }

  absl::string_view rest_;
  bool failed_ = false;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_COLUMN_FILE_H_
