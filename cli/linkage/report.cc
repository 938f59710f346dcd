#include "cli/linkage/report.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/output/table.h"
#include "services/linkage/core/standardise/change.h"

namespace safehaven::cli {
namespace {

using linkage::Judgement;

constexpr size_t kFaultLinesShown = 5;
// A group with so many times the errors of all is named.
constexpr double kWorseRatioMin = 1.5;

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted.push_back('\\');
      quoted.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&quoted, "\\u%04x", static_cast<unsigned char>(c));
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

// "key": value pairs of one object.
class JsonObject {
 public:
  JsonObject& Raw(absl::string_view key, absl::string_view value) {
    parts_.push_back(absl::StrCat(Quoted(key), ": ", value));
    return *this;
  }
  JsonObject& Text(absl::string_view key, absl::string_view value) { return Raw(key, Quoted(value)); }
  JsonObject& Count(absl::string_view key, uint64_t value) { return Raw(key, absl::StrCat(value)); }
  JsonObject& Number(absl::string_view key, double value) { return Raw(key, absl::StrFormat("%.6f", value)); }
  std::string Done() const { return absl::StrCat("{", absl::StrJoin(parts_, ", "), "}"); }

 private:
  std::vector<std::string> parts_;
};

std::string JsonList(const std::vector<std::string>& items) {
  return absl::StrCat("[", absl::StrJoin(items, ",\n    "), "]");
}

std::string RatesJson(const linkage::PairCounts& counts) {
  return JsonObject()
      .Number("precision", counts.Precision())
      .Number("recall", counts.Recall())
      .Number("f1", counts.F1())
      .Count("true_links", counts.true_links)
      .Count("false_links", counts.false_links)
      .Count("missed_links", counts.missed_links)
      .Done();
}

std::string JudgementJson(const Judgement& judgement) {
  return JsonObject()
      .Count("records", judgement.records)
      .Count("true_pairs", judgement.true_pairs)
      .Raw("pairwise", RatesJson(judgement.clusters))
      .Raw("pairwise_before_clustering", RatesJson(judgement.pairs))
      .Raw("b_cubed", JsonObject()
                          .Number("precision", judgement.b_cubed.precision)
                          .Number("recall", judgement.b_cubed.recall)
                          .Number("f1", judgement.b_cubed.F1())
                          .Done())
      .Number("blocking_recall", judgement.blocking_recall)
      .Done();
}

std::string InputsJson(const LinkFilesResult& result) {
  std::vector<std::string> inputs;
  for (size_t i = 0; i < result.inputs.size(); ++i) {
    const ReadTableResult& input = result.inputs[i];
    inputs.push_back(JsonObject()
                         .Text("name", input.table.name)
                         .Count("records", input.table.row_count)
                         .Raw("duplicate_free", result.linked.sources[i].duplicate_free ? "true" : "false")
                         .Count("rows_too_short", input.FaultCount("ROW_TOO_SHORT"))
                         .Count("rows_too_long", input.FaultCount("ROW_TOO_LONG"))
                         .Count("rows_too_large", input.FaultCount("ROW_TOO_LARGE"))
                         .Count("stray_quotes", input.FaultCount("QUOTE_STRAY"))
                         .Count("rows_left_out", input.rows_left_out.size())
                         .Raw("read_as_latin1", input.converted ? "true" : "false")
                         .Done());
  }
  return JsonList(inputs);
}

std::string ColumnsJson(const linkage::Schema& schema) {
  std::vector<std::string> columns;
  for (const linkage::ColumnRule& rule : schema.columns) {
    columns.push_back(JsonObject()
                          .Text("column", rule.column)
                          .Text("use", linkage::ColumnUseName(rule.use))
                          .Text("reason", rule.reason)
                          .Done());
  }
  return JsonList(columns);
}

std::string CountsJson(const LinkFilesResult& result) {
  const linkage::MatchResult& match = result.linked.match;
  JsonObject counts;
  counts.Count("records", match.cluster_of_record.size())
      .Count("profiles", match.profiles.size())
      .Count("clusters", match.cluster_count)
      .Count("pairs_compared", match.scores.counts.pairs_compared)
      .Count("links_by_number", match.links_certain)
      .Count("links_by_weight", match.links_by_weight)
      .Count("records_that_repeat_another", linkage::RepeatsLinked(match))
      .Count("pairs_for_review", match.pairs_for_review)
      .Count("profiles_given_up_in_heavy_blocks", match.profiles_given_up);
  return counts.Done();
}

// "3 left out, 2 filled up (lines 5, 9, 11, ...; rejects.csv)".
std::string FaultsText(const ReadTableResult& input) {
  std::vector<std::string> parts;
  const auto add = [&](uint64_t count, absl::string_view what) {
    if (count > 0) parts.push_back(absl::StrCat(count, " ", what));
  };
  add(input.FaultCount("ROW_TOO_LONG"), "too long, left out");
  add(input.FaultCount("ROW_TOO_LARGE"), "of more than 64 KiB, left out");
  add(input.FaultCount("ROW_TOO_SHORT"), "too short, filled up");
  add(input.FaultCount("QUOTE_STRAY"), "with a stray quotation mark, kept as text");
  std::vector<std::string> lines;
  for (const TableFault& fault : input.faults) {
    if (lines.size() == kFaultLinesShown) break;
    lines.push_back(absl::StrCat(fault.line));
  }
  if (input.faults.size() > lines.size()) lines.push_back("...");
  return absl::StrCat(absl::StrJoin(parts, "; "), " (line ", absl::StrJoin(lines, ", "), "; rejects.csv)");
}

// Expected errors in all, and the group that is served worst, if any is by half or more.
void AddQuality(const TextTable& quality, std::vector<std::vector<std::string>>& rows) {
  if (quality.rows.empty()) return;
  rows.push_back({"expected false links", quality.rows[0][4]});
  rows.push_back({"expected missed links", absl::StrCat(quality.rows[0][5], " among pairs compared")});
  for (const auto& [column, what] : {std::pair(8, "false"), std::pair(9, "missed")}) {
    const std::vector<std::string>* worst = nullptr;
    double most = kWorseRatioMin;
    for (const std::vector<std::string>& row : quality.rows) {
      double ratio = 0;
      const size_t at = static_cast<size_t>(column);
      if (!absl::SimpleAtod(row[at], &ratio) || ratio < most) continue;
      most = ratio;
      worst = &row;
    }
    if (worst == nullptr) continue;
    rows.push_back({absl::StrCat("most ", what), absl::StrCat((*worst)[0], " ", (*worst)[1], ": ",
                                                              (*worst)[static_cast<size_t>(column)],
                                                              " times the share of all (quality.csv)")});
  }
}

void AddInput(const ReadTableResult& input, bool duplicate_free, std::vector<std::vector<std::string>>& rows) {
  const std::string& name = input.table.name;
  rows.push_back({absl::StrCat("records of ", name),
                  absl::StrCat(input.table.row_count, duplicate_free ? ", one a person" : "")});
  if (!input.faults.empty()) rows.push_back({absl::StrCat("faults of ", name), FaultsText(input)});
  if (input.converted) rows.push_back({absl::StrCat("text of ", name), "no UTF-8: read as Latin-1"});
  if (input.carriage_returns) rows.push_back({absl::StrCat("lines of ", name), "end in a carriage return alone"});
}

void AddJudgement(const Judgement& judgement, std::vector<std::vector<std::string>>& rows) {
  const auto rate = [](double value) { return absl::StrFormat("%.4f", value); };
  const auto rates = [&](double precision, double recall, double f1) {
    return absl::StrCat("precision ", rate(precision), "  recall ", rate(recall), "  F1 ", rate(f1));
  };
  const linkage::PairCounts& clusters = judgement.clusters;
  if (judgement.true_pairs == 0) {
    rows.push_back({"true pairs", absl::StrCat("no true pair: nothing can be found; false links ",
                                               clusters.false_links)});
    return;
  }
  rows.push_back({"true pairs", absl::StrCat(judgement.true_pairs)});
  rows.push_back({"pairwise", rates(clusters.Precision(), clusters.Recall(), clusters.F1())});
  rows.push_back({"pairwise, before clustering",
                  rates(judgement.pairs.Precision(), judgement.pairs.Recall(), judgement.pairs.F1())});
  rows.push_back({"B-cubed", rates(judgement.b_cubed.precision, judgement.b_cubed.recall, judgement.b_cubed.F1())});
  rows.push_back({"blocking recall", rate(judgement.blocking_recall)});
}

}  // namespace

std::string ReportJson(const LinkFilesResult& result) {
  const linkage::MatchResult& match = result.linked.match;
  JsonObject seconds;
  seconds.Number("reading", result.seconds_reading).Number("linking", result.seconds_linking);
  for (const auto& [stage, time] : result.seconds_by_stage) seconds.Number(stage, time);
  std::vector<std::string> parts = {
      absl::StrCat("  \"inputs\": ", InputsJson(result)),
      absl::StrCat("  \"columns\": ", ColumnsJson(result.linked.schema)),
      absl::StrCat("  \"counts\": ", CountsJson(result)),
      absl::StrCat("  \"threshold\": ",
                   absl::StrFormat("%.6f", linkage::ProbabilityOf(match.model.thresholds.link))),
      absl::StrCat("  \"quality\": ", absl::StripTrailingAsciiWhitespace(Format(result.quality, OutputFormat::kJson))),
      absl::StrCat("  \"seconds\": ", seconds.Done())};
  if (result.linked.judgement.has_value()) {
    parts.push_back(absl::StrCat("  \"truth\": ", JudgementJson(*result.linked.judgement)));
  }
  return absl::StrCat("{\n", absl::StrJoin(parts, ",\n"), "\n}\n");
}

std::string ReportText(const LinkFilesResult& result, OutputFormat format) {
  TextTable columns = {.columns = {"column", "used as", "why"}, .rows = {}};
  for (const linkage::ColumnRule& rule : result.linked.schema.columns) {
    columns.rows.push_back({rule.column, std::string(linkage::ColumnUseName(rule.use)), rule.reason});
  }
  const linkage::MatchResult& match = result.linked.match;
  TextTable facts = {.columns = {"fact", "value"}, .rows = {}};
  for (size_t i = 0; i < result.inputs.size(); ++i) {
    AddInput(result.inputs[i], result.linked.sources[i].duplicate_free, facts.rows);
  }
  facts.rows.push_back({"pairs compared", absl::StrCat(match.scores.counts.pairs_compared)});
  facts.rows.push_back({"links", absl::StrCat(match.links_certain + match.links_by_weight)});
  const uint64_t repeats = linkage::RepeatsLinked(match);
  if (repeats > 0) facts.rows.push_back({"records that repeat another", absl::StrCat(repeats, ", linked to it")});
  facts.rows.push_back({"pairs for review", absl::StrCat(match.pairs_for_review)});
  facts.rows.push_back({"clusters", absl::StrCat(match.cluster_count)});
  AddQuality(result.quality, facts.rows);
  if (result.linked.judgement.has_value()) AddJudgement(*result.linked.judgement, facts.rows);
  std::string seconds = absl::StrFormat("read %.2f", result.seconds_reading);
  for (const auto& [stage, time] : result.seconds_by_stage) absl::StrAppendFormat(&seconds, ", %s %.2f", stage, time);
  facts.rows.push_back({"seconds", seconds});
  if (format != OutputFormat::kTable) return Format(facts, format);
  return absl::StrCat(Format(columns, format), "\n", Format(facts, format));
}

}  // namespace safehaven::cli
