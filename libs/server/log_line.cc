#include "libs/server/log_line.h"

#include <unistd.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

// A longer text says too much for a line; it is cut, visibly.
constexpr size_t kTextSizeMax = 2048;

absl::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "info";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "error";
}

// How many bytes at the start of `text` are one well-formed UTF-8 character; 0 if none
// (RFC 3629, section 4; surrogates and overlong forms are not told apart: harmless in a log).
size_t Utf8Length(absl::string_view text) {
  const auto byte = [text](size_t index) { return static_cast<unsigned char>(text[index]); };
  size_t length = 0;
  if (byte(0) < 0x80) length = 1;
  else if (byte(0) >= 0xC2 && byte(0) < 0xE0) length = 2;
  else if (byte(0) >= 0xE0 && byte(0) < 0xF0) length = 3;
  else if (byte(0) >= 0xF0 && byte(0) < 0xF5) length = 4;
  if (length == 0 || text.size() < length) return 0;
  for (size_t index = 1; index < length; ++index) {
    if ((byte(index) & 0xC0) != 0x80) return 0;
  }
  return length;
}

std::string UtcText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

std::string StatusJson(const absl::Status& status) {
  return absl::StrCat("{\"code\":", JsonString(absl::StatusCodeToString(status.code())),
                      ",\"reason\":", JsonString(ReasonOf(status)),
                      ",\"message\":", JsonString(status.message()), "}");
}

}  // namespace

std::string JsonString(absl::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    const char c = text[0];
    if (length == 0) {
      json += "\xEF\xBF\xBD";
    } else if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      absl::StrAppendFormat(&json, "\\u%04x", static_cast<unsigned>(c));
    } else {
      json.append(text.data(), length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return json + "\"";
}

LogField::LogField(absl::string_view key, const Raw& value)
    : json_(absl::StrCat(JsonString(key), ":", value.json)) {}

LogField::LogField(absl::string_view key, absl::string_view text)
    : LogField(key, Raw{JsonString(text.size() <= kTextSizeMax
                                       ? std::string(text)
                                       : absl::StrCat(text.substr(0, kTextSizeMax), " [cut]"))}) {}

LogField::LogField(absl::string_view key, absl::Time time) : LogField(key, UtcText(time)) {}

LogField::LogField(absl::string_view key, absl::Duration duration)
    : LogField(key, FromDouble(absl::ToDoubleSeconds(duration))) {}

LogField::LogField(absl::string_view key, const absl::Status& status)
    : LogField(key, Raw{StatusJson(status)}) {}

LogField::Raw LogField::FromDouble(double value) {
  // JSON has no infinities.
  return Raw{std::isfinite(value) ? absl::StrFormat("%.9g", value) : "null"};
}

std::string FormatLogLine(absl::Time now, Severity severity, absl::string_view event,
                          std::initializer_list<LogField> fields) {
  std::string line = absl::StrCat("{\"time\":", JsonString(UtcText(now)),
                                  ",\"severity\":", JsonString(NameOf(severity)),
                                  ",\"event\":", JsonString(event));
  for (const LogField& field : fields) absl::StrAppend(&line, ",", field.json());
  return line + "}\n";
}

void LogLine(Severity severity, absl::string_view event, std::initializer_list<LogField> fields) {
  const std::string line = FormatLogLine(absl::Now(), severity, event, fields);
  // A line that cannot be written is lost: a service must not fail over its log.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace safehaven
