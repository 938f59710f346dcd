// Finds the commas and line ends of a CSV text that stand outside quotation marks,
// 64 bytes at a time, with vector instructions where the processor has them. The
// portable twin does the same bit by bit and is what the fast one is tested against.
//
// Only finds: what lies between is for CsvRows (csv_rows.h) to judge. Pure;
// thread-safe.
#ifndef SAFEHAVEN_LIBS_INGEST_CSV_INDEX_H_
#define SAFEHAVEN_LIBS_INGEST_CSV_INDEX_H_

#include <cstddef>
#include <cstdint>

namespace safehaven {

// What one block of the text hands on to the next.
struct QuoteState {
  bool is_inside = false;  // an odd number of quotation marks so far
  bool has_any = false;    // any quotation mark so far
};

// Writes the offsets (from `text`) of the structural bytes of text[0, size) to
// `offsets`, ascending, and returns how many. `offsets` holds at least `size` numbers;
// `size` is at most 2^32 - 1.
size_t IndexCsv(const char* text, size_t size, QuoteState& state, uint32_t* offsets);
size_t IndexCsvPortable(const char* text, size_t size, QuoteState& state, uint32_t* offsets);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_INGEST_CSV_INDEX_H_
