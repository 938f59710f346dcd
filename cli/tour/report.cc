#include "cli/tour/report.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status.h"
#include "libs/http/json_text.h"

namespace safehaven::cli {

void Report::Begin(int number, absl::string_view title) {
  points_.push_back({.number = number, .title = std::string(title)});
  std::cout << "\n" << number << ". " << title << "\n" << std::flush;
}

void Report::Say(absl::string_view line) { std::cout << "   " << line << "\n" << std::flush; }

void Report::Show(const TextTable& table) {
  std::string text = Format(table, OutputFormat::kTable);
  std::cout << "\n";
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = text.find('\n', begin);
    std::cout << "     " << text.substr(begin, end - begin) << "\n";
    begin = end + 1;
  }
  std::cout << std::flush;
}

void Report::Fact(absl::string_view name, absl::string_view text) {
  SH_CHECK(!points_.empty());
  points_.back().facts.emplace_back(name, JsonQuote(text));
}

void Report::Fact(absl::string_view name, uint64_t number) {
  SH_CHECK(!points_.empty());
  points_.back().facts.emplace_back(name, absl::StrCat(number));
}

void Report::Fact(absl::string_view name, double number) {
  SH_CHECK(!points_.empty());
  points_.back().facts.emplace_back(name, absl::StrFormat("%.6f", number));
}

std::string Report::ToJson() const {
  std::string json = "{\n  \"format\": \"safehaven-demo-report/1\",\n  \"points\": [";
  for (size_t i = 0; i < points_.size(); ++i) {
    const Point& point = points_[i];
    absl::StrAppend(&json, i == 0 ? "" : ",", "\n    {\"number\": ", point.number, ", \"title\": ",
                    JsonQuote(point.title), ", \"facts\": {");
    for (size_t f = 0; f < point.facts.size(); ++f) {
      absl::StrAppend(&json, f == 0 ? "" : ", ", JsonQuote(point.facts[f].first), ": ", point.facts[f].second);
    }
    absl::StrAppend(&json, "}}");
  }
  absl::StrAppend(&json, "\n  ]\n}\n");
  return json;
}

}  // namespace safehaven::cli
