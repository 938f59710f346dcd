#include "services/consent/core/entry_text.h"

#include <optional>
#include <type_traits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/consent/core/describe.h"

namespace safehaven::consent {
namespace {

std::string Quote(absl::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          absl::StrAppendFormat(&out, "\\u%04x", static_cast<int>(c));
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
  return out;
}

// Scalars as text without quotes; `kIsText` says whether JSON quotes them.
template <typename T>
struct Scalar {
  static constexpr bool kIsScalar = std::is_enum_v<T>;
  static constexpr bool kIsText = true;
  static std::string Text(const T& value) { return std::string(EnumText<T>::Of(value)); }
};
template <>
struct Scalar<std::string> {
  static constexpr bool kIsScalar = true;
  static constexpr bool kIsText = true;
  static std::string Text(const std::string& value) { return value; }
};
template <>
struct Scalar<bool> {
  static constexpr bool kIsScalar = true;
  static constexpr bool kIsText = false;
  static std::string Text(bool value) { return value ? "true" : "false"; }
};
template <>
struct Scalar<int> {
  static constexpr bool kIsScalar = true;
  static constexpr bool kIsText = false;
  static std::string Text(int value) { return absl::StrCat(value); }
};
template <>
struct Scalar<CivilDay> {
  static constexpr bool kIsScalar = true;
  static constexpr bool kIsText = true;
  static std::string Text(CivilDay value) { return value.ToString(); }
};
template <>
struct Scalar<Reference> {
  static constexpr bool kIsScalar = true;
  static constexpr bool kIsText = true;
  static std::string Text(const Reference& value) { return value.printed(); }
};
template <>
struct Scalar<PublicKey> {
  static constexpr bool kIsScalar = true;
  static constexpr bool kIsText = true;
  static std::string Text(const PublicKey& value) { return absl::BytesToHexString(value.bytes); }
};

template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

// Writes {"name": value, ...}.
class JsonWriter {
 public:
  template <typename T>
  void Required(absl::string_view name, const T& value) {
    if constexpr (kIsOptional<T>) {
      if (!value.has_value()) return;
    }
    absl::StrAppend(&out_, out_.empty() ? "" : ", ", Quote(name), ": ", Write(value));
  }
  template <typename T>
  void Optional(absl::string_view name, const T& value) {
    if (value != T{}) Required(name, value);
  }
  std::string Object() const { return absl::StrCat("{", out_, "}"); }

 private:
  template <typename T>
  static std::string Write(const T& value) {
    if constexpr (kIsOptional<T>) {
      return Write(*value);
    } else if constexpr (kIsVector<T>) {
      std::string list;
      for (const auto& element : value) absl::StrAppend(&list, list.empty() ? "" : ", ", Write(element));
      return absl::StrCat("[", list, "]");
    } else if constexpr (Scalar<T>::kIsScalar) {
      return Scalar<T>::kIsText ? Quote(Scalar<T>::Text(value)) : Scalar<T>::Text(value);
    } else {
      JsonWriter nested;
      Describer<T>::Describe(value, nested);
      return nested.Object();
    }
  }

  std::string out_;
};

// Lists every scalar under its path.
class Flattener {
 public:
  Flattener(std::string prefix, std::map<std::string, std::string>& out) : prefix_(std::move(prefix)), out_(out) {}

  template <typename T>
  void Required(absl::string_view name, const T& value) {
    if constexpr (kIsOptional<T>) {
      if (!value.has_value()) return;
    }
    Add(absl::StrCat(prefix_, name), value);
  }
  template <typename T>
  void Optional(absl::string_view name, const T& value) {
    if (value != T{}) Required(name, value);
  }

 private:
  template <typename T>
  void Add(const std::string& path, const T& value) {
    if constexpr (kIsOptional<T>) {
      Add(path, *value);
    } else if constexpr (kIsVector<T>) {
      for (size_t i = 0; i < value.size(); ++i) Add(absl::StrCat(path, "[", i, "]"), value[i]);
    } else if constexpr (Scalar<T>::kIsScalar) {
      out_[path] = Scalar<T>::Text(value);
    } else {
      Flattener nested(absl::StrCat(path, "."), out_);
      Describer<T>::Describe(value, nested);
    }
  }

  std::string prefix_;
  std::map<std::string, std::string>& out_;
};

}  // namespace

std::string SerialiseEntry(const Entry& entry) {
  JsonWriter writer;
  std::visit([&writer](const auto& value) { Describer<std::decay_t<decltype(value)>>::Describe(value, writer); },
             entry);
  return absl::StrCat("{\"kind\": ", Quote(KindOf(entry)), ", \"entry\": ", writer.Object(), "}");
}

std::map<std::string, std::string> FlattenEntry(const Entry& entry) {
  std::map<std::string, std::string> out;
  Flattener flattener("", out);
  std::visit([&flattener](const auto& value) { Describer<std::decay_t<decltype(value)>>::Describe(value, flattener); },
             entry);
  return out;
}

}  // namespace safehaven::consent
