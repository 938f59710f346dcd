#include "services/gateway/http/catalogue.h"

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "libs/warrant/catalogue.h"

namespace safehaven::gateway {
namespace {

TEST(CatalogueJson, ItIsJsonAndNamesEveryDataSet) {
  google::protobuf::Struct json;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(CatalogueJson(), &json).ok());
  EXPECT_EQ(static_cast<size_t>(json.fields().at("datasets").list_value().values_size()), Datasets().size());
  EXPECT_GT(json.fields().at("measures").list_value().values_size(), 0);
}

TEST(CatalogueJson, WhatAStatuteRestrictsIsNotOffered) {
  EXPECT_EQ(CatalogueJson().find("\"restriction\""), std::string::npos);
}

}  // namespace
}  // namespace safehaven::gateway
