#include "services/linkage/core/frozen_yaml.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/standardise/date.h"
#include "services/linkage/core/yaml_reading.h"

namespace safehaven::linkage {
namespace {

std::string DateText(uint32_t packed) {
  return absl::StrFormat("%04d-%02d-%02d", packed >> 9, packed >> 5 & 15, packed & 31);
}

std::vector<absl::string_view> Words(const std::string& text) { return absl::StrSplit(text, ' ', absl::SkipEmpty()); }

uint64_t CountOf(const YAML::Node& map, const char* key) {
  uint64_t count = 0;
  if (!absl::SimpleAtoi(TextOf(map, key), &count)) Refuse(map[key], absl::StrCat(key, ": want a count"));
  return count;
}

StandardRules ReadStandard(const YAML::Node& node) {
  MapOf(node, {"latest_birth", "age_years_max", "first_of_january_is_year_only", "default_dates", "denied_numbers"});
  StandardRules rules;
  const absl::StatusOr<CivilDay> latest = CivilDay::Parse(TextOf(node, "latest_birth"));
  if (!latest.ok()) Refuse(node["latest_birth"], "latest_birth: want YYYY-MM-DD");
  rules.dates.latest = *latest;
  rules.dates.age_years_max = static_cast<int>(NumberOf(node, "age_years_max"));
  rules.dates.first_of_january_is_year_only = FlagOf(node, "first_of_january_is_year_only");
  const std::string dates = TextOf(node, "default_dates");
  for (const absl::string_view word : Words(dates)) {
    const PartialDate date = ParsePartialDate(word);
    if (!date.complete()) Refuse(node["default_dates"], "default_dates: want YYYY-MM-DD, separated by blanks");
    rules.dates.defaults.insert(date.packed());
  }
  const std::string numbers = TextOf(node, "denied_numbers");
  for (const absl::string_view word : Words(numbers)) {
    uint64_t number = 0;
    if (!absl::SimpleAtoi(word, &number)) Refuse(node["denied_numbers"], "denied_numbers: want numbers");
    rules.numbers.denied.insert(number);
  }
  return rules;
}

std::vector<LeftOverRise> ReadRound(const YAML::Node& node) {
  std::vector<LeftOverRise> round;
  if (!node.IsSequence()) Refuse(node, "left_over: want a list of lists");
  for (const YAML::Node& rise : node) {
    MapOf(rise, {"first", "second", "rise_bits"});
    round.push_back({.first = TextOf(rise, "first"),
                     .second = TextOf(rise, "second"),
                     .rise = static_cast<Weight>(std::lround(NumberOf(rise, "rise_bits") * kWeightPerBit))});
  }
  return round;
}

HeavyKeys ReadHeavy(const YAML::Node& node, const std::string& rule) {
  MapOf(node, {"rule", "rounds"});
  if (TextOf(node, "rule") != rule) Refuse(node["rule"], absl::StrCat("want the rule ", rule, " here"));
  const YAML::Node rounds = ListOf(node, "rounds");
  if (rounds.size() != kBlockRounds) Refuse(rounds, absl::StrCat("want ", kBlockRounds, " rounds"));
  HeavyKeys heavy;
  for (size_t round = 0; round < kBlockRounds; ++round) {
    const std::string keys = rounds[round].as<std::string>();
    for (const absl::string_view word : Words(keys)) {
      uint32_t key = 0;
      if (!absl::SimpleHexAtoi(word, &key)) Refuse(rounds[round], "rounds: want keys in hexadecimal");
      heavy.rounds[round].push_back(key);
    }
    if (!std::is_sorted(heavy.rounds[round].begin(), heavy.rounds[round].end())) {
      Refuse(rounds[round], "rounds: want ascending keys");
    }
  }
  return heavy;
}

template <typename Set, typename ToText>
std::string SortedText(const Set& set, ToText to_text) {
  std::vector<typename Set::value_type> sorted(set.begin(), set.end());
  std::sort(sorted.begin(), sorted.end());
  return absl::StrJoin(sorted, " ", [&](std::string* out, const auto value) { absl::StrAppend(out, to_text(value)); });
}

}  // namespace

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    if (static_cast<unsigned char>(c) >= 0x20) quoted.push_back(c);
  }
  return quoted + "\"";
}

Frozen ReadFrozen(const YAML::Node& node, const std::vector<BlockingRule>& rules) {
  MapOf(node, {"profiles", "pairs", "standard", "duplicate_free", "left_over", "heavy"});
  Frozen frozen;
  frozen.profiles = CountOf(node, "profiles");
  frozen.pairs = CountOf(node, "pairs");
  frozen.standard = ReadStandard(Get(node, "standard"));
  for (const YAML::Node& source : ListOf(node, "duplicate_free")) {
    frozen.duplicate_free.push_back(source.as<std::string>());
  }
  std::sort(frozen.duplicate_free.begin(), frozen.duplicate_free.end());
  for (const YAML::Node& round : ListOf(node, "left_over")) frozen.left_over.push_back(ReadRound(round));
  const YAML::Node heavy = ListOf(node, "heavy");
  if (heavy.size() != rules.size()) Refuse(heavy, "want the heavy keys of every rule");
  for (size_t rule = 0; rule < rules.size(); ++rule) {
    frozen.heavy.push_back(ReadHeavy(heavy[rule], rules[rule].name));
  }
  return frozen;
}

std::string FrozenText(const Frozen& frozen, const std::vector<BlockingRule>& rules) {
  const StandardRules& standard = frozen.standard;
  std::string text = absl::StrCat(
      "  profiles: ", frozen.profiles, "\n  pairs: ", frozen.pairs,
      "\n  standard: {latest_birth: ", standard.dates.latest.ToString(), ", age_years_max: ", standard.dates.age_years_max,
      ", first_of_january_is_year_only: ", standard.dates.first_of_january_is_year_only ? "true" : "false",
      ", default_dates: \"", SortedText(standard.dates.defaults, DateText), "\", denied_numbers: \"",
      SortedText(standard.numbers.denied, [](uint64_t number) { return absl::StrCat(number); }), "\"}\n",
      "  duplicate_free: [", absl::StrJoin(frozen.duplicate_free, ", ", [](std::string* out, const std::string& name) {
        absl::StrAppend(out, Quoted(name));
      }), "]\n  left_over:", frozen.left_over.empty() ? " []\n" : "\n");
  for (const std::vector<LeftOverRise>& round : frozen.left_over) {
    absl::StrAppend(&text, "    - [", absl::StrJoin(round, ", ", [](std::string* out, const LeftOverRise& rise) {
      absl::StrAppend(out, "{first: ", Quoted(rise.first), ", second: ", Quoted(rise.second), ", rise_bits: ",
                      absl::StrFormat("%.3f", static_cast<double>(rise.rise) / kWeightPerBit), "}");
    }), "]\n");
  }
  absl::StrAppend(&text, "  heavy:", rules.empty() ? " []\n" : "\n");
  for (size_t rule = 0; rule < rules.size(); ++rule) {
    std::vector<std::string> rounds;
    for (const std::vector<uint32_t>& keys : frozen.heavy[rule].rounds) {
      rounds.push_back(absl::StrCat("\"", absl::StrJoin(keys, " ", [](std::string* out, uint32_t key) {
        absl::StrAppend(out, absl::Hex(key));
      }), "\""));
    }
    absl::StrAppend(&text, "    - {rule: ", Quoted(rules[rule].name), ", rounds: [", absl::StrJoin(rounds, ", "), "]}\n");
  }
  return text;
}

}  // namespace safehaven::linkage
