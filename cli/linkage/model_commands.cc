#include "cli/linkage/model_commands.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/linkage/charts.h"
#include "cli/linkage/cluster_charts.h"
#include "cli/output/table.h"
#include "cli/sample/writer.h"
#include "cli/session/context.h"
#include "libs/base/status.h"
#include "services/linkage/core/explain.h"
#include "services/linkage/core/table/encode.h"

namespace safehaven::cli {
namespace {

using linkage::ModelFile;

std::string BitsText(linkage::Weight weight) {
  return absl::StrFormat("%.2f", static_cast<double>(weight) / linkage::kWeightPerBit);
}

// Every fact of a model by its name, for comparing two.
std::map<std::string, std::string> FactsOf(const ModelFile& file) {
  const linkage::Model& model = file.model;
  std::map<std::string, std::string> facts = {
      {"name", model.name},
      {"threshold link", BitsText(model.thresholds.link)},
      {"threshold review", BitsText(model.thresholds.review)},
      {"threshold exclude", BitsText(model.thresholds.exclude)},
      {"clear margin", BitsText(model.clear_margin)},
      {"rarity cap", BitsText(model.rarity_cap)},
      {"pairs per profile", absl::StrCat(model.pairs_per_profile)},
      {"pairs at least", absl::StrCat(model.pairs_min)},
      {"prior", absl::StrFormat("%.4g", model.lambda)},
      {"prior of a household", absl::StrFormat("%.4g", model.household)}};
  for (const linkage::ColumnRule& rule : file.schema.columns) {
    facts[absl::StrCat("column ", rule.column)] = std::string(linkage::ColumnUseName(rule.use));
  }
  for (const linkage::FieldModel& field : model.fields) {
    const auto levels = linkage::LevelsOf(field.comparator);
    for (size_t i = 0; i < levels.size(); ++i) {
      facts[absl::StrCat("field ", field.name, ": ", levels[i].name)] =
          absl::StrFormat("m %.4g u %.4g", field.m[i], field.u[i]);
    }
  }
  for (const linkage::BlockingRule& rule : model.rules) {
    std::vector<absl::string_view> parts;
    for (const linkage::KeyPart part : rule.parts) parts.push_back(linkage::KeyPartName(part));
    facts[absl::StrCat("rule ", rule.name)] =
        absl::StrCat(absl::StrJoin(parts, "+"), " up to ", rule.block_profiles_max);
  }
  return facts;
}

// The waterfall step by step, for programs. Values only if the waterfall has them.
TextTable WaterfallTable(const linkage::Waterfall& waterfall, bool together) {
  TextTable table = {.columns = {"step", "level", "bits", "of_which_rarity", "value_a", "value_b"}, .rows = {}};
  const auto add = [&](absl::string_view step, absl::string_view level, linkage::Weight weight) {
    table.rows.push_back({std::string(step), std::string(level), BitsText(weight), "", "", ""});
  };
  add("prior", "", waterfall.prior);
  for (const linkage::WaterfallStep& step : waterfall.steps) {
    add(step.field, step.level, step.weight + step.rarity);
    table.rows.back()[3] = BitsText(step.rarity);
    if (!step.values.has_value()) continue;
    table.rows.back()[4] = step.values->Reveal().first;
    table.rows.back()[5] = step.values->Reveal().second;
  }
  if (waterfall.rarity_capped != 0) add("rarity beyond the cap", "", waterfall.rarity_capped);
  if (waterfall.household != 0) add("another person of the household", "", waterfall.household);
  add("total", linkage::DecisionName(waterfall.decision), waterfall.total);
  table.rows.push_back({"found by", waterfall.rule.empty() ? "no rule" : waterfall.rule, "", "", "", ""});
  table.rows.push_back({"cluster", together ? "one" : "two", "", "", "", ""});
  return table;
}

// "census:12" as a record of the run.
absl::StatusOr<uint32_t> RecordOf(const LinkFilesResult& result, const std::string& text) {
  std::vector<NumberedRows> inputs;
  for (const ReadTableResult& input : result.inputs) {
    inputs.push_back({.table = input.table, .left_out = input.rows_left_out});
  }
  return RecordNumber(inputs, text);
}

absl::StatusOr<linkage::ProfileIndex> ProfileOf(const linkage::Profiles& profiles, uint32_t record) {
  for (linkage::ProfileIndex p = 0; p < profiles.size(); ++p) {
    for (const uint32_t member : profiles.RecordsOf(p)) {
      if (member == record) return p;
    }
  }
  return InvalidArgument("RECORD_UNKNOWN", "the record says nothing about a person");
}

}  // namespace

absl::StatusOr<ModelFile> ReadModelFile(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, linkage::kModelBytesMax));
  absl::StatusOr<ModelFile> file = linkage::ParseModelFile(text);
  if (!file.ok()) return WithContext(file.status(), path);
  return file;
}

absl::Status InitModel(const LinkFilesPlan& plan, const std::string& out) {
  SH_ASSIGN_OR_RETURN(const linkage::Schema schema, RecogniseFiles(plan));
  const ModelFile file = {.schema = schema, .model = linkage::DefaultModel(linkage::ExtraFieldsOf(schema))};
  return sample::WriteFile(out, linkage::ModelFileText(file));
}

absl::Status TrainModel(const LinkFilesPlan& plan, const std::string& out) {
  SH_ASSIGN_OR_RETURN(const LinkFilesResult result, LinkFiles(plan));
  const ModelFile file = {.schema = result.linked.schema, .model = result.linked.match.model, .trained = true};
  TextTable sessions = {.columns = {"rule", "pairs", "matches", "used"}, .rows = {}};
  for (const linkage::SessionReport& session : result.linked.match.training.sessions) {
    if (session.pairs == 0) continue;
    sessions.rows.push_back({session.rule, absl::StrCat(session.pairs), absl::StrFormat("%.0f", session.matches),
                             session.used ? "yes" : "no"});
  }
  std::cout << Format(sessions, OutputFormat::kTable);
  return sample::WriteFile(out, linkage::ModelFileText(file));
}

std::string ShowModel(const ModelFile& file) {
  TextTable levels = {.columns = {"field", "level", "m", "u", "bits", "in a household"}, .rows = {}};
  for (const linkage::FieldModel& field : file.model.fields) {
    const auto names = linkage::LevelsOf(field.comparator);
    for (size_t i = 0; i < names.size(); ++i) {
      levels.rows.push_back({field.name, std::string(names[i].name), absl::StrFormat("%.5f", field.m[i]),
                             absl::StrFormat("%.3g", field.u[i]),
                             BitsText(linkage::WeightOfRatio(field.m[i], field.u[i])),
                             BitsText(linkage::WeightOfRatio(field.m[i], field.h[i]))});
    }
  }
  TextTable facts = {.columns = {"fact", "value"}, .rows = {}};
  for (const auto& [name, value] : FactsOf(file)) {
    if (name.rfind("field ", 0) != 0) facts.rows.push_back({name, value});
  }
  facts.rows.push_back({"trained", file.trained ? "yes" : "no"});
  facts.rows.push_back({"identity", linkage::ModelIdentity(file.model)});
  return absl::StrCat(Format(facts, OutputFormat::kTable), "\n", Format(levels, OutputFormat::kTable));
}

std::string DiffModels(const ModelFile& a, const ModelFile& b) {
  const std::map<std::string, std::string> before = FactsOf(a);
  const std::map<std::string, std::string> after = FactsOf(b);
  std::string text;
  for (const auto& [name, value] : before) {
    const auto found = after.find(name);
    if (found == after.end()) absl::StrAppend(&text, "- ", name, ": ", value, "\n");
    else if (found->second != value) absl::StrAppend(&text, "~ ", name, ": ", value, " -> ", found->second, "\n");
  }
  for (const auto& [name, value] : after) {
    if (!before.contains(name)) absl::StrAppend(&text, "+ ", name, ": ", value, "\n");
  }
  return text;
}

absl::Status ExplainRecords(const LinkFilesPlan& plan, const ExplainPlan& explain) {
  SH_ASSIGN_OR_RETURN(const LinkFilesResult result, LinkFiles(plan));
  SH_ASSIGN_OR_RETURN(const uint32_t a, RecordOf(result, explain.a));
  SH_ASSIGN_OR_RETURN(const uint32_t b, RecordOf(result, explain.b));
  const linkage::MatchResult& match = result.linked.match;
  SH_ASSIGN_OR_RETURN(const linkage::ProfileIndex profile_a, ProfileOf(match.profiles, a));
  SH_ASSIGN_OR_RETURN(const linkage::ProfileIndex profile_b, ProfileOf(match.profiles, b));
  SH_ASSIGN_OR_RETURN(const linkage::Waterfall waterfall,
                      linkage::Explain(match.profiles, match.model, profile_a, profile_b,
                                       explain.values ? linkage::ShowValues::kYes : linkage::ShowValues::kNo));
  const bool together = match.cluster_of_record[a] == match.cluster_of_record[b];
  if (plan.output == OutputFormat::kTable) {
    std::cout << linkage::ToText(waterfall) << (together ? "In one cluster.\n" : "In two clusters.\n");
  } else {
    std::cout << Format(WaterfallTable(waterfall, together), plan.output);
  }
  if (!explain.cluster_svg.empty()) {
    const uint32_t both[] = {a, b};
    SH_RETURN_IF_ERROR(sample::WriteFile(explain.cluster_svg, ClusterPicture(match, both)));
  }
  if (explain.svg.empty()) return absl::OkStatus();
  return sample::WriteFile(explain.svg, WaterfallChart(waterfall));
}

}  // namespace safehaven::cli
