// The list of due things as iCalendar: RFC 5545, content lines of at most 75 octets.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/merkle/sha256.h"
#include "services/consent/core/due.h"

namespace safehaven::consent {
namespace {

constexpr size_t kLineOctetsMax = 75;

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {";", "\\;"}, {",", "\\,"}, {"\n", "\\n"}, {"\r", ""}});
}

// Folds between characters, never inside one (UTF-8 continuation bytes are 10xxxxxx).
void AppendLine(std::string& out, absl::string_view line) {
  size_t room = kLineOctetsMax;
  while (line.size() > room) {
    size_t cut = room;
    while (cut > 1 && (static_cast<unsigned char>(line[cut]) & 0xC0) == 0x80) --cut;
    absl::StrAppend(&out, line.substr(0, cut), "\r\n ");
    line.remove_prefix(cut);
    room = kLineOctetsMax - 1;  // the blank counts
  }
  absl::StrAppend(&out, line, "\r\n");
}

std::string BasicDay(CivilDay day) { return absl::StrReplaceAll(day.ToString(), {{"-", ""}}); }

}  // namespace

std::string DueCalendar(const std::vector<DueItem>& items, absl::Time made) {
  const std::string stamp = absl::FormatTime("%Y%m%dT%H%M%SZ", made, absl::UTCTimeZone());
  std::string out;
  AppendLine(out, "BEGIN:VCALENDAR");
  AppendLine(out, "VERSION:2.0");
  AppendLine(out, "PRODID:-//Safehaven//register of approvals//EN");
  for (const DueItem& item : items) {
    // The same duty keeps its id, so that a calendar changes the event and adds no second.
    const std::string id = ToHex(Sha256(absl::StrCat(EnumText<DueKind>::Of(item.kind), "\n", item.subject, "\n",
                                                     item.day.ToString(), "\n", item.text)));
    AppendLine(out, "BEGIN:VEVENT");
    AppendLine(out, absl::StrCat("UID:", id.substr(0, 32), "@register.safehaven"));
    AppendLine(out, absl::StrCat("DTSTAMP:", stamp));
    AppendLine(out, absl::StrCat("DTSTART;VALUE=DATE:", BasicDay(item.day)));
    AppendLine(out, absl::StrCat("DTEND;VALUE=DATE:", BasicDay(item.day.AddDays(1))));
    AppendLine(out, absl::StrCat("SUMMARY:", Escape(absl::StrCat(EnumText<DueKind>::Of(item.kind), ": ", item.subject))));
    AppendLine(out, absl::StrCat("DESCRIPTION:", Escape(item.text)));
    AppendLine(out, "END:VEVENT");
  }
  AppendLine(out, "END:VCALENDAR");
  return out;
}

}  // namespace safehaven::consent
