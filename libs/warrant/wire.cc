#include "libs/warrant/wire.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

absl::Status FieldInvalid(absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "FIELD_INVALID", absl::StrCat(field, ": ", why),
                 {{"field", std::string(field)}});
}

// The value, or FIELD_INVALID that says what would be right.
template <typename T>
absl::StatusOr<T> Named(absl::string_view field, absl::StatusOr<T> value) {
  if (!value.ok()) return FieldInvalid(field, value.status().message());
  return value;
}

}  // namespace

type::v1::Date DateToProto(CivilDay day) {
  type::v1::Date date;
  date.set_year(day.year());
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

absl::StatusOr<CivilDay> DateFromProto(const type::v1::Date& date, absl::string_view field) {
  return Named(field, CivilDay::FromYmd(date.year(), date.month(), date.day()));
}

absl::StatusOr<Question> QuestionFromProto(const type::v1::Question& wire) {
  Question question;
  question.approval = wire.approval();
  SH_ASSIGN_OR_RETURN(question.purpose, Named("purpose", ParsePurpose(wire.purpose())));
  SH_ASSIGN_OR_RETURN(question.operation, Named("operation", ParseOperation(wire.operation())));
  SH_ASSIGN_OR_RETURN(question.identifiability,
                      Named("identifiability", ParseIdentifiability(wire.identifiability())));
  question.subject = wire.subject();
  question.commissioner = wire.commissioner();
  // Only answers and links have a population and so a day of membership.
  if (wire.has_list_day() || !wire.commissioner().empty()) {
    SH_ASSIGN_OR_RETURN(question.list_day, DateFromProto(wire.list_day(), "list_day"));
  }
  SH_ASSIGN_OR_RETURN(question.first_day, DateFromProto(wire.first_day(), "first_day"));
  SH_ASSIGN_OR_RETURN(question.last_day, DateFromProto(wire.last_day(), "last_day"));
  question.datasets.assign(wire.datasets().begin(), wire.datasets().end());
  question.measures.assign(wire.measures().begin(), wire.measures().end());
  question.dimensions.assign(wire.dimensions().begin(), wire.dimensions().end());
  question.items.assign(wire.items().begin(), wire.items().end());
  for (const type::v1::Filter& filter : wire.filters()) {
    question.filters.push_back(
        {.dimension = filter.dimension(), .values = {filter.values().begin(), filter.values().end()}});
  }
  return Normalise(std::move(question));
}

type::v1::Question QuestionToProto(const Question& question) {
  type::v1::Question wire;
  wire.set_approval(question.approval);
  wire.set_purpose(std::string(Name(question.purpose)));
  wire.set_operation(std::string(Name(question.operation)));
  wire.set_identifiability(std::string(Name(question.identifiability)));
  wire.set_subject(question.subject);
  wire.set_commissioner(question.commissioner);
  *wire.mutable_list_day() = DateToProto(question.list_day);
  *wire.mutable_first_day() = DateToProto(question.first_day);
  *wire.mutable_last_day() = DateToProto(question.last_day);
  wire.mutable_datasets()->Assign(question.datasets.begin(), question.datasets.end());
  wire.mutable_measures()->Assign(question.measures.begin(), question.measures.end());
  wire.mutable_dimensions()->Assign(question.dimensions.begin(), question.dimensions.end());
  wire.mutable_items()->Assign(question.items.begin(), question.items.end());
  for (const Filter& filter : question.filters) {
    type::v1::Filter* out = wire.add_filters();
    out->set_dimension(filter.dimension);
    out->mutable_values()->Assign(filter.values.begin(), filter.values.end());
  }
  return wire;
}

type::v1::Revision RevisionToProto(const Revision& revision) {
  type::v1::Revision wire;
  wire.set_incarnation(revision.incarnation);
  wire.set_size(revision.size);
  return wire;
}

Revision RevisionFromProto(const type::v1::Revision& revision) {
  return {.incarnation = revision.incarnation(), .size = revision.size()};
}

absl::StatusOr<ProvenLeaf> ProvenLeafFromProto(const type::v1::ProvenLeaf& wire) {
  if (wire.kind() > 255) return InvalidArgument("LEAF_MALFORMED", "a leaf's kind is one byte");
  absl::StatusOr<std::vector<Digest>> inclusion = DigestsFromBytes(wire.inclusion());
  if (!inclusion.ok()) return InvalidArgument("LEAF_MALFORMED", "an inclusion proof is digests of 32 bytes");
  return ProvenLeaf{.kind = static_cast<uint8_t>(wire.kind()),
                    .index = wire.index(),
                    .salt = wire.salt(),
                    .body = wire.body(),
                    .inclusion = *std::move(inclusion),
                    .checkpoint = wire.checkpoint()};
}

type::v1::ProvenLeaf ProvenLeafToProto(const ProvenLeaf& leaf) {
  type::v1::ProvenLeaf wire;
  wire.set_kind(leaf.kind);
  wire.set_index(leaf.index);
  wire.set_salt(leaf.salt);
  wire.set_body(leaf.body);
  for (const Digest& digest : leaf.inclusion) wire.add_inclusion(ToBytes(digest));
  wire.set_checkpoint(leaf.checkpoint);
  return wire;
}

}  // namespace safehaven
