#include "tests/bench/accuracy/cdc_outcomes.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/linkage/read_table.h"
#include "cli/session/context.h"
#include "libs/base/status.h"
#include "services/linkage/core/score/scorer.h"
#include "services/linkage/core/table/link_tables.h"
#include "services/linkage/core/table/recognise.h"

namespace safehaven::bench {
namespace {

constexpr const char* kOutcomes[] = {"match", "possible_match", "no_match"};

struct CaseLess {
  bool operator()(const std::string& a, const std::string& b) const {
    const double x = std::atof(a.c_str()), y = std::atof(b.c_str());
    return x != y ? x < y : a < b;
  }
};

struct Outcome {
  std::string test_case;
  std::string expected;
  std::string found;
  double probability = 0;
  // "family name, birth date, SSN"
  std::string levels;
};

const char* FoundOf(linkage::Decision decision) {
  if (linkage::Links(decision)) return "match";
  return decision == linkage::Decision::kReview ? "possible_match" : "no_match";
}

// The fields that both records have and that are not equal.
std::string LevelsText(linkage::Pattern pattern, const linkage::Model& model) {
  const linkage::PatternLayout layout(model.fields);
  std::vector<std::string> parts;
  for (size_t f = 0; f < model.fields.size(); ++f) {
    const linkage::Level level = layout.LevelOf(pattern, f);
    if (level <= 0) continue;
    const absl::string_view name = linkage::LevelsOf(model.fields[f].comparator)[static_cast<size_t>(level)].name;
    if (model.fields[f].comparator != linkage::Comparator::kName) {
      parts.push_back(absl::StrReplaceAll(model.fields[f].name, {{"_", " "}}));
    } else if (absl::StrContains(name, "given equal")) {
      parts.push_back("family name");
    } else {
      parts.push_back(absl::StrContains(name, "family equal") ? "given name" : "both names");
    }
  }
  return parts.empty() ? "nothing that both have" : absl::StrJoin(parts, ", ");
}

// The file's text without lines whose quotation marks do not pair: of one record of the
// tests the mark itself was lost, and `link` refuses such a file whole.
absl::StatusOr<std::string> TextOf(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string text, cli::ReadFile(path, cli::kTableBytesMax));
  std::string kept;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (std::count(line.begin(), line.end(), '"') % 2 == 0) absl::StrAppend(&kept, line, "\n");
  }
  return kept;
}

absl::StatusOr<std::vector<Outcome>> LinkCases(const std::string& folder) {
  std::vector<linkage::Table> tables;
  for (const auto& [name, file] : {std::pair("seed", "nbs_seed.csv"), std::pair("tests", "expanded_nbs_test.csv")}) {
    SH_ASSIGN_OR_RETURN(const std::string text, TextOf(absl::StrCat(folder, "/cdc_recordlinker/", file)));
    SH_ASSIGN_OR_RETURN(cli::ReadTableResult read, cli::ParseTable(name, text, "Match Id"));
    tables.push_back(std::move(read.table));
  }
  linkage::TableLinkInput input;
  input.tables = tables;
  input.schema = linkage::Recognise(tables, std::vector<std::string>{"Test Case #", "Match Id", "ID", "Expected Result"});
  input.duplicate_free = {linkage::DuplicateFree::kYes, linkage::DuplicateFree::kNo};
  input.today = CivilDay::FromYmd(2026, 3, 31).value();
  SH_ASSIGN_OR_RETURN(const linkage::TableLinkResult linked, linkage::LinkTables(input));
  const linkage::Profiles& profiles = linked.match.profiles;
  std::vector<linkage::ProfileIndex> profile_of(linked.match.cluster_of_record.size(), UINT32_MAX);
  for (linkage::ProfileIndex p = 0; p < profiles.size(); ++p) {
    for (const uint32_t record : profiles.RecordsOf(p)) profile_of[record] = p;
  }
  std::map<std::string, uint32_t> seeds;
  for (uint32_t row = 0; row < tables[0].row_count; ++row) seeds.emplace(tables[0].Find("Match Id")->ValueAt(row), row);
  linkage::Scorer scorer(profiles, linked.match.model);
  std::vector<Outcome> outcomes;
  for (uint32_t row = 0; row < tables[1].row_count; ++row) {
    Outcome outcome = {.test_case = std::string(tables[1].Find("Test Case #")->ValueAt(row)),
                       .expected = std::string(tables[1].Find("Expected Result")->ValueAt(row)),
                       .found = "no_match"};
    const auto seed = seeds.find(std::string(tables[1].Find("Match Id")->ValueAt(row)));
    if (seed == seeds.end()) continue;
    const linkage::ProfileIndex a = profile_of[seed->second], b = profile_of[linked.first_record[1] + row];
    if (a != UINT32_MAX && b != UINT32_MAX) {
      const linkage::ScoredPair pair = scorer.Score(a, b);
      outcome.found = FoundOf(pair.decision);
      outcome.probability = linkage::ProbabilityOf(pair.weight);
      outcome.levels = LevelsText(pair.pattern, linked.match.model);
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

std::string Matrix(const std::vector<Outcome>& outcomes) {
  std::string text = "| expected \\ found | match | possible_match | no_match |\n| --- | --- | --- | --- |\n";
  for (const char* expected : kOutcomes) {
    absl::StrAppend(&text, "| ", expected);
    for (const char* found : kOutcomes) {
      const auto count = std::count_if(outcomes.begin(), outcomes.end(), [&](const Outcome& o) {
        return o.expected == expected && o.found == found;
      });
      absl::StrAppend(&text, " | ", count);
    }
    absl::StrAppend(&text, " |\n");
  }
  return text;
}

// Case by case: its records and how many are decided as expected.
std::string ByCase(const std::vector<Outcome>& outcomes) {
  std::map<std::string, std::pair<int, int>, CaseLess> cases;
  for (const Outcome& o : outcomes) {
    ++cases[o.test_case].second;
    cases[o.test_case].first += o.found == o.expected;
  }
  std::vector<std::string> parts;
  for (const auto& [test_case, counts] : cases) {
    parts.push_back(absl::StrCat(test_case, ": ", counts.first, "/", counts.second));
  }
  std::string text;
  size_t width = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (width + parts[i].size() > 112) {
      text += "\n";
      width = 0;
    } else if (i > 0) {
      text += " ";
    }
    absl::StrAppend(&text, parts[i], i + 1 < parts.size() ? "," : ".\n");
    width += parts[i].size() + 2;
  }
  return text;
}

// Each kind of difference: what the records differ in, how often, in which cases.
std::string Differences(const std::vector<Outcome>& outcomes) {
  struct Kind {
    int count = 0;
    double least = 1, most = 0;
    std::set<std::string, CaseLess> cases;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Kind> kinds;
  for (const Outcome& o : outcomes) {
    if (o.found == o.expected) continue;
    Kind& kind = kinds[{o.expected, o.found, o.levels}];
    ++kind.count;
    kind.least = std::min(kind.least, o.probability);
    kind.most = std::max(kind.most, o.probability);
    kind.cases.insert(o.test_case);
  }
  std::vector<std::pair<std::tuple<std::string, std::string, std::string>, Kind>> ordered(kinds.begin(), kinds.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  std::string text = "| records | cases | expected | found | probability | both have and is not equal |\n| --- | --- | --- | --- | --- | --- |\n";
  for (const auto& [what, kind] : ordered) {
    absl::StrAppendFormat(&text, "| %d | %s | %s | %s | %.3f to %.3f | %s |\n", kind.count, absl::StrJoin(kind.cases, ", "),
                          std::get<0>(what), std::get<1>(what), kind.least, kind.most, std::get<2>(what));
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> CdcSection(const std::string& folder) {
  SH_ASSIGN_OR_RETURN(const std::vector<Outcome> outcomes, LinkCases(folder));
  const auto agreeing = std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.found == o.expected; });
  return absl::StrCat("## CDC RecordLinker: three-way outcomes\n\n", agreeing, " of ", outcomes.size(),
                      " corrupted records (expanded_nbs_test.csv) are decided as its tests expect of the person they were\n"
                      "made of, each pair by itself, by the model that the files trained without labels.\n\n",
                      Matrix(outcomes), "\nAgreeing, of the records of each test case:\n\n", ByCase(outcomes),
                      "\nEvery record bears the Match Id of the person that it is compared with, and each is found to be that person's.\n"
                      "The tests expect no or only a possible match where a field of a pass (name, date of birth, insurance number) is\n"
                      "spoilt, whatever else agrees; here the fields that still agree outweigh it, all the more as the model learns from\n"
                      "these very files that such fields are often spoilt. Whether some records stand for a relative, the files do not\n"
                      "say. One record whose quotation mark was lost is left out. By what the two records differ in:\n\n",
                      Differences(outcomes));
}

}  // namespace safehaven::bench
