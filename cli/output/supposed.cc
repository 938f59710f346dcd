#include "cli/output/supposed.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/law/json.h"

namespace safehaven::cli {

std::string WhatIfText(const SupposedAnswer& answer) {
  std::string text = absl::StrCat(answer.now, " would be ", answer.then, "\n");
  for (const SupposedChange& change : answer.changes) {
    absl::StrAppend(&text, "- ", change.gate, ": ", change.now, " would be ", change.then, "\n");
  }
  return text;
}

std::string WhatIfJson(const SupposedAnswer& answer) {
  std::vector<std::string> changes;
  for (const SupposedChange& change : answer.changes) {
    changes.push_back(
        JsonObject().Text("gate", change.gate).Text("now", change.now).Text("then", change.then).OnOneLine());
  }
  return JsonObject()
      .Text("format", "safehaven-what-if/1")
      .Text("now", answer.now)
      .Text("then", answer.then)
      .Raw("changes", JsonListOnLines(changes))
      .OnLines();
}

std::string NearestText(const std::optional<NearestAnswer>& nearest, size_t changes_max) {
  if (!nearest.has_value()) return absl::StrCat("No question with at most ", changes_max, " changes would be permitted.\n");
  if (nearest->changes.empty()) return "The question is permitted as it stands.\n";
  return absl::StrCat("Permitted would be, if you\n- ", absl::StrJoin(nearest->changes, "\n- "), "\n");
}

std::string NearestJson(const std::optional<NearestAnswer>& nearest) {
  return JsonObject()
      .Text("format", "safehaven-nearest/1")
      .Bool("found", nearest.has_value())
      .Raw("changes", JsonTexts(nearest.has_value() ? nearest->changes : std::vector<std::string>{}))
      .Text("effect", nearest.has_value() ? nearest->effect : "")
      .Day("day", nearest.has_value() ? std::optional(nearest->day) : std::nullopt)
      .OnLines();
}

}  // namespace safehaven::cli
