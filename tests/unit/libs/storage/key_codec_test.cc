// The exact bytes of keys, and the edges. The order is in the property test.
#include "libs/storage/key_codec.h"

#include <gtest/gtest.h>

#include <string>

#include "libs/base/status.h"

namespace safehaven {
namespace {

TEST(KeyCodec, WritesTheBytesOfTheFormat) {
  EXPECT_EQ(KeyWriter().Text("ab").Number(258).Take(),
            std::string("\x02" "ab\x00\x01\x03\x00\x00\x00\x00\x00\x00\x01\x02", 14));
  EXPECT_EQ(KeyWriter().Text(absl::string_view("a\0b", 3)).Take(),
            std::string("\x02" "a\x00\xFF" "b\x00\x01", 7));
}

TEST(KeyCodec, ANumberIsNotReadAsATextNorATextAsANumber) {
  const std::string number = KeyWriter().Number(1).Take();
  const std::string text = KeyWriter().Text("12345678").Take();
  EXPECT_EQ(ReasonOf(KeyReader(number).Text().status()), "KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(KeyReader(text).Number().status()), "KEY_MALFORMED");
}

TEST(KeyCodec, RefusesPartsThatAreCutOff) {
  const std::string text = KeyWriter().Text("abc").Take();
  const std::string number = KeyWriter().Number(7).Take();
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(KeyReader(absl::string_view(text).substr(0, size)).Text().ok());
  }
  for (size_t size = 0; size < number.size(); ++size) {
    EXPECT_FALSE(KeyReader(absl::string_view(number).substr(0, size)).Number().ok());
  }
}

TEST(KeyCodec, RefusesAZeroByteWithoutMeaning) {
  EXPECT_EQ(ReasonOf(KeyReader(absl::string_view("\x02" "a\x00\x02", 4)).Text().status()),
            "KEY_MALFORMED");
}

TEST(KeyCodec, TheEndOfAPrefixIsTheNextOne) {
  EXPECT_EQ(PrefixEnd("a"), "b");
  EXPECT_EQ(PrefixEnd("a\xFF\xFF"), "b");
  EXPECT_EQ(PrefixEnd("\xFF\xFF"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

TEST(KeyCodec, AWriterIsEmptyAfterItsKeyWasTaken) {
  KeyWriter writer;
  writer.Text("a");
  EXPECT_FALSE(writer.Take().empty());
  EXPECT_TRUE(writer.Take().empty());
}

}  // namespace
}  // namespace safehaven
