// Measures accuracy on the public sets, each linked as `safehaven link --model auto` links it,
// and writes docs/accuracy.md. Built by its target, not part of the tests:
//
//   linkage_accuracy FOLDER_OF_LINKAGE_DATA [--out docs/accuracy.md] [--set NAME]... [--columns] [--errors]
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "cli/linkage/link_files.h"
#include "services/linkage/core/table/recognise.h"
#include "tests/bench/accuracy/cdc_outcomes.h"
#include "tests/bench/accuracy/intervals.h"
#include "tests/bench/accuracy/sets.h"

namespace safehaven::bench {
namespace {

struct Measured {
  const AccuracySet* set = nullptr;
  linkage::TableLinkResult linked;
  AccuracyIntervals intervals;
  double seconds = 0;
};

struct Options {
  std::string folder;
  std::string out;
  std::vector<std::string> sets;
  bool columns = false;
  bool errors = false;
};

AccuracyIntervals IntervalsOf(const linkage::MatchResult& match, const std::vector<std::string>& truth) {
  std::map<std::string, uint64_t> numbers;
  std::vector<uint64_t> clusters;
  std::vector<uint64_t> people;
  for (size_t i = 0; i < truth.size(); ++i) {
    if (truth[i].empty()) continue;
    const uint32_t cluster = match.cluster_of_record[i];
    clusters.push_back(cluster == linkage::kNoCluster ? (uint64_t{1} << 40) + i : cluster);
    people.push_back(numbers.emplace(truth[i], numbers.size()).first->second);
  }
  return Resample(clusters, people);
}

// False links that were made directly and true ones that were not, with their values.
void PrintErrors(const linkage::TableLinkResult& linked, const std::vector<linkage::Table>& tables,
                 const std::vector<std::string>& truth) {
  const auto print = [&](uint32_t record) {
    size_t t = linked.first_record.size() - 1;
    while (linked.first_record[t] > record) --t;
    for (const linkage::TableColumn& column : tables[t].columns) {
      std::cout << column.ValueAt(record - linked.first_record[t]) << " | ";
    }
    std::cout << "\n";
  };
  const linkage::MatchResult& match = linked.match;
  std::map<std::pair<uint32_t, uint32_t>, const linkage::ScoredPair*> scored;
  for (const linkage::ScoredPair& pair : match.scores.pairs) {
    for (const uint32_t a : match.profiles.RecordsOf(pair.a)) {
      for (const uint32_t b : match.profiles.RecordsOf(pair.b)) scored[std::minmax(a, b)] = &pair;
    }
  }
  std::map<std::string, std::vector<uint32_t>> people;
  std::map<uint32_t, std::vector<uint32_t>> clusters;
  for (uint32_t i = 0; i < truth.size(); ++i) {
    people[truth[i]].push_back(i);
    clusters[match.cluster_of_record[i]].push_back(i);
  }
  const auto report = [&](const char* kind, uint32_t a, uint32_t b) {
    const auto found = scored.find(std::minmax(a, b));
    std::cout << kind << " ";
    if (found != scored.end()) {
      std::cout << found->second->weight << " " << linkage::DecisionName(found->second->decision);
      for (size_t f = 0; f < match.model.fields.size(); ++f) {
        const linkage::PatternLayout layout(match.model.fields);
        const linkage::Level level = layout.LevelOf(found->second->pattern, f);
        std::cout << "  " << match.model.fields[f].name << "="
                  << (level < 0 ? "-" : linkage::LevelsOf(match.model.fields[f].comparator)[static_cast<size_t>(level)].name);
      }
    } else {
      std::cout << "not kept";
    }
    std::cout << "\n    ";
    print(a);
    std::cout << "    ";
    print(b);
  };
  for (const auto& [person, records] : people) {
    for (size_t i = 0; i < records.size(); ++i) {
      for (size_t j = i + 1; j < records.size(); ++j) {
        if (match.cluster_of_record[records[i]] != match.cluster_of_record[records[j]]) {
          report("MISSED", records[i], records[j]);
        }
      }
    }
  }
  for (const auto& [cluster, records] : clusters) {
    for (size_t i = 0; i < records.size(); ++i) {
      for (size_t j = i + 1; j < records.size(); ++j) {
        if (truth[records[i]] != truth[records[j]]) report("FALSE", records[i], records[j]);
      }
    }
  }
}

void PrintModel(const linkage::TableLinkResult& linked) {
  for (const linkage::ColumnRule& rule : linked.schema.columns) {
    std::cout << "  " << rule.column << " -> " << linkage::ColumnUseName(rule.use) << " (" << rule.reason << ")\n";
  }
  for (const linkage::SourceRule& source : linked.sources) {
    std::cout << "  source " << source.name << (source.duplicate_free ? " duplicate-free\n" : "\n");
  }
  const linkage::Model& model = linked.match.model;
  std::cout << "  lambda " << model.lambda << " household " << model.household << "\n";
  for (const linkage::SessionReport& s : linked.match.training.sessions) {
    std::cout << "  session " << s.rule << " pairs " << s.pairs << " lambda " << s.lambda << " matches "
              << s.matches << " overlap " << s.overlap << (s.used ? " used" : "") << "\n";
  }
  for (size_t r = 0; r < model.rules.size(); ++r) {
    const linkage::BlockReport& b = linked.match.blocks[r];
    std::cout << "  blocks " << model.rules[r].name << " limit " << b.block_profiles_max << " pairs " << b.pairs
              << " heavy " << b.heavy_blocks << " given up " << b.profiles_given_up << "\n";
  }
  const linkage::RefusedLinks& refused = linked.match.refused;
  std::cout << "  refused numbers " << refused.numbers_conflict << " source " << refused.source_repeated << " large "
            << refused.too_large << " bridge " << refused.weak_bridge << " unlinkable " << refused.unlinkable << "\n";
  for (const linkage::FieldModel& field : model.fields) {
    const auto levels = linkage::LevelsOf(field.comparator);
    for (size_t l = 0; l < levels.size(); ++l) {
      std::cout << absl::StrFormat("  %-14s %-50s m %.5f u %.3g  %.2f  h %.3g\n", field.name,
                                   std::string(levels[l].name), field.m[l], field.u[l],
                                   linkage::WeightOfRatio(field.m[l], field.u[l]) / 1000.0, field.h[l]);
    }
  }
}

absl::StatusOr<Measured> Measure(const AccuracySet& set, const Options& options) {
  auto loaded = LoadSet(set, options.folder);
  if (!loaded.ok()) return loaded.status();
  linkage::TableLinkInput input;
  input.tables = loaded->tables;
  input.schema = linkage::Recognise(loaded->tables, std::vector<std::string>{set.truth_column});
  input.today = CivilDay::FromYmd(2026, 3, 31).value();
  input.truth = loaded->truth;
  const absl::Time start = absl::Now();
  auto linked = linkage::LinkTables(input);
  if (!linked.ok()) return linked.status();
  Measured measured{.set = &set, .linked = *std::move(linked)};
  measured.seconds = absl::ToDoubleSeconds(absl::Now() - start);
  measured.intervals = IntervalsOf(measured.linked.match, loaded->truth);
  if (options.columns) PrintModel(measured.linked);
  if (options.errors) PrintErrors(measured.linked, loaded->tables, loaded->truth);
  return measured;
}

std::string Line(const Measured& m) {
  const linkage::Judgement& j = *m.linked.judgement;
  return absl::StrFormat(
      "| %s | %d | %d | %.4f | %.4f | **%.4f** (%.4f-%.4f) | %.4f (%.4f-%.4f) | %d + %d | %.4f | %s | %s |",
      m.set->name, static_cast<int64_t>(j.records), static_cast<int64_t>(j.true_pairs), j.clusters.Precision(),
      j.clusters.Recall(), j.clusters.F1(), m.intervals.f1.low, m.intervals.f1.high, j.b_cubed.F1(),
      m.intervals.b_cubed_f1.low, m.intervals.b_cubed_f1.high, static_cast<int64_t>(j.clusters.false_links),
      static_cast<int64_t>(j.clusters.missed_links), j.blocking_recall, m.set->goal, m.set->peers);
}

int Run(const Options& options) {
  std::string table =
      "| set | records | true pairs | precision | recall | F1 of clusters (95%) | B-cubed F1 (95%) | wrong + missed | "
      "blocking recall | goal | best peers |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  std::cout << table;
  for (const AccuracySet& set : AccuracySets()) {
    if (!options.sets.empty() &&
        std::find(options.sets.begin(), options.sets.end(), set.name) == options.sets.end()) {
      continue;
    }
    const absl::StatusOr<Measured> measured = Measure(set, options);
    const std::string line =
        measured.ok() ? Line(*measured) : absl::StrCat("| ", set.name, " | ", measured.status().message(), " |");
    std::cout << line << (measured.ok() ? absl::StrFormat(" %.1f s", measured->seconds) : "") << std::endl;
    absl::StrAppend(&table, line, "\n");
  }
  std::string cdc;
  if (options.sets.empty() || std::find(options.sets.begin(), options.sets.end(), "cdc") != options.sets.end()) {
    const absl::StatusOr<std::string> section = CdcSection(options.folder);
    cdc = section.ok() ? *section : absl::StrCat("CDC: ", section.status().message(), "\n");
    std::cout << "\n" << cdc;
  }
  if (!options.out.empty()) {
    std::ofstream file(options.out);
    file << "# Accuracy\n\nWritten by `tests/bench/accuracy` (target `linkage_accuracy`). Every set is linked as\n"
            "`safehaven link --model auto` links it: columns are recognised, the model is trained without labels, "
            "and the\nthreshold is the default one. Intervals resample people 1,000 times.\n\n"
         << table << "\n"
         << cdc;
  }
  return 0;
}

}  // namespace
}  // namespace safehaven::bench

int main(int argc, char** argv) {
  safehaven::bench::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--out" && i + 1 < argc) options.out = argv[++i];
    else if (argument == "--set" && i + 1 < argc) options.sets.push_back(argv[++i]);
    else if (argument == "--columns") options.columns = true;
    else if (argument == "--errors") options.errors = true;
    else options.folder = argument;
  }
  if (options.folder.empty()) {
    std::cerr << "usage: linkage_accuracy FOLDER [--out FILE] [--set NAME]... [--columns] [--errors]\n";
    return 2;
  }
  return safehaven::bench::Run(options);
}
