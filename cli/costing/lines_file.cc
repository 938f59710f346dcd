#include "cli/costing/lines_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/text_dictionary.h"
#include "libs/base/status.h"
#include "libs/ingest/csv_rows.h"
#include "services/costing/core/year_edge.h"

namespace safehaven::cli {
namespace {

constexpr char kMagic[] = "safehaven-cost-lines/1\n";
// Batches are full but for the last of each data set, so a run has few and they are
// walked in order.
constexpr size_t kPadding = 8;

absl::Status Malformed(absl::string_view why) {
  return InvalidArgument("LINES_MALFORMED", absl::StrCat("these are no cost lines: ", why));
}

void Pad(OutputFile& file, size_t byte_count) {
  static constexpr char kZeros[kPadding] = {};
  file.Write({kZeros, (kPadding - byte_count % kPadding) % kPadding});
}

template <typename Number>
void WritePadded(OutputFile& file, const std::vector<Number>& values) {
  file.WriteColumn(values.data(), values.size());
  Pad(file, values.size() * sizeof(Number));
}

// One column of every event of the run, in event order, through `get`.
template <typename Number, typename Get>
std::vector<Number> EventColumn(const FileRun& run, Get get) {
  std::vector<Number> values;
  values.reserve(run.run.event_cost_e8.size());
  for (const costing::EventColumns& batch : run.feeds.batches) {
    for (size_t row = 0; row < batch.row_count(); ++row) values.push_back(static_cast<Number>(get(batch, row)));
  }
  return values;
}

// The codes of a text column over all batches, which number their texts each anew.
std::vector<uint32_t> TextColumnOf(const FileRun& run, const costing::TextColumn costing::EventColumns::*column,
                                   TextDictionary& dictionary) {
  std::vector<uint32_t> codes;
  codes.reserve(run.run.event_cost_e8.size());
  for (const costing::EventColumns& batch : run.feeds.batches) {
    std::vector<uint32_t> of_batch;
    for (const std::string& value : (batch.*column).values) of_batch.push_back(dictionary.CodeOf(value));
    for (const uint16_t code : (batch.*column).codes) codes.push_back(of_batch[code]);
  }
  return codes;
}

std::string TextList(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) absl::StrAppend(&list, text, "\n");
  return list;
}

// Of a stay that has not ended nothing is known yet.
int32_t StayDays(CivilDay start, CivilDay end) {
  return end == costing::kStillOpen ? 0 : std::max(end.days_since_1970() - start.days_since_1970(), 0);
}

template <typename Number>
class ColumnView {
 public:
  Number at(size_t index) const {
    Number value;
    std::memcpy(&value, bytes_ + index * sizeof(Number), sizeof value);
    return value;
  }

 private:
  friend class ColumnReader;
  const char* bytes_ = nullptr;
};

// Takes columns off the front of a file, checking that they are there.
class ColumnReader {
 public:
  explicit ColumnReader(absl::string_view bytes) : bytes_(bytes) {}

  template <typename Number>
  absl::StatusOr<ColumnView<Number>> Take(uint64_t count) {
    SH_ASSIGN_OR_RETURN(const absl::string_view part, TakeBytes(count, sizeof(Number)));
    ColumnView<Number> view;
    view.bytes_ = part.data();
    return view;
  }

  absl::StatusOr<absl::string_view> TakeBytes(uint64_t count, size_t width) {
    if (count > bytes_.size() / width) return Malformed("the file is cut short");
    const size_t size = count * width;
    const size_t padded = std::min<size_t>(size + (kPadding - size % kPadding) % kPadding, bytes_.size());
    const absl::string_view part = bytes_.substr(0, size);
    bytes_.remove_prefix(padded);
    return part;
  }

 private:
  absl::string_view bytes_;
};

absl::StatusOr<std::vector<absl::string_view>> TakeTexts(ColumnReader& reader, uint64_t byte_count) {
  SH_ASSIGN_OR_RETURN(const absl::string_view list, reader.TakeBytes(byte_count, 1));
  std::vector<absl::string_view> texts = absl::StrSplit(list, '\n');
  texts.pop_back();
  return texts;
}

// The numbers of the header: "name value" lines up to an empty one.
absl::StatusOr<LinesFile> ReadColumns(absl::string_view bytes) {
  const size_t end = bytes.find("\n\n");
  if (end == absl::string_view::npos) return Malformed("the header does not end");
  absl::flat_hash_map<absl::string_view, absl::string_view> header;
  const std::vector<absl::string_view> header_lines = absl::StrSplit(bytes.substr(0, end), '\n');
  for (const absl::string_view line : header_lines) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    header.emplace(parts.first, parts.second);
  }
  const auto number = [&header](absl::string_view name) {
    uint64_t value = 0;
    const auto at = header.find(name);
    return at != header.end() && absl::SimpleAtoi(at->second, &value) ? value : 0;
  };
  const size_t begin = (end + 2 + kPadding - 1) / kPadding * kPadding;
  if (begin > bytes.size()) return Malformed("the file is cut short");
  ColumnReader reader(bytes.substr(begin));
  const uint64_t event_count = number("events");
  SH_ASSIGN_OR_RETURN(const auto points, reader.Take<uint32_t>(event_count));
  SH_ASSIGN_OR_RETURN(const auto currencies, reader.Take<uint32_t>(event_count));
  SH_ASSIGN_OR_RETURN(const auto starts, reader.Take<int32_t>(event_count));
  SH_ASSIGN_OR_RETURN(const auto ends, reader.Take<int32_t>(event_count));
  SH_ASSIGN_OR_RETURN(const auto costs, reader.Take<int64_t>(event_count));
  SH_ASSIGN_OR_RETURN(const auto is_costed, reader.Take<uint8_t>(event_count));
  SH_ASSIGN_OR_RETURN(const std::vector<absl::string_view> point_texts, TakeTexts(reader, number("point-bytes")));
  SH_ASSIGN_OR_RETURN(const std::vector<absl::string_view> currency_texts, TakeTexts(reader, number("currency-bytes")));
  LinesFile lines = {.provider = std::string(header["provider"]), .events = {}};
  lines.events.reserve(event_count);
  for (uint64_t i = 0; i < event_count; ++i) {
    if (is_costed.at(i) == 0) continue;
    if (points.at(i) >= point_texts.size() || currencies.at(i) >= currency_texts.size()) {
      return Malformed("a code has no text");
    }
    lines.events.push_back({.point_of_delivery = std::string(point_texts[points.at(i)]),
                            .currency = std::string(currency_texts[currencies.at(i)]),
                            .stay_days = StayDays(CivilDay(starts.at(i)), CivilDay(ends.at(i))),
                            .cost = Money(costs.at(i))});
  }
  return lines;
}

absl::StatusOr<LinesFile> ReadCsv(absl::string_view text) {
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(text));
  std::vector<size_t> columns;
  for (const char* name : {"provider", "event", "feed", "point_of_delivery", "currency", "start_date", "end_date", "cost"}) {
    const std::optional<size_t> column = rows.Find(name);
    if (!column) return Malformed(absl::StrCat("there is no column ", name));
    columns.push_back(*column);
  }
  LinesFile lines;
  absl::flat_hash_map<std::string, size_t> events;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, rows.Next());
    if (!any) return lines;
    const std::string at_line = absl::StrCat("line ", rows.line());
    if (!rows.has_all_fields()) return Malformed(absl::StrCat(at_line, " has another number of fields"));
    const auto field = [&rows, &columns](size_t i) { return rows.field(columns[i]); };
    if (lines.provider.empty()) lines.provider = std::string(field(0));
    if (field(0) != lines.provider) return Malformed(absl::StrCat(at_line, " is of another provider"));
    const auto [at, is_new] = events.emplace(absl::StrCat(field(2), "\n", field(1)), lines.events.size());
    if (is_new) {
      const absl::StatusOr<CivilDay> start = CivilDay::Parse(field(5));
      if (!start.ok()) return Malformed(absl::StrCat(at_line, ": start_date"));
      const absl::StatusOr<CivilDay> last = field(6).empty() ? costing::kStillOpen : CivilDay::Parse(field(6));
      if (!last.ok()) return Malformed(absl::StrCat(at_line, ": end_date"));
      lines.events.push_back({.point_of_delivery = std::string(field(3)),
                              .currency = std::string(field(4)),
                              .stay_days = StayDays(*start, *last),
                              .cost = Money(0)});
    }
    const absl::StatusOr<Money> cost = Money::Parse(field(7));
    if (!cost.ok()) return Malformed(absl::StrCat(at_line, ": cost"));
    Money& total = lines.events[at->second].cost;
    SH_ASSIGN_OR_RETURN(total, Add(total, *cost));
  }
}

}  // namespace

EventView ViewOf(const FileRun& run, size_t event) {
  size_t row = event;
  for (const costing::EventColumns& batch : run.feeds.batches) {
    if (row >= batch.row_count()) {
      row -= batch.row_count();
      continue;
    }
    return {.feed = batch.feed.at(row),
            .point_of_delivery = batch.point_of_delivery.at(row),
            .currency = batch.currency.at(row),
            .treatment_function = batch.treatment_function.at(row),
            .start = CivilDay(batch.start_day[row]),
            .end = CivilDay(batch.end_day[row])};
  }
  return {};
}

void WriteLinesCsv(const FileRun& run, OutputFile& file) {
  const costing::CostModel& model = run.folder.model;
  const costing::CostLines& lines = run.run.lines;
  file.Write(kLinesHeader);
  std::string row;
  for (const costing::CostLineBlock& block : lines.blocks) {
    for (size_t i = 0; i < block.count; ++i) {
      const uint32_t event = lines.event[block.first_use + i];
      const EventView view = ViewOf(run, event);
      const uint8_t rule = lines.rule[block.first_use + i];
      row.clear();
      AppendCsvRow(&row, {model.provider, run.feeds.record_ids.at(event), view.feed, view.point_of_delivery, view.currency,
                          view.treatment_function, view.start.ToString(),
                          view.end == costing::kStillOpen ? "" : view.end.ToString(),
                          model.activities[block.activity].id, model.resources[block.resource].id,
                          costing::Name(block.group), absl::StrCat(lines.weight[block.first_use + i]),
                          rule == 0 ? absl::string_view("own_row") : absl::string_view(model.matching[rule - 1].id),
                          Money(lines.cost_e8[block.first + i]).ToString()});
      file.Write(row);
    }
  }
}

void WriteLinesColumns(const FileRun& run, OutputFile& file) {
  const costing::CostLines& lines = run.run.lines;
  TextDictionary points, currencies, feeds;
  const std::vector<uint32_t> point_codes = TextColumnOf(run, &costing::EventColumns::point_of_delivery, points);
  const std::vector<uint32_t> currency_codes = TextColumnOf(run, &costing::EventColumns::currency, currencies);
  const std::vector<uint32_t> feed_codes = TextColumnOf(run, &costing::EventColumns::feed, feeds);
  const std::string point_list = TextList(points.values()), currency_list = TextList(currencies.values()),
                    feed_list = TextList(feeds.values());
  std::string ids;
  for (size_t event = 0; event < run.feeds.record_ids.size(); ++event) {
    absl::StrAppend(&ids, run.feeds.record_ids.at(event), "\n");
  }
  std::string header = absl::StrCat(
      kMagic, "provider ", run.folder.model.provider, "\nevents ", run.run.event_cost_e8.size(), "\npoint-bytes ",
      point_list.size(), "\ncurrency-bytes ", currency_list.size(), "\nfeed-bytes ", feed_list.size(), "\nid-bytes ",
      ids.size(), "\nblocks ", lines.blocks.size(), "\nuses ", lines.event.size(), "\nlines ", lines.line_count(), "\n\n");
  file.Write(header);
  Pad(file, header.size());
  WritePadded(file, point_codes);
  WritePadded(file, currency_codes);
  WritePadded(file, EventColumn<int32_t>(run, [](const auto& batch, size_t row) { return batch.start_day[row]; }));
  WritePadded(file, EventColumn<int32_t>(run, [](const auto& batch, size_t row) { return batch.end_day[row]; }));
  WritePadded(file, run.run.event_cost_e8);
  std::vector<uint8_t> is_costed(run.run.event_cost_e8.size(), 0);
  for (const uint32_t event : lines.event) is_costed[event] = 1;
  WritePadded(file, is_costed);
  for (const std::string* list : {&point_list, &currency_list}) {
    file.Write(*list);
    Pad(file, list->size());
  }
  WritePadded(file, feed_codes);
  file.Write(feed_list);
  Pad(file, feed_list.size());
  file.Write(ids);
  Pad(file, ids.size());
  for (const costing::CostLineBlock& block : lines.blocks) {
    const uint64_t fields[] = {block.activity, block.resource, block.first, block.first_use, block.count};
    file.WriteColumn(fields, std::size(fields));
  }
  WritePadded(file, lines.event);
  WritePadded(file, lines.weight);
  WritePadded(file, lines.rule);
  WritePadded(file, lines.cost_e8);
}

absl::StatusOr<LinesFile> ReadLines(absl::string_view bytes) {
  if (bytes.substr(0, sizeof kMagic - 1) == kMagic) return ReadColumns(bytes);
  return ReadCsv(bytes);
}

}  // namespace safehaven::cli
