#include "services/linkage/core/standardise/nickname.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "services/linkage/core/compare/edit.h"
#include "services/linkage/core/standardise/nickname_data.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kGroupsMax = 60'000;
// Shorter names have too many others one edit away.
constexpr size_t kSlipLengthMin = 5;

std::string Without(absl::string_view name, size_t letter) {
  return absl::StrCat(name.substr(0, letter), name.substr(letter + 1));
}

bool IsName(absl::string_view token) {
  return std::all_of(token.begin(), token.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

const Nicknames::Groups& NoGroups() {
  static const Nicknames::Groups* const kNone = new Nicknames::Groups();
  return *kNone;
}

}  // namespace

absl::StatusOr<Nicknames> Nicknames::Parse(absl::string_view text) {
  Nicknames result;
  int line_number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++line_number;
    if (line.empty() || line[0] == '#') continue;
    const std::vector<absl::string_view> names = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (names.size() < 2 || !std::all_of(names.begin(), names.end(), IsName) ||
        result.roots_.size() >= kGroupsMax) {
      return InvalidArgument("NICKNAMES_MALFORMED",
                             absl::StrCat("line ", line_number, ": want two or more names of A-Z"));
    }
    const uint16_t group = static_cast<uint16_t>(result.roots_.size());
    result.roots_.emplace_back(names.front());
    for (const absl::string_view name : names) {
      Groups& groups = result.groups_[name];
      if (groups.empty() || groups.back() != group) groups.push_back(group);
    }
  }
  result.IndexSlips();
  return result;
}

void Nicknames::IndexSlips() {
  for (const auto& [name, groups] : groups_) {
    if (name.size() < kSlipLengthMin) continue;
    length_max_ = std::max(length_max_, name.size());
    slips_[name].push_back(&name);
    for (size_t i = 0; i < name.size(); ++i) slips_[Without(name, i)].push_back(&name);
  }
}

absl::string_view Nicknames::ListedNear(absl::string_view name) const {
  // One edit makes a name one letter longer at most.
  if (name.size() < kSlipLengthMin || name.size() > length_max_ + 1 || groups_.contains(name)) return "";
  const std::string* best = nullptr;
  const auto look = [&](const std::string& key) {
    const auto found = slips_.find(key);
    if (found == slips_.end()) return true;
    for (const std::string* listed : found->second) {
      if (!WithinOneEdit(*listed, name)) continue;
      if (best != nullptr && !ShareGroup(GroupsOf(*best), GroupsOf(*listed))) return false;
      // The order of the index must not matter: the first by alphabet stands for all.
      if (best == nullptr || *listed < *best) best = listed;
    }
    return true;
  };
  if (!look(std::string(name))) return "";
  for (size_t i = 0; i < name.size(); ++i) {
    if (!look(Without(name, i))) return "";
  }
  return best == nullptr ? absl::string_view() : *best;
}

const Nicknames& Nicknames::BuiltIn() {
  // Leaked on purpose: never destroyed while another static may use it.
  static const Nicknames* const kBuiltIn = [] {
    absl::StatusOr<Nicknames> parsed = Parse(kNicknameGroups);
    SH_CHECK(parsed.ok());
    return new Nicknames(*std::move(parsed));
  }();
  return *kBuiltIn;
}

const Nicknames::Groups& Nicknames::GroupsOf(absl::string_view name) const {
  const auto found = groups_.find(name);
  return found == groups_.end() ? NoGroups() : found->second;
}

absl::string_view Nicknames::RootOf(absl::string_view name) const {
  const auto found = groups_.find(name);
  return found == groups_.end() ? name : absl::string_view(roots_[found->second.front()]);
}

bool ShareGroup(const Nicknames::Groups& a, const Nicknames::Groups& b) {
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) return true;
    a[i] < b[j] ? ++i : ++j;
  }
  return false;
}

}  // namespace safehaven::linkage
