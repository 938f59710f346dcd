// Log lines for operators: one JSON object a line, on standard error.
//
//   LogLine(Severity::kInfo, "load_closed", {{"rows", row_count}, {"source", "acute"}});
//
// A field is a number, a flag, a text, a time, a duration or a status, and nothing
// else: Sensitive<T> and protobuf messages do not compile (tested), so that no
// identifier is logged by accident. This is not the transparency log (libs/log), and
// losing a line loses no evidence. Thread-safe: a line is one write.
#ifndef SAFEHAVEN_LIBS_SERVER_LOG_LINE_H_
#define SAFEHAVEN_LIBS_SERVER_LOG_LINE_H_

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace safehaven {

enum class Severity { kInfo, kWarning, kError };

// One key with its value, written as JSON when it is made. The constructors are
// constrained so that no conversion (of a pointer to bool, say) chooses one.
class LogField {
 public:
  template <std::same_as<bool> Bool>
  LogField(absl::string_view key, Bool value) : LogField(key, Raw{value ? "true" : "false"}) {}

  template <std::integral Integer>
    requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char>)
  LogField(absl::string_view key, Integer value)
      : LogField(key, Raw{std::to_string(value)}) {}

  template <std::floating_point Float>
  LogField(absl::string_view key, Float value) : LogField(key, FromDouble(value)) {}

  LogField(absl::string_view key, absl::string_view text);
  LogField(absl::string_view key, const char* text) : LogField(key, absl::string_view(text)) {}
  LogField(absl::string_view key, const std::string& text)
      : LogField(key, absl::string_view(text)) {}
  // RFC 3339, UTC, milliseconds.
  LogField(absl::string_view key, absl::Time time);
  // Seconds.
  LogField(absl::string_view key, absl::Duration duration);
  // An object of code, reason and message.
  LogField(absl::string_view key, const absl::Status& status);

  // "key":value
  const std::string& json() const { return json_; }

 private:
  struct Raw {
    std::string json;
  };
  static Raw FromDouble(double value);
  LogField(absl::string_view key, const Raw& value);

  std::string json_;
};

// Writes one line: time, severity, event and the fields in their order. `event` is a
// lower_snake name that never changes, for searching.
void LogLine(Severity severity, absl::string_view event, std::initializer_list<LogField> fields);

// The text of such a line at `now`, with its line end: what LogLine() writes.
std::string FormatLogLine(absl::Time now, Severity severity, absl::string_view event,
                          std::initializer_list<LogField> fields);

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string JsonString(absl::string_view text);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_LOG_LINE_H_
