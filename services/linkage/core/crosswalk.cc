#include "services/linkage/core/crosswalk.h"

#include <algorithm>

#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

// Walks two ascending lists together: `only_left`, `both`, `only_right`.
template <typename Left, typename Right, typename Key, typename OnlyLeft, typename Both, typename OnlyRight>
void Merge(const Left& left, const Right& right, Key key, OnlyLeft only_left, Both both,
           OnlyRight only_right) {
  auto l = left.begin();
  auto r = right.begin();
  while (l != left.end() || r != right.end()) {
    if (r == right.end() || (l != left.end() && key(*l) < key(*r))) {
      only_left(*l++);
    } else if (l == left.end() || key(*r) < key(*l)) {
      only_right(*r++);
    } else {
      both(*l++, *r++);
    }
  }
}

const auto kTokenOf = [](const auto& entry) { return entry.token; };
const auto kPersonOf = [](const PersonAttributes& entry) { return entry.person; };

}  // namespace

std::vector<Tombstone> NextTombstones(const Crosswalk& previous, const std::vector<RecordPerson>& records,
                                      const std::vector<RecordToken>& still_there) {
  const auto reason_of = [&](const RecordToken& token) {
    return std::binary_search(still_there.begin(), still_there.end(), token) ? TombstoneReason::kUnlinked
                                                                              : TombstoneReason::kGone;
  };
  std::vector<Tombstone> tombstones;
  Merge(previous.tombstones, records, kTokenOf,
        [&](const Tombstone& old) {
          tombstones.push_back({.token = old.token, .person = old.person, .reason = reason_of(old.token)});
        },
        [](const Tombstone&, const RecordPerson&) {}, [](const RecordPerson&) {});
  Merge(previous.records, records, kTokenOf,
        [&](const RecordPerson& old) {
          tombstones.push_back({.token = old.token, .person = old.person, .reason = reason_of(old.token)});
        },
        [](const RecordPerson&, const RecordPerson&) {}, [](const RecordPerson&) {});
  std::sort(tombstones.begin(), tombstones.end());
  return tombstones;
}

CrosswalkChange Difference(const Crosswalk& from, const Crosswalk& to) {
  CrosswalkChange change{.from_revision = from.revision,
                         .to_revision = to.revision,
                         .model = to.model,
                         .placed = {},
                         .removed = {},
                         .attributes = {},
                         .ended = {},
                         .tombstones = to.tombstones,
                         .events = to.events};
  Merge(from.records, to.records, kTokenOf,
        [&](const RecordPerson& old) { change.removed.push_back(old.token); },
        [&](const RecordPerson& old, const RecordPerson& now) {
          if (old.person != now.person) change.placed.push_back(now);
        },
        [&](const RecordPerson& now) { change.placed.push_back(now); });
  Merge(from.attributes, to.attributes, kPersonOf,
        [&](const PersonAttributes& old) { change.ended.push_back(old.person); },
        [&](const PersonAttributes& old, const PersonAttributes& now) {
          if (old != now) change.attributes.push_back(now);
        },
        [&](const PersonAttributes& now) { change.attributes.push_back(now); });
  return change;
}

absl::StatusOr<Crosswalk> Apply(const Crosswalk& crosswalk, const CrosswalkChange& change) {
  if (crosswalk.revision != change.from_revision) {
    return FailedPrecondition("CROSSWALK_REVISION_OTHER", "the change starts from another revision");
  }
  Crosswalk next{.revision = change.to_revision,
                 .authority = crosswalk.authority,
                 .model = change.model,
                 .records = {},
                 .attributes = {},
                 .tombstones = change.tombstones,
                 .events = change.events};
  Merge(crosswalk.records, change.placed, kTokenOf,
        [&](const RecordPerson& old) {
          if (!std::binary_search(change.removed.begin(), change.removed.end(), old.token)) {
            next.records.push_back(old);
          }
        },
        [&](const RecordPerson&, const RecordPerson& now) { next.records.push_back(now); },
        [&](const RecordPerson& now) { next.records.push_back(now); });
  Merge(crosswalk.attributes, change.attributes, kPersonOf,
        [&](const PersonAttributes& old) {
          if (!std::binary_search(change.ended.begin(), change.ended.end(), old.person)) {
            next.attributes.push_back(old);
          }
        },
        [&](const PersonAttributes&, const PersonAttributes& now) { next.attributes.push_back(now); },
        [&](const PersonAttributes& now) { next.attributes.push_back(now); });
  return next;
}

}  // namespace safehaven::linkage
