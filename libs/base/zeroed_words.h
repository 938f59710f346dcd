// An array of 64-bit words that begin as zero, with whoever frees it: for tables that
// are large and read at random, where the kind of memory decides the speed. What kind
// there is, is for the caller to choose (libs/storage/huge_pages.h). Values.
#ifndef SAFEHAVEN_LIBS_BASE_ZEROED_WORDS_H_
#define SAFEHAVEN_LIBS_BASE_ZEROED_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace safehaven {

struct FreeWords {
  void (*free)(uint64_t* words, size_t count) = nullptr;
  size_t count = 0;
  void operator()(uint64_t* words) const { free(words, count); }
};

using ZeroedWords = std::unique_ptr<uint64_t[], FreeWords>;

// From the heap: the system gives a page when it is first touched. Null if there is no
// memory.
inline ZeroedWords MakeZeroedWords(size_t count) {
  return {static_cast<uint64_t*>(std::calloc(count, sizeof(uint64_t))),
          {.free = [](uint64_t* words, size_t) { std::free(words); }, .count = count}};
}

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_BASE_ZEROED_WORDS_H_
