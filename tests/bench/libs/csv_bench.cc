// Reading an extract: rows and fields out of CSV text in memory, with all of the
// reader's checks, beside looking for line ends alone.
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_format.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"
#include "tests/bench/support/comparison.h"

namespace safehaven::bench {
namespace {

constexpr size_t kRows = 500'000;
constexpr size_t kRowsQuick = 2'000;
constexpr size_t kColumns = 10;

struct Extract {
  std::string text;
  size_t rows = 0;
};

// Rows as wide as those of admitted care; one in fifty has a quoted field.
Extract MakeExtract(size_t rows) {
  std::mt19937_64 prng(1);
  Extract extract = {.text = "record_id,feed,point_of_delivery,currency,start_date,end_date,treatment_function,"
                             "restriction,bed_days,theatre_minutes\n",
                     .rows = rows};
  for (size_t i = 0; i < rows; ++i) {
    absl::StrAppendFormat(&extract.text, "%016x,apc,%s,HRG%02uA,2025-%02u-%02u,2025-12-%02u,%u,,%u,%u\n", prng(),
                          prng() % 50 == 0 ? "\"non-elective, short\"" : "elective", prng() % 90, 1 + prng() % 11,
                          1 + prng() % 28, 1 + prng() % 28, 100 + prng() % 800, prng() % 30, prng() % 400);
  }
  return extract;
}

struct Seen {
  size_t rows = 0;
  size_t fields = 0;
  size_t bytes = 0;
};

absl::StatusOr<Seen> ReadAll(const Extract& extract) {
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(extract.text, {}));
  Seen seen;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any) return seen;
    if (reader.fault().has_value()) return Internal("ROW_FAULT", reader.fault()->message);
    ++seen.rows;
    seen.fields += reader.fields().size();
    for (const absl::string_view field : reader.fields()) seen.bytes += field.size();
  }
}

void CountItems(const Extract& extract, benchmark::State& state) {
  state.counters[kItems] = static_cast<double>(extract.text.size()) * static_cast<double>(state.iterations());
}

// The yardstick: the C library's search for line ends.
void FindLines(const Extract& extract, benchmark::State& state) {
  for (auto _ : state) {
    size_t lines = 0;
    const char* at = extract.text.data();
    const char* const end = at + extract.text.size();
    while (const void* found = std::memchr(at, '\n', static_cast<size_t>(end - at))) {
      at = static_cast<const char*>(found) + 1;
      ++lines;
    }
    benchmark::DoNotOptimize(lines);
  }
  CountItems(extract, state);
}

void ReadRows(const Extract& extract, benchmark::State& state) {
  for (auto _ : state) {
    const absl::StatusOr<Seen> seen = ReadAll(extract);
    if (!seen.ok()) state.SkipWithError("the extract does not read");
    benchmark::DoNotOptimize(seen);
  }
  CountItems(extract, state);
}

// Every byte of a row is of a field, or a comma, quotation mark or line end.
absl::Status Agrees(const Extract& extract) {
  SH_ASSIGN_OR_RETURN(const Seen seen, ReadAll(extract));
  const size_t header = extract.text.find('\n') + 1;
  size_t quotes = 0;
  for (const char c : extract.text) quotes += c == '"' ? 1 : 0;
  const bool agrees = seen.rows == extract.rows && seen.fields == extract.rows * kColumns &&
                      seen.bytes + quotes + extract.rows * kColumns + header == extract.text.size();
  return agrees ? absl::OkStatus() : Internal("CSV_WRONG", "rows, fields or bytes are missing");
}

}  // namespace

std::vector<Comparison> Comparisons(bool quick) {
  const auto extract = std::make_shared<const Extract>(MakeExtract(quick ? kRowsQuick : kRows));
  Comparison csv;
  csv.name = "ingest/csv";
  csv.sides = {{.name = "find lines", .body = [extract](benchmark::State& state) { FindLines(*extract, state); }},
               {.name = "read rows", .body = [extract](benchmark::State& state) { ReadRows(*extract, state); }}};
  csv.figures = {{.name = "rows and fields, checked", .unit = "MB/s", .of = MillionsPerCpuSecond(1),
                  .bound = AtLeast(500), .physical_limit = "2,300 MB/s: a vectorised index of commas, quotes and lines"},
                 {.name = "line ends alone", .unit = "MB/s", .of = MillionsPerCpuSecond(0)},
                 {.name = "CPU a byte against line ends", .unit = "ratio", .of = CpuRatio(1, 0)}};
  csv.agrees = [extract] { return Agrees(*extract); };
  return {csv};
}

}  // namespace safehaven::bench
