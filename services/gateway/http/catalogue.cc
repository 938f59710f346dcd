#include "services/gateway/http/catalogue.h"

#include "absl/strings/str_cat.h"
#include "libs/http/json_text.h"
#include "libs/warrant/catalogue.h"

namespace safehaven::gateway {
namespace {

// Items of one kind that no statute of their own restricts: the dashboard offers no
// question that is denied by default.
std::string ItemsJson(ItemKind kind) {
  std::string json;
  for (const ItemInfo& item : Items()) {
    if (item.kind != kind || item.restriction != Restriction::kNone || OnlyFilters(item.id)) continue;
    absl::StrAppend(&json, json.empty() ? "" : ",", "{\"id\":", JsonQuote(item.id),
                    ",\"title\":", JsonQuote(item.title), "}");
  }
  return json;
}

}  // namespace

std::string CatalogueJson() {
  std::string datasets;
  for (const DatasetInfo& dataset : Datasets()) {
    absl::StrAppend(&datasets, datasets.empty() ? "" : ",", "{\"id\":", JsonQuote(dataset.id),
                    ",\"title\":", JsonQuote(dataset.title), ",\"source\":", JsonQuote(dataset.source), "}");
  }
  return absl::StrCat("{\"datasets\":[", datasets, "],\"measures\":[", ItemsJson(ItemKind::kMeasure),
                      "],\"dimensions\":[", ItemsJson(ItemKind::kDimension), "]}");
}

}  // namespace safehaven::gateway
