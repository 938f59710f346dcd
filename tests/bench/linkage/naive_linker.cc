#include "tests/bench/linkage/naive_linker.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <unordered_map>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"
#include "tests/support/jaro_winkler_reference.h"

namespace safehaven::bench {
namespace {

// Blocks beyond this are skipped, as the published rules' heaviest keys would not end.
constexpr size_t kBlockMax = 400;
constexpr double kLinkFrom = 1.0;  // bits

struct Person {
  std::string given, family, date, sex, postcode, house;
};

std::vector<Person> Read(const std::string& csv) {
  std::vector<Person> people;
  bool header = true;
  for (const absl::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
    if (header) {
      header = false;
      continue;
    }
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    people.push_back({fields[2], fields[3], fields[4], fields[5], fields[6], fields[7]});
  }
  return people;
}

// Bits for and against, by what names, dates and places of people usually are.
double Weigh(const Person& a, const Person& b) {
  double bits = -19;
  const auto name = [](const std::string& x, const std::string& y, double exact) {
    if (x == y) return exact;
    const int similarity = linkage::JaroWinklerReference(x, y);
    return similarity >= 9'000 ? exact - 2 : similarity >= 8'000 ? 2.0 : -4.5;
  };
  const bool swapped = a.given == b.family && a.family == b.given;
  bits += swapped ? 12 : name(a.given, b.given, 7) + name(a.family, b.family, 9);
  if (!a.date.empty() && !b.date.empty()) {
    const int equal = (a.date.substr(0, 4) == b.date.substr(0, 4)) + (a.date.substr(5, 2) == b.date.substr(5, 2)) +
                      (a.date.substr(8) == b.date.substr(8));
    bits += equal == 3 ? 15 : equal == 2 ? 5 : -6;
  }
  if (!a.postcode.empty() && !b.postcode.empty()) bits += a.postcode == b.postcode ? 15 : -1.5;
  bits += a.house == b.house ? 6 : -1.5;
  return bits + (a.sex == b.sex ? 1 : -5);
}

using Key = std::function<std::string(const Person&)>;

std::vector<Key> Rules() {
  return {[](const Person& p) { return p.given + "|" + p.family; },
          [](const Person& p) { return p.family + "|" + p.date; },
          [](const Person& p) { return p.given + "|" + p.date; },
          [](const Person& p) { return p.postcode + "|" + p.date; },
          [](const Person& p) { return p.postcode + "|" + p.house; },
          [](const Person& p) { return p.family.substr(0, 3) + "|" + p.postcode; },
          [](const Person& p) { return p.family + "|" + p.given + "|" + p.date.substr(0, 4); }};
}

}  // namespace

NaiveResult LinkNaively(const std::string& csv) {
  const std::vector<Person> people = Read(csv);
  NaiveResult result;
  std::vector<uint32_t> parent(people.size());
  std::iota(parent.begin(), parent.end(), 0u);
  const auto find = [&parent](uint32_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  absl::flat_hash_set<uint64_t> seen;
  for (const Key& rule : Rules()) {
    std::unordered_map<std::string, std::vector<uint32_t>> blocks;
    for (uint32_t i = 0; i < people.size(); ++i) blocks[rule(people[i])].push_back(i);
    for (const auto& [key, members] : blocks) {
      if (members.size() > kBlockMax) continue;
      for (size_t i = 0; i < members.size(); ++i) {
        for (size_t j = i + 1; j < members.size(); ++j) {
          if (!seen.insert(uint64_t{members[i]} << 32 | members[j]).second) continue;
          ++result.pairs;
          if (Weigh(people[members[i]], people[members[j]]) >= kLinkFrom) parent[find(members[i])] = find(members[j]);
        }
      }
    }
  }
  for (uint32_t i = 0; i < people.size(); ++i) result.cluster_of.push_back(find(i));
  return result;
}

}  // namespace safehaven::bench
