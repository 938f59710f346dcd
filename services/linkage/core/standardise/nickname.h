// Which given names are forms of one another: BILL and WILLIAM. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NICKNAME_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NICKNAME_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::linkage {

// Immutable after construction.
class Nicknames {
 public:
  // Numbers of the groups a name belongs to, ascending; a name may be short for
  // several (ALEX).
  using Groups = std::vector<uint16_t>;

  // Reads one group a line: names of A-Z separated by blanks, the full form first;
  // lines that begin with # are comments. INVALID_ARGUMENT with reason
  // NICKNAMES_MALFORMED (with the line number) otherwise.
  static absl::StatusOr<Nicknames> Parse(absl::string_view text);

  // The project's own list (standardise/nickname_data.cc).
  static const Nicknames& BuiltIn();

  // Empty if the name is in no group.
  const Groups& GroupsOf(absl::string_view name) const;

  // The listed name that `name` is a slip of: one edit away, five letters or more, and
  // not listed itself. "" if there is none, or several that have no group in common.
  absl::string_view ListedNear(absl::string_view name) const;

  // The full form of the first group of `name`, or `name` itself: a key under which
  // most forms meet. A view into `name` or into this.
  absl::string_view RootOf(absl::string_view name) const;

 private:
  Nicknames() = default;
  void IndexSlips();

  std::vector<std::string> roots_;
  // Nodes stay in place, so that the other index may point at them.
  absl::node_hash_map<std::string, Groups> groups_;
  // Listed names by what is left of them without one letter, and by themselves.
  absl::flat_hash_map<std::string, std::vector<const std::string*>> slips_;
  // Of the longest name in slips_.
  size_t length_max_ = 0;
};

// Do the two lists share a group?
bool ShareGroup(const Nicknames::Groups& a, const Nicknames::Groups& b);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NICKNAME_H_
