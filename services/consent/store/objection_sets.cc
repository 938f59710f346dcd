#include "services/consent/store/objection_sets.h"

#include <algorithm>

#include "libs/storage/huge_pages.h"

namespace safehaven::consent {
namespace {

uint32_t BaseOf(uint64_t number) { return static_cast<uint32_t>(number / 10); }

}  // namespace

void ObjectionSets::MakeIndex(Set& set) {
  set.index = std::make_unique<ObjectionIndex>(MakeZeroedWordsInHugePages(ObjectionIndex::kWords));
  for (const uint64_t number : set.few) set.index->AddBase(BaseOf(number));
  set.few = {};
}

bool ObjectionSets::Change(absl::string_view set, std::span<const uint64_t> numbers, absl::string_view withdrawn) {
  if (!std::all_of(numbers.begin(), numbers.end(), IsNhsNumber)) return false;
  absl::MutexLock lock(&mutex_);
  Set& changed = sets_[std::string(set)];
  if (changed.index == nullptr && changed.few.size() + numbers.size() >= kIndexFrom) MakeIndex(changed);
  for (size_t i = 0; i < numbers.size(); ++i) {
    const bool objects = withdrawn[i] == '\0';
    if (changed.index == nullptr) {
      objects ? (void)changed.few.insert(numbers[i]) : (void)changed.few.erase(numbers[i]);
    } else {
      objects ? changed.index->AddBase(BaseOf(numbers[i])) : changed.index->RemoveBase(BaseOf(numbers[i]));
    }
  }
  return true;
}

const ObjectionIndex* ObjectionSets::IndexOf(absl::string_view set) const {
  absl::MutexLock lock(&mutex_);
  const auto found = sets_.find(set);
  return found == sets_.end() ? nullptr : found->second.index.get();
}

bool ObjectionSets::Contains(absl::string_view set, uint64_t number) const {
  absl::MutexLock lock(&mutex_);
  const auto found = sets_.find(set);
  if (found == sets_.end() || !IsNhsNumber(number)) return false;
  return found->second.index == nullptr ? found->second.few.contains(number)
                                        : found->second.index->ContainsBase(BaseOf(number));
}

FilterCounts ObjectionSets::Filter(absl::string_view set, std::span<const uint64_t> numbers,
                                   std::span<uint8_t> allowed) const {
  if (const ObjectionIndex* index = IndexOf(set)) return FilterNumbers(numbers, *index, allowed);
  FilterCounts counts;
  absl::MutexLock lock(&mutex_);
  const auto found = sets_.find(set);
  for (size_t i = 0; i < numbers.size(); ++i) {
    const bool valid = IsNhsNumber(numbers[i]);
    const bool objects = valid && found != sets_.end() && found->second.few.contains(numbers[i]);
    allowed[i] = valid && !objects ? 1 : 0;
    counts.passed += allowed[i];
    counts.objecting += objects ? 1 : 0;
    counts.invalid += valid ? 0 : 1;
  }
  return counts;
}

}  // namespace safehaven::consent
