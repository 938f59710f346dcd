#include "tests/bench/support/report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace safehaven::bench {
namespace {

std::string Number(double value) { return absl::StrFormat("%.4g", value); }

absl::string_view Name(FigureResult::Verdict verdict) {
  switch (verdict) {
    case FigureResult::Verdict::kNotBounded: return "";
    case FigureResult::Verdict::kMet: return "met";
    case FigureResult::Verdict::kMissed: return "MISSED";
    case FigureResult::Verdict::kOneCore: return "skipped: one core";
  }
  return "";
}

std::string BoundText(const FigureResult& figure) {
  if (!figure.bound.has_value()) return "";
  return absl::StrCat(figure.bound->kind == Bound::Kind::kAtMost ? "at most " : "at least ",
                      Number(figure.bound->value), " ", figure.unit);
}

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&quoted, "\\u%04x", static_cast<int>(c));
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

std::string JsonOf(const FigureResult& figure) {
  std::string json = absl::StrCat(
      "{\"name\": ", Quoted(figure.name), ", \"unit\": ", Quoted(figure.unit), ", \"median\": ", Number(figure.median),
      ", \"lowest\": ", Number(figure.lowest), ", \"highest\": ", Number(figure.highest));
  if (figure.bound.has_value()) {
    absl::StrAppend(&json, ", \"bound\": ", Quoted(BoundText(figure)), ", \"verdict\": ", Quoted(Name(figure.verdict)));
  }
  if (!figure.physical_limit.empty()) absl::StrAppend(&json, ", \"physical_limit\": ", Quoted(figure.physical_limit));
  return json + "}";
}

std::string JsonOf(const ComparisonResult& result) {
  std::string json = absl::StrCat("{\"name\": ", Quoted(result.name), ", \"rounds\": ", result.rounds,
                                  ", \"cores\": ", Number(result.cores));
  if (!result.agrees.ok()) absl::StrAppend(&json, ", \"error\": ", Quoted(result.agrees.ToString()));
  std::vector<std::string> figures;
  for (const FigureResult& figure : result.figures) figures.push_back(JsonOf(figure));
  return absl::StrCat(json, ",\n   \"figures\": [", absl::StrJoin(figures, ",\n               "), "]}");
}

}  // namespace

std::string TableOf(const ComparisonResult& result) {
  std::string text =
      absl::StrFormat("%s (%d rounds, %.2f cores)\n", result.name, result.rounds, result.cores);
  if (!result.agrees.ok()) absl::StrAppend(&text, "  FAILED: ", result.agrees.ToString(), "\n");
  for (const FigureResult& figure : result.figures) {
    absl::StrAppendFormat(&text, "  %-46s %10s %-10s (%s to %s)", figure.name, Number(figure.median), figure.unit,
                          Number(figure.lowest), Number(figure.highest));
    if (figure.bound.has_value()) absl::StrAppend(&text, "  ", BoundText(figure), ": ", Name(figure.verdict));
    absl::StrAppend(&text, "\n");
    if (!figure.physical_limit.empty()) absl::StrAppend(&text, "      limit: ", figure.physical_limit, "\n");
  }
  return text;
}

std::string JsonOf(const MachineKind& machine, const std::vector<ComparisonResult>& results) {
  std::vector<std::string> benchmarks;
  for (const ComparisonResult& result : results) benchmarks.push_back(JsonOf(result));
  return absl::StrCat("{\"machine\": {\"processor\": ", Quoted(machine.processor), ", \"cores\": ", machine.cores,
                      ", \"memory_gib\": ", Number(machine.memory_gib), "},\n \"benchmarks\": [\n  ",
                      absl::StrJoin(benchmarks, ",\n  "), "]}\n");
}

}  // namespace safehaven::bench
