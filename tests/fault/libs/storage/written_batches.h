// What store_writer_child.cc writes and store_kill_test.cc looks for: the content of
// a batch follows from its name alone. Pure.
#ifndef SAFEHAVEN_TESTS_FAULT_LIBS_STORAGE_WRITTEN_BATCHES_H_
#define SAFEHAVEN_TESTS_FAULT_LIBS_STORAGE_WRITTEN_BATCHES_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/storage/key_codec.h"
#include "libs/storage/store.h"

namespace safehaven {

inline constexpr uint64_t kWriterThreads = 4;

struct BatchName {
  uint64_t round = 0;
  uint64_t thread = 0;
  uint64_t number = 0;
};

// One to seven keys, values from a byte to some kilobytes, all of one name.
inline Batch BatchOf(const BatchName& name) {
  Batch batch;
  const uint64_t mixed = name.round * 31 + name.thread * 7 + name.number * 13;
  for (uint64_t i = 0; i <= mixed % 7; ++i) {
    batch.puts.push_back(
        {KeyWriter().Number(name.round).Number(name.thread).Number(name.number).Number(i).Take(),
         std::string(1 + (mixed * (i + 1)) % 3000, static_cast<char>('a' + mixed % 26))});
  }
  return batch;
}

}  // namespace safehaven

#endif  // SAFEHAVEN_TESTS_FAULT_LIBS_STORAGE_WRITTEN_BATCHES_H_
