#include "services/consent/core/plan.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "services/consent/core/entry_text.h"

namespace safehaven::consent {
namespace {

// Keys and pinned key sets are long and say nothing to a reader.
constexpr size_t kShownMax = 80;

std::string Shown(const std::string& text) {
  return text.size() <= kShownMax ? text : absl::StrCat(text.substr(0, kShownMax), "...");
}

std::vector<std::string> Differences(const std::optional<Entry>& before, const std::optional<Entry>& after) {
  const std::map<std::string, std::string> none;
  const auto old_fields = before.has_value() ? FlattenEntry(*before) : none;
  const auto new_fields = after.has_value() ? FlattenEntry(*after) : none;
  std::vector<std::string> lines;
  for (const auto& [field, text] : old_fields) {
    const auto now = new_fields.find(field);
    if (now == new_fields.end()) {
      lines.push_back(absl::StrCat(field, ": - ", Shown(text)));
    } else if (now->second != text) {
      lines.push_back(absl::StrCat(field, ": ", Shown(text), " -> ", Shown(now->second)));
    }
  }
  for (const auto& [field, text] : new_fields) {
    if (!old_fields.contains(field)) lines.push_back(absl::StrCat(field, ": + ", Shown(text)));
  }
  return lines;
}

}  // namespace

std::vector<PlannedChange> Plan(const RegisterSnapshot& snapshot, std::span<const Entry> entries, bool keep_absent) {
  const std::map<std::string, Entry> before = snapshot.Entries();
  std::map<std::string, Entry> after;
  for (const Entry& entry : entries) after.insert_or_assign(KeyOf(entry), entry);

  std::map<std::string, PlannedChange> plan;
  for (const auto& [key, entry] : after) {
    const auto found = before.find(key);
    const std::optional<Entry> old = found == before.end() ? std::nullopt : std::optional<Entry>(found->second);
    const Widening widening = Classify(old, entry);
    if (widening == Widening::kUnchanged) continue;
    plan[key] = {old.has_value() ? PlanAction::kChange : PlanAction::kAdd, key, entry, widening,
                 Differences(old, entry)};
  }
  for (const auto& [key, entry] : before) {
    if (keep_absent || after.contains(key)) continue;
    plan[key] = {PlanAction::kEnd, key, std::nullopt, Classify(entry, std::nullopt), {}};
  }
  std::vector<PlannedChange> changes;
  for (auto& [key, change] : plan) changes.push_back(std::move(change));
  return changes;
}

std::string PlanText(std::span<const PlannedChange> plan) {
  if (plan.empty()) return "No changes.\n";
  std::string text;
  std::array<int, 3> counts = {};
  int widening = 0;
  for (const PlannedChange& change : plan) {
    constexpr std::array<absl::string_view, 3> kMarks = {"+", "~", "-"};
    const size_t action = static_cast<size_t>(change.action);
    ++counts[action];
    if (change.widening == Widening::kWidens) ++widening;
    absl::StrAppend(&text, kMarks[action], " ", change.key, " (", EnumText<Widening>::Of(change.widening), ")\n");
    // What a new entry says is in its file; what changes is worth showing.
    if (change.action != PlanAction::kChange) continue;
    for (const std::string& line : change.lines) absl::StrAppend(&text, "    ", line, "\n");
  }
  absl::StrAppend(&text, counts[0], " to add, ", counts[1], " to change, ", counts[2], " to end; ", widening,
                  " widen access and need a second person.\n");
  return text;
}

}  // namespace safehaven::consent
