#include "services/consent/core/canonical_entry.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/core/describe.h"
#include "services/consent/core/register_yaml.h"
#include "services/consent/core/validate.h"

namespace safehaven::consent {
namespace {

template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

bool HasControl(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Walks over the text once. After the first mismatch it reads nothing more.
class CanonicalReader {
 public:
  explicit CanonicalReader(absl::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && rest_.empty(); }
  void Fail() { ok_ = false; }

  void Expect(absl::string_view literal) {
    if (!ok_ || !absl::StartsWith(rest_, literal)) return Fail();
    rest_.remove_prefix(literal.size());
  }

  bool Take(absl::string_view literal) {
    if (!ok_ || !absl::StartsWith(rest_, literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }

  void Read(std::string& value) {
    Expect("\"");
    value.clear();
    while (ok_) {
      const size_t plain = rest_.find_first_of("\"\\");
      if (plain == absl::string_view::npos || HasControl(rest_.substr(0, plain))) return Fail();
      value.append(rest_.data(), plain);
      const char mark = rest_[plain];
      rest_.remove_prefix(plain + 1);
      if (mark == '"') break;
      if (rest_.empty()) return Fail();
      const char escaped = rest_[0];
      rest_.remove_prefix(1);
      switch (escaped) {
        case '"':
        case '\\': value.push_back(escaped); break;
        case 'n': value.push_back('\n'); break;
        case 't': value.push_back('\t'); break;
        default: return Fail();  // a control character: refused by the reader of files
      }
    }
    if (value.size() > kRegisterTextMax) Fail();
  }
  void Read(bool& value) {
    value = Take("true");
    if (!value) Expect("false");
  }
  void Read(int& value) {
    const size_t size = std::min(rest_.find_first_not_of("-0123456789"), rest_.size());
    if (!ok_ || !absl::SimpleAtoi(rest_.substr(0, size), &value)) return Fail();
    rest_.remove_prefix(size);
  }
  void Read(CivilDay& value) { ReadParsed(value, CivilDay::Parse); }
  void Read(Reference& value) { ReadParsed(value, Reference::Parse); }
  void Read(PublicKey& value) {
    std::string digits;
    Read(digits);
    value.bytes = absl::HexStringToBytes(digits);
    // 32 bytes, in the one spelling.
    if (digits.size() != 64 || absl::BytesToHexString(value.bytes) != digits) Fail();
  }
  template <typename T>
  void Read(T& value) {
    if constexpr (std::is_enum_v<T>) {
      ReadParsed(value, EnumText<T>::Parse);
    } else if constexpr (kIsOptional<T>) {
      Read(value.emplace());
    } else if constexpr (kIsVector<T>) {
      ReadList(value);
    } else {
      ReadMap(value);
    }
  }
  template <typename T>
  void ReadMap(T& value);

 private:
  template <typename T, typename Parse>
  void ReadParsed(T& value, const Parse& parse) {
    Read(text_);
    if (!ok_) return;
    auto parsed = parse(text_);
    if (!parsed.ok()) return Fail();
    value = *std::move(parsed);
  }

  template <typename T>
  void ReadList(std::vector<T>& list) {
    Expect("[");
    list.clear();
    if (Take("]")) return;
    do {
      Read(list.emplace_back());
    } while (Take(", "));
    Expect("]");
  }

  absl::string_view rest_;
  bool ok_ = true;
  std::string text_;  // of the scalar that is being parsed
};

// Visits the fields of one map in the order in which they were written.
class FieldReader {
 public:
  explicit FieldReader(CanonicalReader& reader) : reader_(reader) {}

  template <typename T>
  void Required(absl::string_view name, T& value) {
    if (!TakeName(name)) return reader_.Fail();
    reader_.Read(value);
  }
  template <typename T>
  void Optional(absl::string_view name, T& value) {
    if (TakeName(name)) reader_.Read(value);
  }

 private:
  bool TakeName(absl::string_view name) {
    if (!reader_.Take(absl::StrCat(first_ ? "\"" : ", \"", name, "\": "))) return false;
    first_ = false;
    return true;
  }

  CanonicalReader& reader_;
  bool first_ = true;
};

template <typename T>
void CanonicalReader::ReadMap(T& value) {
  Expect("{");
  FieldReader fields(*this);
  Describer<T>::Describe(value, fields);
  Expect("}");
}

// Reads an entry of the kind T, if that is the kind.
template <typename T>
bool TryKind(absl::string_view kind, CanonicalReader& reader, std::optional<Entry>& entry) {
  if (kind != KindName<T>()) return false;
  T value;
  reader.ReadMap(value);
  entry = Entry(std::move(value));
  return true;
}

template <typename... Kinds>
bool TryKinds(const std::variant<Kinds...>*, absl::string_view kind, CanonicalReader& reader,
              std::optional<Entry>& entry) {
  return (TryKind<Kinds>(kind, reader, entry) || ...);
}

}  // namespace

std::optional<Entry> ReadCanonicalEntry(absl::string_view text) {
  CanonicalReader reader(text);
  std::string kind;
  reader.Expect("{\"kind\": ");
  reader.Read(kind);
  reader.Expect(", \"entry\": ");
  std::optional<Entry> entry;
  if (!reader.ok() || !TryKinds(static_cast<const Entry*>(nullptr), kind, reader, entry)) return std::nullopt;
  reader.Expect("}");
  return reader.AtEnd() ? entry : std::nullopt;
}

absl::StatusOr<Entry> ParseStoredEntry(absl::string_view text) {
  std::optional<Entry> entry = ReadCanonicalEntry(text);
  if (!entry.has_value()) return ParseEntry(text);
  SH_RETURN_IF_ERROR(ValidateEntry(*entry));
  return *std::move(entry);
}

}  // namespace safehaven::consent
