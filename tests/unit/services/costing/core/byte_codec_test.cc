// Goal: a reader refuses bytes whose digest is right and whose content is not, as
// another version or a faulty writer would make them.
#include "services/costing/core/byte_codec.h"

#include <gtest/gtest.h>

#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

TEST(ByteReader, RefusesValuesOutOfRange) {
  ByteWriter writer;
  writer.Column(std::vector<int64_t>{1, 300});
  const std::string bytes = writer.Finish();
  ByteReader good(bytes);
  EXPECT_EQ(good.Column<uint16_t>(2), (std::vector<uint16_t>{1, 300}));
  EXPECT_TRUE(good.Finish().ok());
  ByteReader bad(bytes);
  EXPECT_EQ(bad.Column<uint8_t>(2), (std::vector<uint8_t>{0, 0}));
  EXPECT_EQ(ReasonOf(bad.Finish()), "SEGMENT_DAMAGED");
}

TEST(ByteReader, RefusesCodesWithoutAText) {
  ByteWriter writer;
  writer.Texts({.values = {"a"}, .codes = {0, 1}});
  const std::string bytes = writer.Finish();
  ByteReader reader(bytes);
  reader.Texts(2);
  EXPECT_EQ(ReasonOf(reader.Finish()), "SEGMENT_DAMAGED");
}

TEST(ByteReader, RefusesCountsTextsAndWidthsTooLarge) {
  ByteWriter count_writer;
  count_writer.Number(11);
  const std::string counted = count_writer.Finish();
  ByteReader count_reader(counted);
  EXPECT_EQ(count_reader.Count(10), 0u);
  EXPECT_FALSE(count_reader.Finish().ok());

  ByteWriter width_writer;
  width_writer.Number(0);
  width_writer.Byte(3);
  width_writer.Raw("abc", 3);
  const std::string wide = width_writer.Finish();
  ByteReader width_reader(wide);
  width_reader.Integers(1);
  EXPECT_FALSE(width_reader.Finish().ok());
}

TEST(ByteReader, RefusesBytesThatAreLeft) {
  ByteWriter writer;
  writer.Byte(1);
  writer.Byte(2);
  const std::string bytes = writer.Finish();
  ByteReader reader(bytes);
  EXPECT_EQ(reader.Byte(), 1);
  EXPECT_FALSE(reader.Finish().ok());
}

}  // namespace
}  // namespace safehaven::costing
